import Foundation
import LIFConcurrency
import LIFModel
import LIFWorkflow
import Logging
import Synchronization

/// Carries out what `CallbackDelivery` says about the callbacks that this process owes.
final class CallbackDispatcher: Sendable {
    let stores: OrchestratorStores
    let driver: JobDriver
    let setup: @Sendable () -> OrchestratorSetup
    let runner: TaskRunner
    let metrics: OrchestratorMetrics
    let logger: Logger
    let now: @Sendable () -> Date
    private let tasks = TaskBag<Int>()
    private let delivery = Mutex(CallbackDelivery())

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

    /// How many callbacks are being dealt with.
    var runningCount: Int { delivery.withLock { $0.count } }
    var isIdle: Bool { delivery.withLock { $0.isIdle } }

    /// Takes over the callbacks of processes that have died, and begins with them.
    ///
    /// - Returns: How many there are.
    func takeUpDeparted() async throws -> Int {
        let claimed = try await stores.callbacks.claim(
            for: stores.leases.own, living: try await stores.leases.living())
        deliverOwed()
        return claimed.count
    }

    /// Begins with what is owed and not under way yet. Returns at once.
    func deliverOwed() { start(handle(.owed)) }

    /// Stops the deliveries that are under way; they are owed still.
    func close() async {
        start(handle(.closed))
        await tasks.close()
    }

    private func handle(_ event: CallbackDelivery.Event) -> [CallbackDelivery.Action] {
        delivery.withLock { $0.handle(event, at: .now, random: runner.jitter) }
    }

    private func start(_ actions: some Sequence<CallbackDelivery.Action>) {
        for action in actions { tasks.start { [self] in await carryOut(action) } }
    }

    /// Carries out an action and what follows for the same callback.
    private func carryOut(_ first: CallbackDelivery.Action) async {
        var next: CallbackDelivery.Action? = first
        while let action = next {
            let actions = handle(await perform(action))
            next = actions.first
            start(actions.dropFirst())
        }
    }

    private func perform(_ action: CallbackDelivery.Action) async -> CallbackDelivery.Event {
        switch action {
        case .read: return await read()
        case .wait(let callback, let pause, let failed):
            if let failed { await note(callback, failed.attempt, failed.failure) }
            // A wait that is cancelled ends at once, and so does the process.
            try? await runner.sleep(pause)
            return .waited(callback.id)
        case .attempt(let callback, let number, let time):
            return .tried(callback.id, await attempt(callback, number, within: time))
        case .settle(let callback, let settlement):
            return .settled(callback.id, isNoted: await settle(callback, settlement))
        }
    }

    private func read() async -> CallbackDelivery.Event {
        do {
            let owed = try await stores.callbacks.owed(by: stores.leases.own)
            return .read(owed, setup().configuration.callbackPolicy)
        } catch {
            log(error, "The callbacks that are owed cannot be read")
            return .readFailed
        }
    }

    func log(_ error: any Error, _ message: Logger.Message) {
        logger.error(
            message, metadata: ["error": "\((error as? LIFError)?.description ?? "\(type(of: error))")"])
    }
}
