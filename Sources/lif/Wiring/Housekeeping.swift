import ServiceLifecycle

/// What a component does beside requests, for as long as the process serves.
struct Housekeeping: Service {
    let keepHouse: @Sendable () async -> Void

    func run() async throws {
        await cancelWhenGracefulShutdown { await keepHouse() }
    }
}
