public import LIFModel
public import LIFOrchestrator
public import LIFQueryPlanner
public import LIFServer

/// Everything that a process of ours is told at start: from our file, or from the environment of deployed systems, or
/// from both (docs/reference/configuration.md).
///
/// It holds credentials; describing or dumping it shows none.
public struct SystemConfiguration: Sendable {
    /// The folder of the stores.
    public var stateDirectory: String
    public var planner: QueryPlannerConfiguration
    public var plannerListener: ListenerConfiguration
    public var orchestrator: OrchestratorConfiguration
    public var orchestratorListener: ListenerConfiguration
    /// In configuration order; `catalogue` has the same.
    public var sources: [SourceConfiguration]
    /// The orchestrator that the planner submits to; `nil` for the one in the same process.
    public var remoteOrchestrator: RemoteOrchestrator?
    public var log: LogConfiguration
    /// What a person should know and nothing stops at; one sentence each, to be logged at start.
    public var notices: [String]

    public var catalogue: SourceCatalogue { planner.catalogue }

    /// How many requests may run at each source at the same time, by source id.
    public var concurrencyLimits: [String: Int] {
        Dictionary(sources.map { ($0.source.id, $0.concurrencyLimit) }, uniquingKeysWith: { first, _ in first })
    }
}

/// An orchestrator that is reached over HTTP.
public struct RemoteOrchestrator: Sendable, Hashable {
    /// Without a slash at its end: `http://orchestrator:8005`.
    public var url: String
    /// Sent as `Authorization: Bearer`.
    public var token: Secret?

    public init(url: String, token: Secret? = nil) {
        self.url = url
        self.token = token
    }
}

extension SystemConfiguration: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// One line per part, without credentials.
    public var description: String {
        var lines = [
            "state: \(stateDirectory)", "planner: \(Self.describe(plannerListener))",
            "orchestrator: \(remoteOrchestrator?.url ?? Self.describe(orchestratorListener))",
        ]
        for source in sources {
            let paths = source.source.fragmentPaths.map(\.description).joined(separator: ", ")
            lines.append("source \(source.source.id): adapter \(source.source.adapterID), \(paths)")
        }
        return lines.joined(separator: "\n")
    }

    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: []) }

    private static func describe(_ listener: ListenerConfiguration) -> String {
        "\(listener.host), port \(listener.port), \(listener.token == nil ? "no token" : "with a token")"
    }
}
