import Foundation
import LIFJSON
import LIFModel
import LIFWorkflow
import Logging
import Synchronization

/// Delivers the callbacks that are owed: each is tried until it is taken or given up, also over a restart.
final class CallbackDispatcher: Sendable {
    fileprivate struct State {
        var running: [RandomID: (callback: Callback, task: Task<Void, Never>)] = [:]
        /// The task that reads what is owed.
        var reading: Task<Void, Never>?
        /// Something came to be owed since that read began.
        var isReadWanted = false
        /// What was settled since that read began: it may have seen these as owed still.
        var settled: Set<RandomID> = []
        /// What a read has found owed while it was under way.
        var foundAgain: Set<RandomID> = []
        var isClosed = false
    }

    private static let concurrentDeliveries = 16

    private let stores: OrchestratorStores
    private let setup: @Sendable () -> OrchestratorSetup
    private let runner: TaskRunner
    private let metrics: OrchestratorMetrics
    private let logger: Logger
    private let now: @Sendable () -> Date
    private let places = TaskPool(limit: concurrentDeliveries)
    private let state = Mutex(State())

    init(
        stores: OrchestratorStores, setup: @escaping @Sendable () -> OrchestratorSetup, runner: TaskRunner,
        metrics: OrchestratorMetrics, logger: Logger, now: @escaping @Sendable () -> Date
    ) {
        self.stores = stores
        self.setup = setup
        self.runner = runner
        self.metrics = metrics
        self.logger = logger
        self.now = now
    }

    /// How many deliveries are under way.
    var runningCount: Int { state.withLock { $0.running.count } }

    /// What a job that has ended owes.
    func owed(by job: Job, status: JobStatus, at date: Date) -> [Callback] {
        let configuration = setup().configuration
        var targets: [(CallbackKind, String)] = []
        for url in [job.submission.callback, configuration.resultsURL].compactMap(\.self)
        where !targets.contains(where: { $0.1 == url }) {
            targets.append((.results, url))
        }
        let callbacks = job.submission.workflow.callbacks.filled(from: configuration.workflow.callbacks)
        for (kind, target) in callbacks.targets {
            switch kind {
            case .completion: targets.append((kind, target))
            case .success where status == .completed: targets.append((kind, target))
            case .failure where status == .failed: targets.append((kind, target))
            case .success, .failure, .results, .slaMiss: break
            }
        }
        return targets.map { kind, target in
            Callback(job: job.id, kind: kind, target: target, fence: job.fence, createdAt: date)
        }
    }

    /// What a job that missed its SLA owes. It is counted from the job's acceptance, so it is missed once, whoever runs the job.
    func owedForSLA(by job: Job, at date: Date) -> [Callback] {
        let callbacks = job.submission.workflow.callbacks.filled(from: setup().configuration.workflow.callbacks)
        return callbacks.slaMiss.map { target in
            [Callback(job: job.id, kind: .slaMiss, target: target, fence: 0, createdAt: date)]
        } ?? []
    }

    /// Keeps callbacks for this process to deliver, and begins with them.
    func keep(_ callbacks: [Callback]) async throws {
        if callbacks.isEmpty { return }
        try await stores.callbacks.add(callbacks, holder: stores.leases.own)
        deliverOwed()
    }

    /// Takes over the callbacks of processes that have died.
    ///
    /// - Parameter jobs: Jobs that go on: what was owed for an end that was not noted is dropped, for their end will owe it.
    /// - Returns: How many there are.
    func claim(withoutThoseOf jobs: Set<JobID>) async throws -> Int {
        let claimed = try await stores.callbacks.claim(
            for: stores.leases.own, living: try await stores.leases.living())
        var count = 0
        for callback in claimed {
            if callback.kind != .slaMiss, jobs.contains(callback.job) {
                try await stores.callbacks.close(callback.id, givenUp: Self.isSuperseded)
            } else {
                count += 1
            }
        }
        return count
    }

    private static let isSuperseded = "The job went on: what it owes at its end is another callback."

    /// Begins with what is owed and not under way yet. Returns at once.
    func deliverOwed() {
        state.withLock { state in
            if state.isClosed { return }
            state.isReadWanted = true
            guard state.reading == nil else { return }
            // A bare task: whoever ends a job does not wait for the callbacks. `close` waits for it.
            state.reading = Task { [self] in await read() }
        }
    }

    private func read() async {
        while state.withLock({ $0.beginRead() }) {
            do {
                start(try await stores.callbacks.owed(by: stores.leases.own))
            } catch {
                log(error, "The callbacks that are owed cannot be read")
            }
        }
    }

    private func start(_ callbacks: [Callback]) {
        state.withLock { state in
            for callback in callbacks where !state.settled.contains(callback.id) && !state.isClosed {
                if state.running[callback.id] != nil {
                    state.foundAgain.insert(callback.id)
                    continue
                }
                // A bare task: a delivery may take a day. It is held until it ends or the process stops.
                let task = Task { [self] in
                    let isSettled = await deliver(callback)
                    end(callback, isSettled: isSettled)
                }
                state.running[callback.id] = (callback, task)
            }
        }
    }

    private func end(_ callback: Callback, isSettled: Bool) {
        let isFoundAgain = state.withLock { state in
            state.running[callback.id] = nil
            if isSettled && state.reading != nil { state.settled.insert(callback.id) }
            return state.foundAgain.remove(callback.id) != nil
        }
        // What was to be waited for may have come just then.
        if isFoundAgain && !isSettled { deliverOwed() }
    }

