import GRDB
import LIFModel
import LIFWorkflow

extension Job {
    /// The columns that `init(row:)` reads, in its order.
    static let columns = """
        id, accepted_at, holder, fence, cancelled_at, engine_reason, engine_message, engine_attempts, finished_at,
        final_status, schedule_id, idempotency_key, submission, started_at
        """

    /// The values of those columns.
    var values: StatementArguments {
        let head: StatementArguments = [id.text, acceptedAt.column, holder.text, fence, cancelledAt?.column]
        return head + engineFailure.columns + [
            finishedAt?.column, finalStatus?.rawValue, submission.scheduleID?.text, submission.idempotencyKey,
            submission.data, startedAt.column,
        ]
    }

    /// - Throws: `LIFError` `OutputReadException` for a row that no version has written.
    init(row: Row) throws {
        guard let id = row.id(0), let acceptedAt = row.date(1), let holder = row.id(2) else {
            throw StorageFault.damaged("a job")
        }
        self.init(
            id: id,
            submission: try JobSubmission(row: row, index: 12, idempotencyKey: row[11], of: "a job's submission"),
            acceptedAt: acceptedAt, startedAt: row.date(13), holder: holder, fence: row[3], cancelledAt: row.date(4),
            engineFailure: row.failure(5), finishedAt: row.date(8),
            finalStatus: (row[9] as String?).flatMap(JobStatus.init(rawValue:)))
    }
}
