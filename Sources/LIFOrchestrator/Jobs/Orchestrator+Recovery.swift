import Foundation
import LIFModel
import LIFWorkflow
import Logging
import Synchronization

// MARK: - Taking jobs up, and ending those that cannot go on

extension Orchestrator {
    /// How often a run that the engine could not end is submitted again ("Retries" in ARCHITECTURE.md).
    static let resubmissionLimit = 2

    /// Takes up what processes that died have left: the parts of accepted jobs that have no outcome, and the callbacks that are
    /// owed.
    ///
    /// A job that cannot be taken up is logged and stays accepted; the others go on.
    ///
    /// - Returns: How many jobs go on.
    /// - Throws: `LIFError` `OutputReadException` or `OutputWriteException` when the stores as a whole cannot be used;
    ///   `CancellationError`.
    @discardableResult
    public func recover() async throws -> Int {
        await engine.limit(configuration.limits)
        let claimed = try await stores.jobs.claim(
            for: stores.leases.own, living: try await stores.leases.living())
        var count = 0
        for job in claimed {
            stores.log.append(
                JobLogEntry(
                    job: job.id, at: now(), level: .warning, event: "taken-up",
                    message: "Its process has ended; this one goes on with the parts that have no outcome."))
            if await takeUp(job) { count += 1 }
        }
        if !claimed.isEmpty {
            logger.notice("Jobs are taken up again", metadata: ["jobs": "\(claimed.count)"])
        }
        try await callbacks.recover()
        scheduleChanges.beat()
        return count
    }

    /// Takes up the jobs of this process that no engine works on: what a fault of the store has left.
    func takeUpIdle() async throws {
        for job in try await stores.jobs.held(by: stores.leases.own) where await !engine.holds(job.id) {
            await takeUp(job)
        }
    }

    /// Stops what this process runs and does not hold any more: another process has cancelled it, or taken it over.
    func dropLost() async throws {
        let running = admission.runs
        if running.isEmpty { return }
        guard try await stores.leases.living().count > 1 else { return }
        let held = Set(try await stores.jobs.held(by: stores.leases.own).map(\.id))
        for job in running.subtracting(held) {
            // A synchronous query's run is in no store.
            guard try await stores.jobs.job(job) != nil else { continue }
            await engine.cancel(job)
            forget(job)
        }
    }

    /// Runs what is left of a job that this process holds, unless it is at it.
    ///
    /// - Returns: Whether it goes on.
    @discardableResult
    func takeUp(_ job: Job) async -> Bool {
        do {
            return try await resume(job)
        } catch {
            logger.error(
                "A job cannot be taken up again",
                metadata: [
                    "job": "\(job.id.logLabel)",
                    "error": "\((error as? LIFError)?.description ?? "\(type(of: error))")",
                ])
            return false
        }
    }

    /// Runs the parts of a job that have no outcome, or ends it.
    private func resume(_ job: Job) async throws -> Bool {
        try await stores.queue.raiseFence(of: job.id, to: job.fence)
        let progress = try await stores.queue.progress(of: job.id)
        let missing = job.plan.parts.indices.filter { progress[$0] == nil }
        if missing.isEmpty {
            try await resultHandler.complete(job, progress)
            return false
        }
        if let end = end(of: job) {
            try await end.file(missing, of: job, with: self)
            return false
        }
        let graph = try parser.graph(of: job.plan, workflow: job.submission.workflow, parts: missing)
        try await start(job, graph)
        return true
    }

    /// Why nothing of a job is to run any more.
    private func end(of job: Job) -> JobEnd? {
        if job.cancelledAt != nil { return .cancelled }
        if let failure = job.engineFailure { return JobEnd(failure: failure) }
        if let deadline = job.deadline, deadline <= now() { return .timedOut(job) }
        return nil
    }

    /// What the engine says when nothing of an accepted run goes on any more. The outcomes tell whether the job has ended.
    func jobRunEnded(_ run: WorkflowRun, _ error: (any Error)?) async {
        let failure = error.map(Failure.init(of:))
        // Cancelled: whoever cancelled it files what is missing, or leaves it to the next start.
        if error is CancellationError || failure?.reason == .cancelled { return }
        do {
            guard let job = try await stores.jobs.job(run.job), job.finishedAt == nil, job.fence == run.fence else {
                forget(run.job)
                return
            }
            let progress = try await stores.queue.progress(of: run.job)
            if progress.count >= job.plan.parts.count {
                try await resultHandler.complete(job, progress)
                forget(run.job)
                return
            }
            try await submitAgain(job, after: failure)
        } catch {
            stopped(run, failure ?? Failure(of: error))
        }
    }

