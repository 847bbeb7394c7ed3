import Foundation
import LIFConcurrency
import LIFJournal
import LIFModel
import LIFWorkflow
import Logging

// MARK: - What goes on beside requests, as long as the process serves

extension Orchestrator {
    /// How often jobs and callbacks that a fault of the store has left are looked for, and expired data is removed.
    static let housekeepingInterval = Duration.seconds(10)
    /// How soon changes of other processes are looked at again.
    static let shortestWatch = Duration.seconds(1)
    private static let removalBatch = 500

    /// Takes up the jobs of processes that die, fires schedules, and removes what is kept no longer. Returns when the task is
    /// cancelled; faults are logged and tried again.
    public func keepHouse() async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { [self] in await watchDepartures() }
            group.addTask { [self] in await watchOthers() }
            group.addTask { [self] in await watchEngine() }
            group.addTask { [self] in await fireSchedules() }
            group.addTask { [self] in await tidy() }
        }
    }

    private func watchDepartures() async {
        for await _ in stores.leases.departures() {
            await tryTo("take over jobs of dead processes") { try await self.takeUpDeparted() }
        }
    }

    /// Another process may have cancelled what runs here.
    private func watchOthers() async {
        for await _ in stores.journal.changes() {
            await tryTo("release jobs of other processes") { try await self.dropLost() }
            // They may write all the time.
            try? await Task.sleep(for: Self.shortestWatch)
        }
    }

    private func tidy() async {
        while !Task.isCancelled {
            await tryTo("take over jobs of dead processes") { try await self.takeUpDeparted() }
            await tryTo("release jobs of other processes") {
                if try await self.stores.leases.living().count > 1 { try await self.dropLost() }
            }
            await tryTo("cancel runs at the workflow engine") { try await self.deliverOwedCancellations() }
            await tryTo("resume idle jobs") { try await self.takeUpIdle() }
            await tryTo("remove expired data") { try await self.removeExpired() }
            try? await Task.sleep(for: Self.housekeepingInterval)
        }
    }

    func tryTo(_ what: String, _ work: () async throws -> Void) async {
        do {
            try await work()
        } catch {
            if Task.isCancelled { return }
            logFault(what, error)
        }
    }

    func logFault(_ what: String, _ error: any Error) {
        logger.error(
            "The orchestrator could not \(what); it will try again",
            metadata: ["error": "\((error as? LIFError)?.description ?? "\(type(of: error))")"])
    }

    /// Removes results, jobs and log entries whose time is over (Orchestrator seed, "Design Assumptions", 1).
    func removeExpired() async throws {
        let retention = configuration.retention
        guard let now = await retentionClock.timeForRemoval() else { return }
        func before(_ age: Duration?) -> Date? { age.map { now.addingTimeInterval(-$0.inSeconds) } }
        while true {
            let jobs = try await stores.jobs.withExpiredData(
                finishedBefore: before(retention.results), acknowledgedBefore: before(retention.acknowledgedResults),
                limit: Self.removalBatch)
            if jobs.isEmpty { break }
            try await stores.journal.remove(.data, of: jobs)
        }
        if let date = before(retention.jobs) {
            while true {
                let jobs = try await stores.jobs.finished(before: date, limit: Self.removalBatch)
                if jobs.isEmpty { break }
                try await stores.log.remove(jobs)
                try await stores.journal.remove(.all, of: jobs)
            }
        }
        if let date = before(retention.log) {
            while try await stores.log.remove(before: date, limit: 5_000) == 5_000 {}
        }
    }

    /// Stops what goes on; what was accepted stays for the next start. The engine is to be stopped after it.
    public func shutdown() async {
        timers.cancelAll()
        await launches.close()
        await deliveries.close()
        await elsewhere?.shutdown()
        await callbacks.close()
        await stores.log.flush()
    }
}
