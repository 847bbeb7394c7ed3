import Foundation
import GRDB
import LIFModel
import LIFQueryPlanner

extension LandedPart {
    /// The columns of a part without its data, in the order in which `AnswerPart.init(row:first:)` reads them.
    static let partColumns = """
        learner, ordinal, path, source_id, outcome, item_count, learner_known, stored_at, data_timestamp, expires_at,
        reason, message, attempts, duration
        """

    /// Those, and the data.
    static let columns = partColumns + ", content_count, is_scalar, items"

    /// The values of those columns.
    var values: StatementArguments {
        let head: StatementArguments = [
            part.learner, part.ordinal, part.path.entity, part.sourceID, part.outcome.rawValue, part.items,
            part.learnerKnown, part.storedAt?.column, part.dataTimestamp?.column, part.expiresAt?.column,
        ]
        return head + part.failure.columns + [
            part.duration?.inNanoseconds, content?.count, content?.isScalar, content?.items.data,
        ]
    }

    /// - Parameter first: Where the columns begin in the row.
    /// - Throws: `LIFError` `OutputReadException` for a row that no version has written.
    init(row: Row, first: Int) throws {
        let items = try row.array(first + 16, of: "a part of an answer")
        self.init(
            try AnswerPart(row: row, first: first),
            content: items.map {
                FragmentContent(items: $0, count: row[first + 14] ?? 0, isScalar: row[first + 15] ?? false)
            })
    }
}

extension AnswerPart {
    /// - Parameter first: Where `LandedPart.partColumns` begin in the row.
    /// - Throws: `LIFError` `OutputReadException` for a row that no version has written.
    init(row: Row, first: Int) throws {
        guard let outcome = Outcome(rawValue: row[first + 4]) else { throw StorageFault.damaged("a part of an answer") }
        self.init(
            learner: row[first], ordinal: row[first + 1], path: FragmentPath(entity: row[first + 2]),
            sourceID: row[first + 3], outcome: outcome, items: row[first + 5], learnerKnown: row[first + 6],
            storedAt: row.date(first + 7), dataTimestamp: row.date(first + 8), expiresAt: row.date(first + 9),
            failure: row.failure(first + 10),
            duration: (row[first + 13] as Int64?).map { .nanoseconds($0) })
    }
}
