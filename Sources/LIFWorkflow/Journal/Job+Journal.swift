import LIFJSON
import LIFJournal
import LIFModel

extension Job {
    /// What the journal keeps of it.
    var journaled: (run: JournalRun, index: RunIndex) {
        var writer = JSONWriter(reservingCapacity: 256 * plan.parts.count)
        writer.value(submission)
        let run = JournalRun(
            id: id, kind: .job, acceptedAt: acceptedAt, expectedParts: plan.parts.count, key: submission.idempotencyKey,
            document: writer.bytes,
            state: JournalRun.State(
                startedAt: startedAt, holder: holder, epoch: fence, cancelledAt: cancelledAt,
                failure: engineFailure.map(RunFailure.init), end: finalStatus?.rawValue, endedAt: finishedAt))
        let parts = plan.parts
        let index = RunIndex(
            sources: Set(parts.map(\.informationSourceID)), schedule: submission.scheduleID,
            learners: Array(Set(parts.map(\.learner))))
        return (run, index)
    }

    /// - Throws: `LIFError` `OutputReadException` for a document that is no submission.
    init(_ run: JournalRun) throws {
        var submission: JobSubmission
        do {
            submission = try JobSubmission(
                json: JSONParser.parse(run.document ?? [], limits: JSONLimits(maximumBytes: .max)))
        } catch {
            throw LIFError.damaged("a job's submission", cause: error)
        }
        submission.idempotencyKey = run.key
        let state = run.state
        self.init(
            id: run.id, submission: submission, acceptedAt: run.acceptedAt, startedAt: state.startedAt,
            holder: state.holder, fence: state.epoch, cancelledAt: state.cancelledAt,
            engineFailure: state.failure.map(Failure.init), finishedAt: state.endedAt,
            finalStatus: state.end.flatMap(JobStatus.init(rawValue:)))
    }
}

extension RunFailure {
    init(_ failure: Failure) {
        self.init(word: failure.reason.rawValue, message: failure.message, attempts: failure.attempts)
    }
}

extension Failure {
    /// A newer version may know more reasons.
    init(_ failure: RunFailure) {
        self.init(Reason(rawValue: failure.word) ?? .internal, failure.message, attempts: failure.attempts)
    }
}
