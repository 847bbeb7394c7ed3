import Foundation
import GRDB
import LIFJournal
import LIFModel

extension JournalPart {
    /// The columns of a part without its data, in the order in which `init(row:data:)` reads them.
    static let headColumns = """
        position, grp, ordinal, path, source, outcome, items, learner_known, at, data_timestamp, expires_at, duration,
        reason, message, attempts, data_items, is_scalar
        """

    /// The length of data is known without reading it.
    static func columns(data: Bool) -> String { "\(headColumns), \(data ? "data" : "length(data)")" }

    /// The values of all columns, beside the run's.
    func values(position: Int64) -> StatementArguments {
        var (bytes, count, isScalar): (Data?, Int?, Bool?) = (nil, nil, nil)
        if case .json(let json, let items, let scalar) = content {
            (bytes, count, isScalar) = (Data(json), items, scalar)
        }
        let head: StatementArguments = [
            position, group, ordinal, path, source, outcome, items, isLearnerKnown, at?.column, dataTimestamp?.column,
            expiresAt?.column, duration?.inNanoseconds,
        ]
        return head + FailureColumns(whole: failure, paths: pathFailures).values + [count, isScalar, bytes]
    }

    /// - Parameter data: Whether the last column is the data, or its length.
    init(row: Row, data: Bool) throws {
        let failures = FailureColumns(row: row, first: 12)
        let content: Content
        if data {
            content = try row.bytes(17).map { .json($0, count: row[15] ?? 0, isScalar: row[16] ?? false) } ?? .none
        } else {
            content = (row[17] as Int?).map { .unread(bytes: $0) } ?? .none
        }
        self.init(
            position: row[0], group: row[1], ordinal: row[2], path: row[3], source: row[4], outcome: row[5],
            items: row[6], isLearnerKnown: row[7], at: row.date(8), dataTimestamp: row.date(9), expiresAt: row.date(10),
            duration: (row[11] as Int64?).map { .nanoseconds($0) }, failure: failures.whole,
            pathFailures: failures.paths,
            content: content)
    }
}
