import Foundation
import GRDB
import LIFJSON
import LIFModel
import LIFWorkflow

extension Outcome {
    /// The columns that `init(row:)` reads, in its order. The first of them, up to `duration`, are those of a summary.
    static let columns = """
        kind, item_count, reason, message, attempts, finished_at, duration, learner_known, data_timestamp, fragments
        """

    /// The values of those columns.
    var values: StatementArguments {
        let summary = OutcomeSummary(self)
        var fragments: Data?
        var learnerKnown: Bool?
        switch result {
        case .data(let list): fragments = list.json.data
        case .empty(let known): learnerKnown = known
        case .failed: break
        }
        let head: StatementArguments = [summary.kind.rawValue, summary.items]
        return head + FailureColumns(whole: failure, paths: failures).values + [
            finishedAt.column, duration.inNanoseconds, learnerKnown, dataTimestamp?.column, fragments,
        ]
    }

    /// - Parameter first: Where the columns begin in the row.
    /// - Throws: `LIFError` `OutputReadException` for a row that no version has written.
    init(row: Row, first: Int) throws {
        let result: Outcome.Result
        switch row[first] as String {
        case "data":
            result = .data(try [Fragment](json: try row.bytes(first + 9) ?? [], of: "an outcome"))
        case "empty":
            result = .empty(learnerKnown: (row[first + 7] as Bool?) ?? false)
        default:
            result = .failed(FailureColumns(row: row, first: first + 2).whole ?? Failure(.internal, ""))
        }
        self.init(
            result, finishedAt: row.date(first + 5) ?? .distantPast, duration: row.duration(first + 6),
            dataTimestamp: row.date(first + 8), failures: FailureColumns(row: row, first: first + 2).paths)
    }
}

extension OutcomeSummary {
    static let columns = "kind, item_count, reason, message, attempts, finished_at, duration"

    init(row: Row, first: Int) {
        let kind = Kind(rawValue: row[first]) ?? .failed
        let failures = FailureColumns(row: row, first: first + 2)
        self.init(
            kind: kind, items: row[first + 1],
            failure: kind == .failed ? failures.whole ?? Failure(.internal, "") : nil,
            finishedAt: row.date(first + 5) ?? .distantPast, duration: row.duration(first + 6), failures: failures.paths
        )
    }
}
