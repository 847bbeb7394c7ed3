import Hummingbird
import LIFIdentities
import LIFJSON
import LIFMetrics
import LIFQueryPlanner
import LIFServer
import LIFTesting
import Logging
import ServiceLifecycle
import Testing

/// A component that listens on a free port of loopback.
struct TestServer {
    let port: Int
    private let services: ServiceGroup

    /// Serves the planner of a system while the body runs.
    static func planner(
        _ system: TestSystem = TestSystem(), _ listener: ListenerConfiguration = ListenerConfiguration(port: 0),
        identities: (any IdentityStore)? = nil, updater: RecordUpdater? = nil,
        isReady: @escaping @Sendable () async throws -> Void = {},
        _ body: (TestServer) async throws -> Void
    ) async throws {
        let ports = AsyncStream.makeStream(of: Int.self)
        let component = ComponentServer.queryPlanner(
            system.planner, listener,
            services: QueryPlannerServices(
                takeResults: { _ in }, identities: identities, updater: updater,
                metrics: { [metrics = system.metrics] in metrics.render() }),
            counting: ServerMetrics(factory: system.metrics), logger: system.logger, isReady: isReady,
            onRunning: { ports.continuation.yield($0) })
        try await serve(component, ports.stream, body)
    }

    /// Serves the orchestrator of a system while the body runs.
    static func orchestrator(
        _ system: TestSystem = TestSystem(), _ listener: ListenerConfiguration = ListenerConfiguration(port: 0),
        isReady: @escaping @Sendable () async throws -> Void = {}, _ body: (TestServer) async throws -> Void
    ) async throws {
        let ports = AsyncStream.makeStream(of: Int.self)
        let component = ComponentServer.orchestrator(
            system.orchestrator, listener, counting: ServerMetrics(factory: system.metrics), logger: system.logger,
            isReady: isReady,
            metrics: { [metrics = system.metrics] in metrics.render() },
            onRunning: { ports.continuation.yield($0) })
        try await serve(component, ports.stream, body)
    }

    private static func serve(
        _ component: some ApplicationProtocol, _ ports: AsyncStream<Int>, _ body: (TestServer) async throws -> Void
    ) async throws {
        var quiet = Logger(label: "test")
        quiet.logLevel = .critical
        let services = ServiceGroup(configuration: ServiceGroupConfiguration(services: [component], logger: quiet))
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await services.run() }
            let port = try #require(await ports.first { _ in true })
            try await body(TestServer(port: port, services: services))
            await services.triggerGracefulShutdown()
            try await group.waitForAll()
        }
    }

    /// Asks the component to stop, as SIGTERM does.
    func stop() async { await services.triggerGracefulShutdown() }

    /// Sends one request over a connection of its own.
    func send(
        _ method: String, _ path: String, _ headers: [String: String] = [:], body: String? = nil
    ) async throws -> Connection.Answer {
        let text = Self.request(method, path, headers, body: body)
        return try await Connection.open(port: port) { (connection) async throws in
            try await connection.send(text)
            return try await connection.answer()
        }
    }

    func get(_ path: String, _ headers: [String: String] = [:]) async throws -> Connection.Answer {
        try await send("GET", path, headers)
    }

    func post(_ path: String, _ body: String, _ headers: [String: String] = [:]) async throws -> Connection.Answer {
        try await send("POST", path, headers, body: body)
    }

    /// Submits a job that goes on by itself.
    func submit(_ job: String) async throws -> String {
        let answer = try await post("/jobs", job)
        return try #require(try answer.json()["run_id"]?.string, "\(answer.body)")
    }

    /// Submits a job and waits for its end.
    func finish(_ job: String) async throws -> String {
        let id = try await submit(job)
        for _ in 0..<20 {
            let answer = try await get("/jobs/\(id)/result", ["Prefer": "wait=15"])
            if answer.status != 409 { break }
        }
        return id
    }

    /// A request's bytes.
    static func request(
        _ method: String, _ path: String, _ headers: [String: String] = [:], body: String? = nil
    ) -> String {
        var fields = ["Host": "127.0.0.1"]
        if let body { fields["Content-Length"] = "\(body.utf8.count)" }
        fields.merge(headers) { _, new in new }
        let lines = fields.map { "\($0.key): \($0.value)\r\n" }.joined()
        return "\(method) \(path) HTTP/1.1\r\n\(lines)\r\n\(body ?? "")"
    }
}