    private func submitAgain(_ job: Job, after failure: Failure?) async throws {
        let reason = failure ?? Failure(.internal, "The engine ended the run before each part had its outcome.")
        let count = resubmissions.withLock { counts in
            counts[job.id, default: 0] += 1
            return counts[job.id] ?? 0
        }
        if count <= Self.resubmissionLimit {
            logger.warning(
                "A run is submitted again: \(reason.message)",
                metadata: ["job": "\(job.id.logLabel)", "reason": "\(reason.reason.rawValue)"])
            _ = try await resume(job)
            return
        }
        let message = "The engine could not run the job, though it was submitted again: \(reason.message)"
        let end = Failure(reason.reason == .storage ? .storage : .internal, message)
        guard let failed = try await stores.jobs.fail(job.id, end, fence: job.fence) else { return }
        _ = try await resume(failed)
        forget(job.id)
    }

    /// The job cannot even be marked failed: its waiters hear why, and it is taken up later.
    private func stopped(_ run: WorkflowRun, _ reason: Failure) {
        logger.error(
            "A job stopped before its end: \(reason.message)",
            metadata: ["job": "\(run.job.logLabel)", "reason": "\(reason.reason.rawValue)"])
        board.tell(run.job, .ended(reason: reason))
    }

    func forget(_ job: JobID) {
        timers.cancel(job)
        _ = resubmissions.withLock { $0.removeValue(forKey: job) }
    }

    /// Looks after a job's deadline and its SLA.
    func watchTime(of job: Job) {
        timers.cancel(job.id)
        if let deadline = job.deadline {
            timers.at(deadline, now: now(), for: job.id) { [weak self] in await self?.expire(job) }
        }
        if let sla = job.submission.workflow.sla ?? configuration.workflow.sla {
            let due = job.acceptedAt.addingTimeInterval(sla / .seconds(1))
            // A job that is taken up after its SLA has been told before, or missed it while nobody ran it.
            timers.at(due, now: now(), for: job.id) { [weak self] in await self?.missedSLA(job, sla) }
        }
    }

    private func expire(_ job: Job) async {
        await engine.cancel(job.id)
        do {
            let progress = try await stores.queue.progress(of: job.id)
            let missing = job.plan.parts.indices.filter { progress[$0] == nil }
            try await JobEnd.timedOut(job).file(missing, of: job, with: self)
        } catch {
            logger.error(
                "A job past its time-out cannot be ended now",
                metadata: [
                    "job": "\(job.id.logLabel)",
                    "error": "\((error as? LIFError)?.description ?? "\(type(of: error))")",
                ])
        }
    }

    private func missedSLA(_ job: Job, _ sla: Duration) async {
        metrics.slaMissed()
        stores.log.append(
            JobLogEntry(
                job: job.id, at: now(), level: .warning, event: "sla-missed",
                message: "The job is not done after \(sla.forPeople), its SLA. It goes on."))
        let owed = callbacks.owedForSLA(by: job, at: now())
        guard !owed.isEmpty else { return }
        do {
            try await stores.callbacks.add(owed, holder: stores.leases.own)
            callbacks.deliverOwed()
        } catch {
            logger.error("A callback for a missed SLA cannot be kept", metadata: ["job": "\(job.id.logLabel)"])
        }
    }
}

/// What the parts of a job get that will not run any more.
struct JobEnd {
    let failure: Failure

    static let cancelled = JobEnd(failure: Failure(.cancelled, "The job was cancelled before this part had its outcome."))

    static func timedOut(_ job: Job) -> JobEnd {
        let limit = job.submission.workflow.timeout?.forPeople ?? "its time"
        return JobEnd(failure: Failure(.timeout, "The job's time-out of \(limit) was over before this part had its outcome."))
    }

    func file(_ missing: [Int], of job: Job, with orchestrator: Orchestrator) async throws {
        let outcome = Outcome(.failed(failure), finishedAt: orchestrator.now(), duration: .zero)
        let run = WorkflowRun(
            job: job.id, plan: job.plan, graph: try WorkflowGraph(tasks: []), isAccepted: true, fence: job.fence, startedAt: job.acceptedAt)
        for part in missing { try await orchestrator.resultHandler.file(outcome, part: part, of: run) }
        let progress = try await orchestrator.stores.queue.progress(of: job.id)
        guard let kept = try await orchestrator.stores.jobs.job(job.id) else { return }
        try await orchestrator.resultHandler.complete(kept, progress)
        orchestrator.forget(job.id)
    }
}
