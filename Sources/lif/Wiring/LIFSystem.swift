import Foundation
import LIFConfiguration
import LIFEmbeddedEngine
import LIFHTTP
import LIFModel
import LIFNeighbours
import LIFOperators
import LIFOrchestrator
import LIFQueryPlanner
import LIFSQLite
import Logging

/// Which components a process runs.
enum Role: String, CaseIterable {
    case planner
    case orchestrator
}

/// Both components with their stores, wired from the configuration.
struct LIFSystem {
    let configuration: SystemConfiguration
    let database: LIFDatabase
    let planner: QueryPlanner
    let orchestrator: Orchestrator
    private let role: Role?
    private let engine: EmbeddedEngine
    private let http: OutgoingHTTPClient

    /// - Parameter role: What this process is for; `nil` for both. The planner uses the orchestrator in this process, unless the
    ///   configuration names another one; with role `orchestrator` it always does.
    /// - Throws: `LIFError` `ConfigurationNotValid`, `OutputQueueNotAvailableException`.
    init(_ configuration: SystemConfiguration, role: Role?) throws {
        self.configuration = configuration
        self.role = role
        // Each adapter sets its own, lower limit; an orchestrator's answer holds those of many sources.
        let http = OutgoingHTTPClient(OutgoingHTTPConfiguration(maximumBodyBytes: 256 << 20))
        self.http = http
        database = try LIFDatabase(folder: URL(filePath: configuration.stateDirectory, directoryHint: .isDirectory))
        engine = EmbeddedEngine(
            poolLimits: Dictionary(
                configuration.sources.map { ($0.source.id, $0.concurrencyLimit) },
                uniquingKeysWith: { first, _ in first }))

        let remote = role == .planner ? configuration.remoteOrchestrator : configuration.orchestratorElsewhere
        if role == .planner, remote == nil {
            throw LIFError(
                .configurationNotValid,
                "A planner alone needs an orchestrator: set orchestrator_url in the configuration, or LIF_ORCHESTRATOR_URL.",
                blame: .us)
        }
        let orchestrator = Orchestrator(
            configuration: configuration.orchestrator, registry: Self.registry(configuration, http), engine: engine,
            jobs: SQLiteJobStore(database), queue: SQLiteOutputQueue(database))
        self.orchestrator = orchestrator
        var runner: any PlanRunner = orchestrator
        if let remote, role != .orchestrator {
            runner = LIFNeighbours.RemoteOrchestrator(
                configuration: RemoteOrchestratorConfiguration(baseURL: remote.url, token: remote.token?.reveal()),
                http: http)
        }
        planner = QueryPlanner(
            configuration: configuration.planner, runner: runner, fragments: try SQLiteFragmentStore(database),
            requests: SQLiteProcessedRequestStore(database))
    }

    private static func registry(_ configuration: SystemConfiguration, _ http: OutgoingHTTPClient) -> OperatorRegistry {
        let settings = Dictionary(
            configuration.sources.map { ($0.source.id, $0.adapter) }, uniquingKeysWith: { first, _ in first })
        var registry = OperatorRegistry()
        for adapter in AdapterID.allCases {
            registry.register(adapter.rawValue) { source in
                switch settings[source.id] {
                case .lifToLIF(let settings): return LIFToLIFOperator(configuration: settings, http: http)
                case .rest(let settings): return RESTOperator(configuration: settings, http: http)
                case .notSetUp(let reason):
                    throw LIFError(.operatorNotFoundException, reason, blame: .us, reason: .operatorNotFound)
                case nil:
                    throw LIFError(
                        .operatorNotFoundException, "Source \"\(source.id)\" has no settings.", blame: .us,
                        reason: .operatorNotFound)
                }
            }
        }
        return registry
    }

    /// Takes up what a process of this role that died has left; another role's process may be alive and at work on its own.
    func recover() async throws {
        if role != .planner { try await orchestrator.recover() }
        if role != .orchestrator { try await planner.recover() }
    }

    /// Does the work and closes the system then, also when the work throws.
    func closingAfter<Value>(_ work: () async throws -> Value) async throws -> Value {
        let value: Value
        do {
            value = try await work()
        } catch {
            // The work's error tells more than one that closing may add.
            try? await close()
            throw error
        }
        try await close()
        return value
    }

    /// Stops in the order in which one part uses the other. What was accepted and is not done stays for the next start.
    func close() async throws {
        await planner.shutdown()
        await engine.shutdown()
        try await http.shutdown()
        try await database.close()
    }
}
