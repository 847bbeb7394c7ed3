public import LIFHTTP
public import LIFModel
public import LIFNeighbours
public import LIFOperators
public import LIFOrchestrator
public import LIFQueryPlanner
public import LIFServer
import LIFSettings

/// Everything that a process of ours is configured with at start: from our file, or from the environment of deployed systems, or
/// from both, and from secret sources (docs/reference/configuration.md).
///
/// It holds credentials; describing or dumping it shows none.
public struct SystemConfiguration: Sendable {
    /// The folder of the stores.
    public var stateDirectory: String
    /// How queries are answered: time-outs, limits, retention, federation, and the sources with the data model.
    public var planner: QueryPlannerConfiguration
    /// Where the planner listens, and whom it lets in.
    public var plannerListener: ListenerConfiguration
    /// What an orchestrator that posts results to the planner must send; `nil` when nothing is asked for.
    public var plannerResultsToken: Secret?
    /// `nil` when sources know learners by the identifier in the query.
    public var identityMapper: IdentityMapperSettings?
    /// Until it has given its data model, that of `catalogue` holds.
    public var mdr: MDRConfiguration?
    /// The LIF Cache elsewhere and what it is used for; `nil` for none.
    public var lifCache: LIFCacheConfiguration?
    /// How jobs run in this process: limits, pools, settings of tasks, retention.
    public var orchestrator: OrchestratorConfiguration
    /// Where the orchestrator listens, and whom it lets in.
    public var orchestratorListener: ListenerConfiguration
    /// Bytes that the data of one outcome may have in the output queue.
    public var maximumOutcomeBytes: Int
    /// In configuration order; `catalogue` has the same, after the organisation's own records where a LIF Cache has these.
    public var sources: [SourceConfiguration]
    /// The sources that plans may name beside those; `nil` for none.
    public var openCatalogue: OpenCatalogue?
    /// The names of the adapters that sources may have beside operators and pipelines.
    public var adapters: [String]
    /// Operators of one's own, by name: adapters and receivers of callbacks.
    public var operators: [String: CommandConfiguration]
    /// By name.
    public var pipelines: [String: PipelineConfiguration]
    /// By name.
    public var translators: [String: TranslatorConfiguration]
    /// Where callbacks that are URLs may go.
    public var callbacks: HTTPCallbackConfiguration
    /// The orchestrator that the planner submits to; `nil` for the one in the same process.
    public var remoteOrchestrator: RemoteOrchestrator?
    /// How long a run there may take, where the configuration says it; see `runTimeout(of:)`.
    public var remoteRunTimeout: Duration?
    /// What is logged and in which form.
    public var log: LogConfiguration
    /// Where a change may be one of the configuration.
    public var watched = ConfigurationPaths()
    /// Through which proxies other systems are called, by the environment.
    public var proxies: OutgoingProxies
    /// What a person should know and nothing stops at; one sentence each, to be logged at start.
    public var notices: [String]

    /// The sources as the planner knows them, with every path in its canonical spelling.
    public var catalogue: SourceCatalogue { planner.catalogue }
    /// This organisation's id, as partners and the Identity Mapper name it.
    public var organization: String? { planner.federation.organization }
}

/// An orchestrator that is reached over HTTP.
public struct RemoteOrchestrator: Sendable, Hashable {
    /// Without a slash at its end: `http://orchestrator:8005`.
    public var url: String
    /// Sent as `Authorization: Bearer`.
    public var token: Secret?
    /// Whether one job there may be for several learners; deployed Dagster jobs are for one.
    public var learnersPerJob: RemoteOrchestratorConfiguration.LearnersPerJob

    /// An orchestrator without a token whose jobs take any number of learners, unless said otherwise.
    public init(
        url: String, token: Secret? = nil, learnersPerJob: RemoteOrchestratorConfiguration.LearnersPerJob = .many
    ) {
        self.url = url
        self.token = token
        self.learnersPerJob = learnersPerJob
    }
}

extension SystemConfiguration: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// One line per part, without credentials.
    public var description: String {
        var lines = [
            "state: \(stateDirectory)", "planner: \(Self.describe(plannerListener))",
            "orchestrator: \(remoteOrchestrator?.url ?? Self.describe(orchestratorListener))",
        ]
        switch identityMapper {
        case .embedded: lines.append("identity mapper: embedded")
        case .remote(let remote): lines.append("identity mapper: \(remote.baseURL)")
        case nil: break
        }
        if let mdr { lines.append("MDR: \(mdr.baseURL)") }
        if let lifCache { lines.append("LIF Cache: \(lifCache.baseURL)") }
        for source in sources {
            let paths = source.source.fragmentPaths.map(\.description).joined(separator: ", ")
            lines.append("source \(source.source.id): adapter \(source.source.adapterID), \(paths)")
        }
        for token in (openCatalogue?.sources.values.map(\.token) ?? []).sorted() {
            lines.append("source \(token), when a plan names it")
        }
        for (kind, names) in [
            ("operator", operators.keys.sorted()), ("pipeline", pipelines.keys.sorted()),
            ("translator", translators.keys.sorted()),
        ] {
            lines += names.map { "\(kind) \($0)" }
        }
        return lines.joined(separator: "\n")
    }

    /// As ``description``: no credentials.
    public var debugDescription: String { description }
    /// A mirror without children, so that `dump` shows no credential.
    public var customMirror: Mirror { Mirror(self, children: []) }

    private static func describe(_ listener: ListenerConfiguration) -> String {
        "\(listener.host), port \(listener.port), \(listener.isOpen ? "open" : listener.token == nil ? "no token" : "with a token")"
    }
}
