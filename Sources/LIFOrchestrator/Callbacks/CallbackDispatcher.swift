import Foundation
import LIFJSON
import LIFModel
import LIFWorkflow
import Logging
import Synchronization

/// Delivers the callbacks that are owed: each is tried until it is taken or given up, also over a restart.
final class CallbackDispatcher: Sendable {
    private static let concurrentDeliveries = 16

    private let stores: OrchestratorStores
    private let setup: @Sendable () -> OrchestratorSetup
    private let runner: TaskRunner
    private let metrics: OrchestratorMetrics
    private let logger: Logger
    private let places = TaskPool(limit: concurrentDeliveries)
    private let running: Mutex<[RandomID: Task<Void, Never>]> = Mutex([:])
    private let isClosed = Mutex(false)

    init(
        stores: OrchestratorStores, setup: @escaping @Sendable () -> OrchestratorSetup, runner: TaskRunner,
        metrics: OrchestratorMetrics, logger: Logger
    ) {
        self.stores = stores
        self.setup = setup
        self.runner = runner
        self.metrics = metrics
        self.logger = logger
    }

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

    /// What a job that missed its SLA owes.
    func owedForSLA(by job: Job, at date: Date) -> [Callback] {
        let callbacks = job.submission.workflow.callbacks.filled(from: setup().configuration.workflow.callbacks)
        return callbacks.slaMiss.map { target in
            [Callback(job: job.id, kind: .slaMiss, target: target, fence: job.fence, createdAt: date)]
        } ?? []
    }

    /// Begins with what is owed and not under way yet. Returns at once.
    func deliverOwed() {
        // A bare task: whoever ends a job does not wait for the callbacks. `close` waits for the deliveries it starts.
        Task { [self] in
            do {
                start(try await stores.callbacks.owed(by: stores.leases.own))
            } catch {
                log(error, "The callbacks that are owed cannot be read")
            }
        }
    }

    /// Takes over the callbacks of processes that have died, and begins with what is owed.
    func recover() async throws {
        start(try await stores.callbacks.claim(for: stores.leases.own, living: try await stores.leases.living()))
        start(try await stores.callbacks.owed(by: stores.leases.own))
    }

    private func start(_ callbacks: [Callback]) {
        for callback in callbacks {
            running.withLock { running in
                guard running[callback.id] == nil, !isClosed.withLock({ $0 }) else { return }
                // A bare task: a delivery may take a day. It is held until it ends or the process stops.
                running[callback.id] = Task { [self] in
                    await deliver(callback)
                    self.running.withLock { $0[callback.id] = nil }
                }
            }
        }
    }

    private func deliver(_ callback: Callback) async {
        do {
            let loader = setup().loader
            let message = CallbackMessage(callback: callback, body: try await body(of: callback))
            try await runner.run(
                setup().configuration.callbackPolicy, from: callback.attempts + 1,
                failed: { [self] number, error in await failed(callback, number, error) },
                attempt: { [self] _ in
                    let target = try loader.callback(callback.target)
                    try await places.run { try await target.deliver(message) }
                })
            try await stores.callbacks.close(callback.id, givenUp: nil)
            metrics.callback(callback.kind, isDelivered: true)
            note(callback, .info, "callback-delivered", "The \(callback.kind.rawValue) callback was delivered.")
            if callback.kind == .results {
                _ = try await stores.jobs.acknowledge(callback.job, at: Date())
            }
        } catch {
            // Stopping leaves it owed for the next start.
            if Task.isCancelled { return }
            await giveUp(callback, error)
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

    private func giveUp(_ callback: Callback, _ error: any Error) async {
        let failure = Failure(of: error)
        // A store that cannot be used now says nothing about the receiver: the callback stays owed.
        if failure.reason == .storage {
            log(error, "A callback cannot be delivered now")
            return
        }
        metrics.callback(callback.kind, isDelivered: false)
        note(callback, .error, "callback-given-up", "The callback was given up: \(failure.message)")
        logger.error(
            "A callback was given up: \(failure.message)",
            metadata: ["job": "\(callback.job.logLabel)", "kind": "\(callback.kind.rawValue)"])
        do {
            try await stores.callbacks.close(callback.id, givenUp: failure.message)
        } catch {
            log(error, "A callback that was given up cannot be noted")
        }
    }

    private func note(_ callback: Callback, _ level: JobLogEntry.Level, _ event: String, _ message: String) {
        stores.log.append(
            JobLogEntry(job: callback.job, at: Date(), level: level, event: event, message: message))
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
        isClosed.withLock { $0 = true }
        let tasks = running.withLock { Array($0.values) }
        for task in tasks { task.cancel() }
        for task in tasks { await task.value }
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
