import Foundation
import GRDB
import LIFJSON
import LIFModel
import LIFWorkflow

extension TaskOutput {
    /// The columns that `init(row:)` reads, in its order.
    static let columns = "kind, learner_known, reason, message, attempts, data_timestamp, elapsed, content"

    /// The values of those columns.
    var values: StatementArguments {
        let kind: String
        var failure: Failure?
        var data: Data?
        switch content {
        case .document(let json): (kind, data) = ("document", json.data)
        case .fragments(let list): (kind, data) = ("fragments", list.json.data)
        case .failed(let reason): (kind, failure) = ("failed", reason)
        }
        let head: StatementArguments = [kind, learnerKnown]
        return head + FailureColumns(whole: failure, paths: failures).values + [
            dataTimestamp?.column, elapsed.inNanoseconds, data,
        ]
    }

    /// - Throws: `LIFError` `OutputReadException` for a row that no version has written.
    init(row: Row) throws {
        let content: Content
        let failures = FailureColumns(row: row, first: 2)
        switch row[0] as String {
        case "document": content = .document(try RawJSON(kept: try row.bytes(7) ?? [], of: "a task's output"))
        case "fragments": content = .fragments(try [Fragment](json: try row.bytes(7) ?? [], of: "a task's output"))
        default: content = .failed(failures.whole ?? Failure(.internal, ""))
        }
        self.init(
            content, learnerKnown: row[1], dataTimestamp: row.date(5), elapsed: row.duration(6),
            failures: failures.paths)
    }
}
