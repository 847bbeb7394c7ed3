public import Hummingbird
import HummingbirdCore
import LIFJSON
import LIFModel
public import LIFOrchestrator
public import LIFQueryPlanner
public import Logging
import NIOCore

/// Serves one component over HTTP. The two components may listen in one process, each at its own port.
public enum ComponentServer {
    /// The server of a Query Planner, with all its routes; it listens once it is run.
    ///
    /// - Parameters:
    ///   - services: What the planner's process serves beside queries.
    ///   - counting: Takes what the server itself counts.
    ///   - isReady: Throws when the component's stores cannot be used.
    ///   - notices: What `GET /health` says beside that the component is well; without learners' values.
    ///   - onRunning: Called with the bound port.
    public static func queryPlanner(
        _ planner: QueryPlanner, _ configuration: ListenerConfiguration, services: QueryPlannerServices,
        counting metrics: ServerMetrics = ServerMetrics(), logger: Logger,
        isReady: @escaping @Sendable () async throws -> Void,
        notices: @escaping @Sendable () async -> [String] = { [] },
        onRunning: @escaping @Sendable (Int) async -> Void = { _ in }
    ) -> some ApplicationProtocol {
        let connections = Connections(limit: configuration.maximumConnections)
        let router = queryPlannerRouter(
            planner, configuration, services: services, counting: metrics, connections: connections,
            isReady: isReady, notices: notices)
        return application(router, configuration, connections, logger: logger, onRunning: onRunning)
    }

    static func queryPlannerRouter(
        _ planner: QueryPlanner, _ configuration: ListenerConfiguration, services: QueryPlannerServices,
        counting metrics: ServerMetrics = ServerMetrics(), connections: Connections? = nil,
        isReady: @escaping @Sendable () async throws -> Void,
        notices: @escaping @Sendable () async -> [String] = { [] }
    ) -> Router<ComponentRequestContext> {
        let router = router(
            "query-planner", configuration, counting: metrics, connections, isReady: isReady, notices: notices)
        QueryPlannerRoutes(planner: planner, maximumBodyBytes: configuration.maximumBodyBytes).add(to: router)
        ProcessedRequestRoutes(planner: planner).add(to: router)
        UpdateRoute(updater: services.updater, maximumBodyBytes: configuration.maximumBodyBytes).add(to: router)
        OrchestrationResultsRoute(receive: services.takeResults).add(to: router)
        if let identities = services.identities {
            IdentityMapperRoutes(
                store: identities, organization: planner.configuration.federation.organization,
                maximumBodyBytes: configuration.maximumBodyBytes
            ).add(to: router)
        }
        MetricsRoute(text: services.metrics).add(to: router)
        DocumentationRoutes(document: .queryPlanner).add(to: router)
        router.add(middleware: MethodMiddleware(router))
        return router
    }

    /// The server of an Orchestrator, with all its routes; it listens once it is run.
    ///
    /// - Parameters: As for `queryPlanner`, and
    ///   - metrics: Writes what was counted and timed, as `GET /metrics` gives it.
    public static func orchestrator(
        _ orchestrator: Orchestrator, _ configuration: ListenerConfiguration,
        counting server: ServerMetrics = ServerMetrics(), logger: Logger,
        isReady: @escaping @Sendable () async throws -> Void,
        notices: @escaping @Sendable () async -> [String] = { [] }, metrics: @escaping @Sendable () -> [UInt8],
        onRunning: @escaping @Sendable (Int) async -> Void = { _ in }
    ) -> some ApplicationProtocol {
        let connections = Connections(limit: configuration.maximumConnections)
        let router = orchestratorRouter(
            orchestrator, configuration, counting: server, connections: connections, isReady: isReady,
            notices: notices, metrics: metrics)
        return application(router, configuration, connections, logger: logger, onRunning: onRunning)
    }

    static func orchestratorRouter(
        _ orchestrator: Orchestrator, _ configuration: ListenerConfiguration,
        counting server: ServerMetrics = ServerMetrics(), connections: Connections? = nil,
        isReady: @escaping @Sendable () async throws -> Void,
        notices: @escaping @Sendable () async -> [String] = { [] }, metrics: @escaping @Sendable () -> [UInt8]
    ) -> Router<ComponentRequestContext> {
        let router = router(
            "orchestrator", configuration, counting: server, connections, isReady: isReady, notices: notices)
        OrchestratorRoutes(orchestrator: orchestrator, maximumBodyBytes: configuration.maximumBodyBytes)
            .add(to: router)
        MetricsRoute(text: metrics).add(to: router)
        DocumentationRoutes(document: .orchestrator).add(to: router)
        router.add(middleware: MethodMiddleware(router))
        return router
    }

    /// What each component has.
    private static func router(
        _ component: String, _ configuration: ListenerConfiguration, counting metrics: ServerMetrics,
        _ connections: Connections?, isReady: @escaping @Sendable () async throws -> Void,
        notices: @escaping @Sendable () async -> [String]
    ) -> Router<ComponentRequestContext> {
        // HEAD is GET without the body (RFC 9110, 9.3.2).
        let router = Router(context: ComponentRequestContext.self, options: .autoGenerateHeadEndpoints)
        router.add(
            middleware: ProblemMiddleware(component: component, maximumBodyBytes: configuration.maximumBodyBytes))
        if let connections { router.add(middleware: ConnectionLimitMiddleware(connections: connections)) }
        router.add(middleware: AccessMiddleware(configuration, of: component, metrics: metrics))
        router.add(middleware: CompressionMiddleware())
        router.add(middleware: ExpectMiddleware())
        router.add(middleware: BodyBudgetMiddleware(maximumBytes: configuration.bodyBudget))
        router.get("health") { _, _ in
            try await checkHealth(isReady)
            let notices = await notices()
            return Response.json { writer in
                writer.member("status", "ok")
                if notices.isEmpty { return }
                writer.name("notices")
                writer.array { writer in for notice in notices { writer.value(notice) } }
            }
        }
        return router
    }

    private static func application(
        _ router: Router<ComponentRequestContext>, _ configuration: ListenerConfiguration,
        _ connections: Connections, logger: Logger, onRunning: @escaping @Sendable (Int) async -> Void
    ) -> some ApplicationProtocol {
        let seconds = min(max(1, configuration.idleTimeout.components.seconds), 86_400)
        return Application(
            router: router,
            server: HTTPServerBuilder {
                ComponentChannel(idleTimeout: .seconds(seconds), connections: connections, responder: $0)
            },
            configuration: ApplicationConfiguration(
                address: .hostname(configuration.host, port: configuration.port), backlog: 1_024,
                availableConnectionsDelegate: connections.acceptance),
            onServerRunning: { channel in await onRunning(channel.localAddress?.port ?? configuration.port) },
            logger: logger)
    }

    /// Who asks wants to know whether to send requests here: a store that fails is "not now", whatever the fault.
    private static func checkHealth(_ isReady: @Sendable () async throws -> Void) async throws {
        do {
            try await isReady()
        } catch {
            let reason = (error as? LIFError)?.message ?? "The reason is in the log."
            throw LIFError(
                .outputQueueNotAvailableException, "The component's store cannot be used. \(reason)", blame: .us,
                isRetryable: true, cause: error)
        }
    }
}
