import Foundation
import LIFConcurrency
import LIFModel
import LIFWorkflow
import Logging
import Synchronization

/// Delivers the callbacks that are owed: each is tried until it is taken or given up, also over a restart.
final class CallbackDispatcher: Sendable {
    fileprivate struct State {
        var running: [RandomID: Callback] = [:]
        /// Whether a task reads what is owed.
        var isReading = false
        /// Something came to be owed since that read began.
        var isReadWanted = false
        /// What was settled since that read began: it may have seen these as owed still.
        var settled: Set<RandomID> = []
        var isClosed = false
    }

    private static let deliveriesPerReceiver = 8

    let stores: OrchestratorStores
    let driver: JobDriver
    let setup: @Sendable () -> OrchestratorSetup
    let runner: TaskRunner
    let metrics: OrchestratorMetrics
    let logger: Logger
    let now: @Sendable () -> Date
    /// How many receivers there are the configuration bounds: allowed origins and named operators.
    let places = KeyedSemaphore<String>(placesPerKey: deliveriesPerReceiver)
    private let tasks = TaskBag<Int>()
    private let state = Mutex(State())

    init(
        stores: OrchestratorStores, driver: JobDriver, setup: @escaping @Sendable () -> OrchestratorSetup,
        runner: TaskRunner, metrics: OrchestratorMetrics, logger: Logger, now: @escaping @Sendable () -> Date
    ) {
        self.stores = stores
        self.driver = driver
        self.setup = setup
        self.runner = runner
        self.metrics = metrics
        self.logger = logger
        self.now = now
    }

    /// How many deliveries are under way.
    var runningCount: Int { state.withLock { $0.running.count } }

    /// Takes over the callbacks of processes that have died, and begins with them.
    ///
    /// - Returns: How many there are.
    func takeUpDeparted() async throws -> Int {
        let claimed = try await stores.callbacks.claim(
            for: stores.leases.own, living: try await stores.leases.living())
        deliverOwed()
        return claimed.count
    }

    static let isSuperseded = "The job went on: what it owes at its end is another callback."

    /// Begins with what is owed and not under way yet. Returns at once.
    func deliverOwed() {
        state.withLock { state in
            if state.isClosed { return }
            state.isReadWanted = true
            // Whoever ends a job does not wait for the callbacks.
            if !state.isReading { state.isReading = tasks.start { [self] in await read() } }
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
                if state.running[callback.id] != nil { continue }
                state.running[callback.id] = callback
                tasks.start { [self] in
                    let isSettled = await deliver(callback)
                    end(callback, isSettled: isSettled)
                }
            }
        }
    }

    private func end(_ callback: Callback, isSettled: Bool) {
        state.withLock { state in
            state.running[callback.id] = nil
            if isSettled && state.isReading { state.settled.insert(callback.id) }
        }
    }

    func log(_ error: any Error, _ message: Logger.Message) {
        logger.error(
            message, metadata: ["error": "\((error as? LIFError)?.description ?? "\(type(of: error))")"])
    }

    /// Whether another receiver waits for the results of the same job.
    func isWaitedFor(beside callback: Callback) -> Bool {
        state.withLock { state in
            state.running.values.contains { other in
                other.job == callback.job && other.kind == .results && other.id != callback.id
            }
        }
    }

    /// Stops the deliveries that are under way; they are owed still.
    func close() async {
        state.withLock { $0.isClosed = true }
        await tasks.close()
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
        isReading = false
        return false
    }
}
