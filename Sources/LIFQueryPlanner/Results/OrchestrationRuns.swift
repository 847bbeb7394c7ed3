public import Foundation
import LIFConcurrency
public import LIFJSON
public import LIFModel
public import Logging
import Synchronization

/// Joins plans that run at an orchestrator elsewhere with the results that it posts to `/orchestration/results`.
///
/// All state is in the store: results may arrive in another process than the one that waits for them.
public final class OrchestrationRuns: Sendable {
    /// Takes what has arrived for a part of a run's plan, also when nobody waits for it any more.
    public typealias Keep = @Sendable (SubmittedRun, QueryPlanPart, Outcome) async -> Void

    private let configuration: OrchestrationRunsConfiguration
    private let store: RunStore
    private let logger: Logger
    private let now: @Sendable () -> Date
    private let retentionClock: any RetentionClock
    /// Wakes those in this process who wait for something to become known about a run.
    private let notices = Broadcast<RandomID, Void>(.newest)
    /// How many results are held for a run that is not known yet, and how many bytes they have.
    private let held = Mutex((count: 0, bytes: 0))
    private let lastRemoval = Mutex(Date.distantPast)

    /// Results for all planners that use this store.
    ///
    /// - Parameters:
    ///   - now: The time at which runs are registered, and against which the times in results are checked.
    ///   - retentionClock: Says whether old runs may be removed; `nil` believes `now`.
    public init(
        store: RunStore, configuration: OrchestrationRunsConfiguration = OrchestrationRunsConfiguration(),
        logger: Logger = Logger(label: "lif.planner"), now: @escaping @Sendable () -> Date = { Date() },
        retentionClock: (any RetentionClock)? = nil
    ) {
        self.store = store
        self.configuration = configuration
        self.logger = logger
        self.now = now
        self.retentionClock = retentionClock ?? PlainRetentionClock(now)
    }

    /// Makes a run known, under the id that the orchestrator gave it. Results that came before are then taken.
    ///
    /// - Parameter submittedAt: Before the orchestrator had the plan: its results are as old as that. `nil` for now.
    /// - Throws: `LIFError` `OutputWriteException`.
    public func register(_ id: RandomID, plan: QueryPlan, submittedAt: Date? = nil) async throws {
        try await store.register(SubmittedRun(id: id, plan: plan, submittedAt: submittedAt ?? now()))
        notices.send(to: id)
        await removeOldIfDue()
    }

    /// Makes known that a run's results have come with an answer of the orchestrator. Results of it that are posted as well, now or
    /// later, change nothing.
    ///
    /// What fails is logged: results that are posted are then taken as new ones, or refused after `holdingTime`.
    public func close(_ id: RandomID) async {
        do {
            try await store.close(id, at: now())
        } catch {
            log(error, "The arrival of a run's results cannot be recorded")
        }
        notices.send(to: id)
        await removeOldIfDue()
    }

    /// The outcomes of a run's parts as they arrive, in this process or another, each part once. Ends after the last one, or
    /// when nobody reads it any more.
    ///
    /// - Throws: `LIFError` `JobNotFoundException` when the run is not known, or no longer; `OutputReadException`.
    public func outcomes(of id: RandomID) -> AsyncThrowingStream<(index: Int, outcome: Outcome), any Error> {
        let (stream, continuation) = AsyncThrowingStream.makeStream(
            of: (index: Int, outcome: Outcome).self, throwing: (any Error).self)
        let notices = notices(of: id)
        // A bare task: it stands beside whoever reads the stream, and ends with the stream.
        let reading = Task { [store] in
            do {
                guard let run = try await store.run(id) else { throw Self.unknown }
                var taken: Set<Int> = []
                while !Task.isCancelled {
                    let arrived = try await store.outcomes(of: id, except: taken)
                    for index in arrived.keys.sorted() where run.plan.parts.indices.contains(index) {
                        guard let outcome = arrived[index], taken.insert(index).inserted else { continue }
                        continuation.yield((index, outcome))
                    }
                    if taken.count == run.plan.parts.count { break }
                    await notices.wait()
                }
                continuation.finish()
            } catch {
                continuation.finish(throwing: error)
            }
        }
        continuation.onTermination = { _ in reading.cancel() }
        return stream
    }

    /// What has arrived of a run until now, but for the parts given.
    ///
    /// - Throws: `LIFError` `OutputReadException`.
    public func arrived(of id: RandomID, except parts: Set<Int>) async throws -> [Int: Outcome] {
        try await store.outcomes(of: id, except: parts)
    }