    /// - Returns: Whether it is owed no more.
    private func deliver(_ callback: Callback) async -> Bool {
        do {
            switch try await standing(of: callback) {
            case .due: break
            case .early: return false
            case .superseded:
                try await stores.callbacks.close(callback.id, givenUp: Self.isSuperseded)
                return true
            }
            try await runner.run(
                setup().configuration.callbackPolicy, from: callback.attempts + 1,
                failed: { [self] number, error in await failed(callback, number, error) },
                attempt: { [self] _ in
                    // What holds a job's data is made when there is a place for it.
                    try await places.run {
                        let target = try setup().loader.callback(callback.target)
                        let message = CallbackMessage(callback: callback, body: try await body(of: callback))
                        try await target.deliver(message)
                    }
                })
            try await stores.callbacks.close(callback.id, givenUp: nil)
        } catch {
            // Stopping leaves it owed for the next start.
            return Task.isCancelled ? false : await giveUp(callback, error)
        }
        metrics.callback(callback.kind, isDelivered: true)
        note(callback, .info, "callback-delivered", "The \(callback.kind.rawValue) callback was delivered.")
        await acknowledge(callback)
        return true
    }

    private enum Standing {
        case due
        /// Its job's end is not noted yet.
        case early
        /// The job's end is another one, or will be.
        case superseded
    }

    /// What is owed at a job's end is kept before the end is noted, and delivered after it.
    private func standing(of callback: Callback) async throws -> Standing {
        // One that is not known any more is told of by `body`.
        guard callback.kind != .slaMiss, let job = try await stores.jobs.job(callback.job) else { return .due }
        switch (callback.kind, job.finalStatus) {
        case (_, nil): return callback.fence < job.fence ? .superseded : .early
        case (.success, .failed?), (.failure, .completed?): return .superseded
        default: return .due
        }
    }

    /// Whoever is to have the results has them, unless others wait for them still.
    private func acknowledge(_ callback: Callback) async {
        guard callback.kind == .results else { return }
        let isLast = state.withLock { state in
            !state.running.values.contains { other, _ in
                other.job == callback.job && other.kind == .results && other.id != callback.id
            }
        }
        guard isLast else { return }
        do {
            _ = try await stores.jobs.acknowledge(callback.job, at: now())
        } catch {
            log(error, "It cannot be noted that results were delivered")
        }
    }

    private func failed(_ callback: Callback, _ number: Int, _ error: LIFError) async {
        note(callback, .warning, "callback-failed", "Attempt \(number) failed: \(error.message)")
        do {
            try await stores.callbacks.noteAttempt(callback.id, attempts: number)
        } catch {
            log(error, "A callback's attempt cannot be noted")
        }
    }

    /// - Returns: Whether it is owed no more.
    private func giveUp(_ callback: Callback, _ error: any Error) async -> Bool {
        let failure = Failure(of: error)
        // A store that cannot be used now says nothing about the receiver: the callback stays owed.
        if failure.reason == .storage {
            log(error, "A callback cannot be delivered now")
            return false
        }
        metrics.callback(callback.kind, isDelivered: false)
        note(callback, .error, "callback-given-up", "The callback was given up: \(failure.message)")
        logger.error(
            "A callback was given up: \(failure.message)",
            metadata: ["job": "\(callback.job.logLabel)", "kind": "\(callback.kind.rawValue)"])
        do {
            try await stores.callbacks.close(callback.id, givenUp: failure.message)
            return true
        } catch {
            log(error, "A callback that was given up cannot be noted")
            return false
        }
    }

    private func note(_ callback: Callback, _ level: JobLogEntry.Level, _ event: String, _ message: String) {
        stores.log.append(
            JobLogEntry(job: callback.job, at: now(), level: level, event: event, message: message))
    }

    private func log(_ error: any Error, _ message: Logger.Message) {
        logger.error(
            message, metadata: ["error": "\((error as? LIFError)?.description ?? "\(type(of: error))")"])
    }

    /// - Throws: `LIFError`.
    private func body(of callback: Callback) async throws -> RawJSON {
        guard let job = try await stores.jobs.job(callback.job) else {
            throw LIFError(.jobNotFoundException, "The callback's job is no longer kept.")
        }
        if callback.kind == .results {
            return JobResults(job: job, outcomes: try await stores.queue.outcomes(of: job.id)).json
        }
        return JobNotice(job: job, kind: callback.kind, progress: try await stores.queue.progress(of: job.id)).json
    }

    /// Stops the deliveries that are under way; they are owed still.
    func close() async {
        let (reading, running) = state.withLock { state in
            state.isClosed = true
            return (state.reading, state.running.values.map(\.task))
        }
        reading?.cancel()
        for task in running { task.cancel() }
        await reading?.value
        for task in running { await task.value }
    }
}

extension CallbackDispatcher.State {
    /// - Returns: Whether there is something to be read; else the reading is over.
    fileprivate mutating func beginRead() -> Bool {
        settled = []
        if isReadWanted && !isClosed {
            isReadWanted = false
            return true
        }
        reading = nil
        return false
    }
}

extension WorkflowSettings.Callbacks {
    /// With what is not set taken from others.
    func filled(from others: Self) -> Self {
        var result = self
        result.completion = completion ?? others.completion
        result.success = success ?? others.success
        result.failure = failure ?? others.failure
        result.slaMiss = slaMiss ?? others.slaMiss
        return result
    }
}
