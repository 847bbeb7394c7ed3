import Foundation
import LIFJournal
import LIFModel
import LIFWorkflow

/// Brings decisions about jobs into the journal: reads what is known of a job, has `JobStateMachine` decide, and commits that as one
/// transaction; again from the top when somebody else has changed the job meanwhile. It keeps nothing itself.
struct JobDriver: Sendable {
    /// A decision that holds.
    struct Decided: Sendable {
        let job: JobID
        /// What was submitted; `nil` where the decision does not need it.
        let submission: JobSubmission?
        /// What it was decided on.
        let machine: JobStateMachine
        let decision: JobDecision
        let at: Date
        /// What has landed with it, by part.
        var landed: [(part: Int, outcome: Outcome)] = []
        /// How long it took to commit it.
        var written = Duration.zero

        /// The job's state since then.
        var state: JournalRun.State { decision.state ?? machine.state }
    }

    let stores: OrchestratorStores
    let admission: Admission
    let engine: JobEngine
    let setup: @Sendable () -> OrchestratorSetup
    let now: @Sendable () -> Date

    /// Decides what follows from an event, and commits it.
    ///
    /// - Parameters:
    ///   - submission: What was submitted, where that is known; else it is read.
    ///   - outcome: Of the part that is about to land.
    ///   - stop: Called when parts land again and again, so that nothing can be decided on them; only where the decision is to stop
    ///     the run anyway.
    /// - Returns: `nil` for a job that does not exist.
    /// - Throws: `LIFError` `OutputReadException`, `OutputWriteException`; nothing has changed then.
    @discardableResult
    func decide(
        _ id: JobID, _ event: JobOccurrence, submission: JobSubmission? = nil, outcome: Outcome? = nil,
        stop: () async -> Void = {}
    ) async throws -> Decided? {
        var refused: (revision: Int, decision: JobDecision)?
        let known = submission ?? admission.submission(of: id)
        while let run = try await stores.journal.run(id, document: known == nil), run.kind == .job {
            if let refused, refused.revision == run.revision, refused.decision.actions.contains(.stopRun) {
                await stop()
            }
            let submission = run.state.isOpen || event == .retried ? try known ?? JobSubmission(run) : nil
            // Of one that has ended nothing but this depends on the parts.
            let progress = submission == nil ? [:] : try await stores.queue.progress(of: id)
            let machine = machine(of: run, submission, progress)
            let decided = Decided(
                job: id, submission: submission, machine: machine, decision: machine.decide(event, at: now()), at: now()
            )
            guard decided.decision.state != nil else { return decided }
            if let kept = try await commit(decided, on: run, event, outcome) { return kept }
            refused = (run.revision, decided.decision)
        }
        return nil
    }

    /// What follows from the acceptance of a job, which is all that is known of it.
    func accepted(_ job: Job) -> Decided {
        let machine = machine(of: job.journaled.run, job.submission, [:])
        return Decided(
            job: job.id, submission: job.submission, machine: machine, decision: machine.decide(.accepted, at: now()),
            at: now())
    }

    private func machine(
        of run: JournalRun, _ submission: JobSubmission?, _ progress: [Int: OutcomeSummary]
    ) -> JobStateMachine {
        let configuration = setup().configuration
        return JobStateMachine(
            job: run.id, partCount: run.expectedParts, acceptedAt: run.acceptedAt,
            timeout: submission?.workflow.timeout,
            sla: submission.flatMap { $0.workflow.sla ?? configuration.workflow.sla },
            callbacks: submission.map { JobCallbacks($0, configuration) } ?? JobCallbacks(), own: stores.leases.own,
            engine: engine,
            state: run.state, landed: progress.mapValues(JobStateMachine.Landing.init),
            isDataRemoved: run.isDataRemoved,
            resubmissions: admission.resubmissions(of: run.id), isLate: admission.isLate(run.id),
            running: admission.epoch(of: run.id))
    }

    /// - Returns: `nil` when it was decided on what is no longer so.
    private func commit(
        _ decided: Decided, on run: JournalRun, _ event: JobOccurrence, _ outcome: Outcome?
    ) async throws -> Decided? {
        let (decision, start) = (decided.decision, ContinuousClock.now)
        var decided = decided
        if decision.landsWithIt, case .landing(let part, _, _) = event, let outcome {
            decided.landed.append((part, outcome))
        }
        if let (parts, failure) = decision.failures {
            let outcome = Outcome(.failed(failure), finishedAt: decided.at, duration: .zero)
            decided.landed += parts.map { ($0, outcome) }
        }
        var change = RunChange(run, to: decided.state)
        if decision.dependsOnParts { change.lastPosition = run.lastPosition }
        change.dropsFailedParts = decision.dropsFailedParts
        change.parts = try decided.landed.map { try stores.queue.part($0.part, $0.outcome) }
        change.owed = decision.owed.map { debt in
            OwedCallback(
                Callback(job: run.id, kind: debt.kind, target: debt.target, fence: debt.epoch, createdAt: decided.at))
        }
        guard let kept = try await stores.journal.commit(change) else { return nil }
        decided.written = ContinuousClock.now - start
        // What has landed in between stays as it is, and was reported already.
        if kept.lastPosition != run.lastPosition + Int64(decided.landed.count) {
            let progress = try? await stores.queue.progress(of: run.id)
            decided.landed.removeAll { progress?[$0.part]?.failure != $0.outcome.failure }
        }
        return decided
    }
}

extension JobStateMachine.Landing {
    init(_ summary: OutcomeSummary) {
        self = summary.failure != nil ? .failed : summary.hasFailures ? .partly : .whole
    }
}