    /// Takes the results that an orchestrator posts.
    ///
    /// Results of a run that is not known yet are held for `holdingTime`: they may be faster than the answer to the
    /// submission. Doing it again with the same results changes nothing, nor do results of a closed run (`close`). A part of
    /// which the orchestrator has left something out is not taken. Fragments outside a part's paths are dropped.
    ///
    /// - Parameter keep: Called once for each part whose outcome is new, before this returns.
    /// - Returns: How many fragments were dropped, by source.
    /// - Throws: `LIFError` `QueryParseException` with the place, for a document of another shape, for durations and times that
    ///   cannot be, and for results that the run's plan does not ask for (nothing of such a document is taken); `JobNotFoundException` for an unknown run;
    ///   `Overloaded` when too many wait for their run; `OutputWriteException`.
    @discardableResult
    public func receive(_ document: RawJSON, keep: Keep) async throws -> [String: Int] {
        guard let id = document["run_id"]?.string.flatMap({ RandomID($0) }) else {
            throw LIFError.fault(
                .shape, at: "run_id", "\"run_id\" is missing or not a run's id; it must be the id of a submitted run.")
        }
        let run = try await run(id, holding: document.bytes.count)
        if run.isClosed { return [:] }
        let results = ReceivedJobResults(document, plan: run.plan, now: now())
        try results.faults.check()
        try results.misstated.check()
        try results.foreign.check()
        for (source, count) in results.droppedFragments {
            logger.warning(
                "An orchestrator sent fragments at paths that were not asked for; they were dropped",
                metadata: ["run": "\(id.logLabel)", "source": "\(source)", "fragments": "\(count)"])
        }
        let filed = try await store.file(results.outcomes, run: id)
        notices.send(to: id)
        for index in filed.sorted() {
            if let outcome = results.outcomes[index] { await keep(run, run.plan.parts[index], outcome) }
        }
        return results.droppedFragments
    }

    /// Waits for a run to become known, with results of that many bytes.
    private func run(_ id: RandomID, holding bytes: Int) async throws -> SubmittedRun {
        if let run = try await store.run(id) { return run }
        let mayWait = held.withLock { held in
            guard held.count < configuration.heldLimit, held.bytes + bytes <= configuration.heldByteLimit else {
                return false
            }
            held = (held.count + 1, held.bytes + bytes)
            return true
        }
        guard mayWait else {
            throw LIFError(
                .overloaded, "Too many results wait for a run that is not known yet. Send them again later.",
                blame: .us,
                isRetryable: true)
        }
        defer { held.withLock { $0 = ($0.count - 1, $0.bytes - bytes) } }
        let notices = notices(of: id)
        let found = try await Deadline.run(within: configuration.holdingTime) { [store] () throws -> SubmittedRun in
            while true {
                if let run = try await store.run(id) { return run }
                try Task.checkCancellation()
                await notices.wait()
            }
        }
        guard let found else { throw Self.unknown }
        return found
    }

    /// Beats when something may have become known about a run, in this process or another.
    private func notices(of id: RandomID) -> Pulse { Pulse(following: notices.listen(to: id), store.changes()) }

    private static let unknown = LIFError(
        .jobNotFoundException,
        "No run with this id waits for results. It may belong to another planner, or be too old.")

    /// Now and then, beside the runs that come.
    private func removeOldIfDue() async {
        let now = now()
        let isDue = lastRemoval.withLock { last in
            guard abs(now.timeIntervalSince(last)) >= 60 else { return false }
            last = now
            return true
        }
        if isDue { await removeOld() }
    }

    /// Removes runs that nobody can wait for any more, with their results. What fails is logged, and left for the next call.
    ///
    /// It is done when runs are registered; call it from time to time too, for when none come any more.
    public func removeOld() async {
        do {
            guard let now = await retentionClock.timeForRemoval() else { return }
            let limit = now.addingTimeInterval(-configuration.retention.inSeconds)
            while !Task.isCancelled, try await store.remove(submittedBefore: limit, limit: 100) == 100 {}
        } catch {
            log(error, "Old runs could not be removed; it is tried again")
        }
    }

    private func log(_ error: any Error, _ message: Logger.Message) {
        logger.error(
            message, metadata: ["error": "\((error as? LIFError)?.description ?? "\(type(of: error))")"])
    }
}
