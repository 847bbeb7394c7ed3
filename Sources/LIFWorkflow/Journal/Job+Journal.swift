import LIFJSON
package import LIFJournal
package import LIFModel

extension Job {
    /// What the journal keeps of it.
    package var journaled: (run: JournalRun, index: RunIndex) {
        var writer = JSONWriter(reservingCapacity: 256 * plan.parts.count)
        writer.value(submission)
        let run = JournalRun(
            id: id, kind: .job, acceptedAt: acceptedAt, expectedParts: plan.parts.count, key: submission.idempotencyKey,
            document: writer.bytes,
            state: JournalRun.State(
                startedAt: startedAt, holder: holder, epoch: fence, cancelledAt: cancelledAt,
                failure: engineFailure.map(RunFailure.init), end: finalStatus?.rawValue, endedAt: finishedAt,
                engine: engine))
        let parts = plan.parts
        let index = RunIndex(
            sources: Set(parts.map(\.informationSourceID)), schedule: submission.scheduleID,
            learners: Array(Set(parts.map(\.learner))))
        return (run, index)
    }

    /// - Throws: `LIFError` `OutputReadException` for a document that is no submission.
    package init(_ run: JournalRun) throws {
        self.init(run, submission: try JobSubmission(run))
    }

    /// - Parameter submission: What the run's document says.
    package init(_ run: JournalRun, submission: JobSubmission) {
        let state = run.state
        self.init(
            id: run.id, submission: submission, acceptedAt: run.acceptedAt, startedAt: state.startedAt,
            holder: state.holder, fence: state.epoch, cancelledAt: state.cancelledAt,
            engineFailure: state.failure.map(Failure.init), finishedAt: state.endedAt,
            finalStatus: state.end.flatMap(JobStatus.init(rawValue:)), engine: state.engine)
    }
}

extension JobSubmission {
    /// - Throws: `LIFError` `OutputReadException` for a run whose document is no submission.
    package init(_ run: JournalRun) throws {
        do {
            self = try JobSubmission(
                json: JSONParser.parse(run.document ?? [], limits: JSONLimits(maximumBytes: .max)))
        } catch {
            throw LIFError.damaged("a job's submission", cause: error)
        }
        idempotencyKey = run.key
    }
}

extension RunFailure {
    package init(_ failure: Failure) {
        self.init(word: failure.reason.rawValue, message: failure.message, attempts: failure.attempts)
    }
}

extension Failure {
    /// A newer version may know more reasons.
    package init(_ failure: RunFailure) {
        self.init(Reason(rawValue: failure.word) ?? .internal, failure.message, attempts: failure.attempts)
    }
}
