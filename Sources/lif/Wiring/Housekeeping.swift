import LIFOrchestrator
import ServiceLifecycle

/// What the orchestrator does beside requests, for as long as the process serves.
struct Housekeeping: Service {
    let orchestrator: Orchestrator

    func run() async throws {
        await cancelWhenGracefulShutdown { await orchestrator.keepHouse() }
    }
}
