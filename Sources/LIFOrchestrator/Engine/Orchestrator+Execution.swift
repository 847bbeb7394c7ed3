import Foundation
import LIFJournal
public import LIFModel
public import LIFWorkflow

/// What became of a task that somebody was asked to do.
public enum TaskExecutionEnd: Sendable, Hashable {
    /// It is done, by this call or before.
    case done
    /// Another one does it just now: nothing was done.
    case heldByAnother
    /// The job has ended, or goes on under a later epoch: nothing more is wanted, and what was being done was given up.
    case superseded
}

extension Orchestrator {
    /// Does one task of a job's run, whichever process and engine it is in: plan and graph come from the job in the journal, the input
    /// from the output queue, and the output goes there.
    ///
    /// Where an engine may do one task twice, it is claimed first, and the claim is renewed as long as the work goes on. When the
    /// claim or the epoch is lost, the work is cancelled.
    ///
    /// - Parameters:
    ///   - epoch: Under which the run was launched.
    ///   - timeToLive: How long a claim holds that is not renewed any more; it is renewed three times in that time.
    /// - Throws: `LIFError` `JobNotFoundException`; `QueryParseException` for a task that the job does not have; `OutputReadException`,
    ///   `OutputWriteException`; `CancellationError`. A failing source does not throw: it is an outcome.
    public func execute(
        _ id: WorkflowTask.ID, of job: JobID, epoch: Int, timeToLive: Duration = .seconds(30)
    ) async throws -> TaskExecutionEnd {
        guard let kept = try await stores.journal.run(job, document: true), kept.kind == .job else {
            throw Self.notFound
        }
        guard kept.state.isOpen, kept.state.epoch == epoch else { return .superseded }
        let (setup, submission) = (setup, try JobSubmission(kept))
        let graph = try setup.parser.graph(
            of: submission.plan, workflow: submission.workflow, parts: id.part.map { [$0] } ?? [])
        guard let task = graph[id] else {
            throw LIFError(.queryParseException, "The job has no task \"\(id)\".")
        }
        let run = WorkflowRun(
            job: job, plan: submission.plan, graph: graph, isAccepted: true, fence: epoch,
            startedAt: kept.state.startedAt)
        do {
            guard task.work.part != nil, engine.capabilities.contains(.repeatsTasks) else {
                try await executor(setup).execute(task, of: run)
                return .done
            }
            let claim = HeldClaim(
                claims: JournalTaskClaims(stores.journal), task: id, job: job, epoch: epoch, timeToLive: timeToLive,
                now: now)
            return try await claim.during { try await self.executor(setup).execute(task, of: run) }
        } catch let error as LIFError where error.reason == .cancelled {
            // The queue refuses what comes under an epoch that has passed.
            return .superseded
        }
    }
}

/// A task as it is claimed by one that does it.
private struct HeldClaim {
    let claims: any TaskClaims
    let task: WorkflowTask.ID
    let job: JobID
    let epoch: Int
    let timeToLive: Duration
    let now: @Sendable () -> Date
    private let holder = HolderID()

    init(
        claims: any TaskClaims, task: WorkflowTask.ID, job: JobID, epoch: Int, timeToLive: Duration,
        now: @escaping @Sendable () -> Date
    ) {
        self.claims = claims
        self.task = task
        self.job = job
        self.epoch = epoch
        self.timeToLive = timeToLive
        self.now = now
    }

    /// Does the work, unless another one has the task, and as long as the claim holds.
    func during(_ work: @escaping @Sendable () async throws -> Void) async throws -> TaskExecutionEnd {
        if let refused = Self.refusal(try await renew()) { return refused }
        let result = await withTaskGroup(of: Result<TaskExecutionEnd?, any Error>.self) { group in
            group.addTask {
                do {
                    try await work()
                    return .success(.done)
                } catch {
                    return .failure(error)
                }
            }
            group.addTask { .success(await lost()) }
            defer { group.cancelAll() }
            var end: Result<TaskExecutionEnd?, any Error> = .success(nil)
            while case .success(nil) = end, let next = await group.next() { end = next }
            return end
        }
        // Whoever comes next need not wait for its time to be over; where that fails, it waits.
        try? await claims.release(task, of: job, epoch: epoch, from: holder, now: now())
        return try result.get() ?? .done
    }

    private func renew() async throws -> TaskClaimAnswer {
        let now = now()
        return try await claims.claim(
            task, of: job, epoch: epoch, for: holder, now: now, until: now.addingTimeInterval(timeToLive.inSeconds))
    }

    /// Renews the claim until it is lost, or the part has landed.
    private func lost() async -> TaskExecutionEnd? {
        var renewedAt = now()
        while true {
            do {
                try await Task.sleep(for: timeToLive / 3)
                let answer = try await renew()
                if answer == .landed { return nil }
                if let refused = Self.refusal(answer) { return refused }
                renewedAt = now()
            } catch {
                if Task.isCancelled { return nil }
                // A store that is away for a moment loses no claim.
                if now().timeIntervalSince(renewedAt) >= timeToLive.inSeconds { return .heldByAnother }
            }
        }
    }

    /// - Returns: `nil` when it is granted.
    private static func refusal(_ answer: TaskClaimAnswer) -> TaskExecutionEnd? {
        switch answer {
        case .granted: nil
        case .held: .heldByAnother
        case .landed: .done
        case .superseded: .superseded
        }
    }
}
