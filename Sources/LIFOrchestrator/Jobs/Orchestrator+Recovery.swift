import Foundation
import LIFConcurrency
import LIFModel
import LIFWorkflow
import Logging

// MARK: - Taking jobs up, and ending those that cannot go on

extension Orchestrator {
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
        await scheduler.limit(configuration.limits)
        try await checkEngine(configuration)
        try await deliverOwedCancellations()
        let count = try await takeUpDeparted()
        scheduleChanges.beat()
        return count
    }

    /// How many jobs are claimed at a time, so that all that live get some of what a process has left.
    static let claimLimit = 16
    /// How long the others have to claim some.
    static let claimPause = Duration.milliseconds(50)

    /// - Returns: How many jobs go on.
    @discardableResult
    func takeUpDeparted() async throws -> Int {
        var (count, claimedCount) = (0, 0)
        while true {
            let living = try await stores.leases.living()
            let claimed = try await stores.jobs.claim(
                for: stores.leases.own, living: living, limit: Self.claimLimit)
            for job in claimed {
                stores.log.append(
                    JobLogEntry(
                        job: job.id, at: now(), level: .warning, event: "taken-up",
                        message: "Its process has ended; this one continues with the parts without an outcome."))
                if await takeUp(job) { count += 1 }
            }
            claimedCount += claimed.count
            if claimed.count < Self.claimLimit { break }
            if living.count > 1 { try await Task.sleep(for: Self.claimPause) }
        }
        if claimedCount > 0 {
            logger.notice("Unfinished jobs go on", metadata: ["jobs": "\(claimedCount)"])
        }
        let owed = try await callbacks.takeUpDeparted()
        if owed > 0 { logger.notice("Owed callbacks go on", metadata: ["callbacks": "\(owed)"]) }
        return count
    }

    /// Takes up the jobs of this process that no engine works on: what a fault of the store, or an engine that forgot a run,
    /// has left.
    func takeUpIdle() async throws {
        // Without room they would stop again at once.
        guard (try? await room.check()) != nil else { return }
        var unheld: [Job] = []
        for job in try await stores.jobs.held(by: stores.leases.own) where await !isHeld(job.id) { unheld.append(job) }
        let idle = admission.idle(among: Set(unheld.map(\.id)))
        for job in unheld where idle.contains(job.id) { await takeUp(job) }
    }

    /// Whether a run of the job goes on here, or is watched from here.
    func isHeld(_ job: JobID) async -> Bool {
        elsewhere == nil ? await scheduler.holds(job) : admission.epoch(of: job) != nil
    }

    /// Stops what this process runs and does not hold any more: another process has cancelled it, or taken it over.
    func dropLost() async throws {
        let running = admission.runs
        if running.isEmpty { return }
        let held = Set(try await stores.jobs.held(by: stores.leases.own).map(\.id))
        // The run of a query that someone waits for is no job.
        for job in running.subtracting(held) { try await handle(job, .lookedAt) }
    }

    /// Runs what is left of a job that this process holds, unless it is at it.
    ///
    /// - Returns: Whether it goes on.
    @discardableResult
    func takeUp(_ job: Job) async -> Bool {
        do {
            return try await handle(job.id, .takenUp, submission: job.submission)?.decision.launches ?? false
        } catch {
            logger.error(
                "A job cannot be resumed",
                metadata: [
                    "job": "\(job.id.logLabel)",
                    "error": "\((error as? LIFError)?.description ?? "\(type(of: error))")",
                ])
            return false
        }
    }
}
