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
        let count = try await takeUpDeparted()
        scheduleChanges.beat()
        return count
    }

    /// - Returns: How many jobs go on.
    @discardableResult
    func takeUpDeparted() async throws -> Int {
        let claimed = try await stores.jobs.claim(
            for: stores.leases.own, living: try await stores.leases.living())
        var count = 0
        // A job that goes on owes its callbacks anew when it ends.
        let left = try await callbacks.claim(withoutThoseOf: Set(claimed.map(\.id)))
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
        if left > 0 { logger.notice("Callbacks are taken up again", metadata: ["callbacks": "\(left)"]) }
        callbacks.deliverOwed()
        return count
    }

    /// Takes up the jobs of this process that no engine works on: what a fault of the store, or an engine that forgot a run,
    /// has left.
    func takeUpIdle() async throws {
        var lost: Set<JobID> = []
        for job in try await stores.jobs.held(by: stores.leases.own) where await !engine.holds(job.id) {
            if admission.contains(job.id) {
                // It is about to start, or its end is being dealt with. Else it is still so when jobs are looked for next.
                guard lostRuns.withLock({ $0.contains(job.id) }) else {
                    lost.insert(job.id)
                    continue
                }
                admission.leave(job.id)
            }
            await takeUp(job)
        }
        lostRuns.withLock { $0 = lost }
    }

    /// Stops what this process runs and does not hold any more: another process has cancelled it, or taken it over.
    func dropLost() async throws {
        let running = admission.runs
        if running.isEmpty { return }
        let held = Set(try await stores.jobs.held(by: stores.leases.own).map(\.id))
        for job in running.subtracting(held) {
            // A synchronous query's run is in no store.
            guard try await stores.jobs.job(job) != nil else { continue }
            await engine.cancel(job)
            forget(job, fence: .max)
        }
    }

    /// Runs what is left of a job that this process holds, unless it is at it.
    ///
    /// - Returns: Whether it goes on.
    @discardableResult
    func takeUp(_ job: Job) async -> Bool {
        if reopening.withLock({ $0.contains(job.id) }) { return false }
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
            forget(job.id, fence: job.fence)
            return false
        }
        if let end = end(of: job) {
            // What an earlier run of it still does here is in vain.
            await engine.cancel(job.id)
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
        if let deadline = timers.deadline(of: job.id) ?? job.deadline, deadline <= now() { return .timedOut(job) }
        return nil
    }

    /// What the engine says when nothing of an accepted run goes on any more. The outcomes tell whether the job has ended.
    func jobRunEnded(_ run: WorkflowRun, _ error: (any Error)?) async {
        let failure = error.map(Failure.init(of:))
        do {
            guard let job = try await stores.jobs.job(run.job), job.finishedAt == nil else {
                forget(run.job, fence: run.fence)
                return
            }
            guard job.fence == run.fence else {
                forget(run.job, fence: run.fence)
                // Cancelled and run again, or given to another process and back, before this run had ended.
                if job.holder == stores.leases.own, job.cancelledAt == nil { await takeUp(job) }
                return
            }
            // Whoever cancelled it files what is missing, or leaves it to the next start.
            if error is CancellationError || failure?.reason == .cancelled { return }
            let progress = try await stores.queue.progress(of: run.job)
            if progress.count >= job.plan.parts.count {
                try await resultHandler.complete(job, progress)
                forget(run.job, fence: run.fence)
            } else if let failure, failure.reason == .storage {
                // Running it again at once would fetch again what cannot be kept.
                stopped(run, failure)
            } else {
                try await submitAgain(job, after: failure)
            }
        } catch {
            stopped(run, Failure(of: error))
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
        let end = Failure(
            .internal, "The engine could not run the job, though it was submitted again: \(reason.message)")
        guard let failed = try await stores.jobs.fail(job.id, end, fence: job.fence) else { return }
        _ = try await resume(failed)
    }

    /// The job cannot even be marked failed: its waiters hear why, and it is taken up later.
    private func stopped(_ run: WorkflowRun, _ reason: Failure) {
        logger.error(
            "A job stopped before its end: \(reason.message)",
            metadata: ["job": "\(run.job.logLabel)", "reason": "\(reason.reason.rawValue)"])
        board.tell(run.job, .ended(reason: reason))
    }

    /// Lets go of what is kept in this process about a job that has ended, or that is run under a higher fence.
    func forget(_ job: JobID, fence: Int) {
        timers.cancel(job, through: fence)
        _ = resubmissions.withLock { $0.removeValue(forKey: job) }
    }

    /// Looks after a job's deadline and its SLA.
    func watchTime(of job: Job, startedAt: Date) {
        var alarms: [JobTimers.Alarm] = []
        let deadline = job.submission.workflow.timeout.map { startedAt.addingTimeInterval($0.inSeconds) }
        if let deadline {
            alarms.append(JobTimers.Alarm(date: deadline) { [weak self] in await self?.expire(job) })
        }
        if let sla = job.submission.workflow.sla ?? configuration.workflow.sla {
            let due = job.acceptedAt.addingTimeInterval(sla.inSeconds)
            alarms.append(JobTimers.Alarm(date: due) { [weak self] in await self?.missedSLA(job, sla) })
        }
        if !alarms.isEmpty { timers.watch(job.id, fence: job.fence, deadline: deadline, now: now(), alarms) }
    }

    /// The job as it is now, if it goes on and this process still holds it.
    private func stillRunning(_ job: Job) async throws -> Job? {
        guard let now = try await stores.jobs.job(job.id), now.finishedAt == nil, now.fence == job.fence else { return nil }
        return now
    }

    private func expire(_ job: Job) async {
        do {
            guard let job = try await stillRunning(job) else { return }
            await engine.cancel(job.id)
            let progress = try await stores.queue.progress(of: job.id)
            let missing = job.plan.parts.indices.filter { progress[$0] == nil }
            try await JobEnd.timedOut(job).file(missing, of: job, with: self)
        } catch {
            if Task.isCancelled { return }
            logFault("end a job past its time-out", error)
        }
    }

    private func missedSLA(_ job: Job, _ sla: Duration) async {
        do {
            guard let job = try await stillRunning(job) else { return }
            metrics.slaMissed()
            stores.log.append(
                JobLogEntry(
                    job: job.id, at: now(), level: .warning, event: "sla-missed",
                    message: "The job is not done after \(sla.forPeople), its SLA. It goes on."))
            logger.warning("A job has missed its SLA", metadata: ["job": "\(job.id.logLabel)"])
            try await callbacks.keep(callbacks.owedForSLA(by: job, at: now()))
        } catch {
            if Task.isCancelled { return }
            logFault("tell that a job has missed its SLA", error)
        }
    }
}
