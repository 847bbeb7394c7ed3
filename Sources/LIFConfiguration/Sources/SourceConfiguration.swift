public import LIFModel
public import LIFOperators
public import LIFWorkflow

/// The adapters of this version, by the name under which sources and plans call them.
public enum AdapterID: String, Sendable, Hashable, CaseIterable {
    case lifToLIF = "lif-to-lif"
    case rest
    case exampleREST = "example-data-source-rest-api-to-lif"
}

/// What an adapter needs to reach one source.
public enum AdapterSettings: Sendable, Hashable {
    case lifToLIF(LIFToLIFConfiguration)
    case rest(RESTConfiguration)
    /// A credential is missing. A planner alone needs none, so this is no error when the configuration is read: the
    /// source's parts fail with this sentence, which names the variable to set.
    case notSetUp(reason: String)
}

/// One information source with what is ours beside the seed's metadata.
public struct SourceConfiguration: Sendable, Hashable {
    public var source: InformationSource
    public var adapter: AdapterSettings
    /// How hard its parts are tried.
    public var policy: TaskPolicy
    /// Requests that run at the source at the same time.
    public var concurrencyLimit: Int

    public init(source: InformationSource, adapter: AdapterSettings, policy: TaskPolicy, concurrencyLimit: Int) {
        self.source = source
        self.adapter = adapter
        self.policy = policy
        self.concurrencyLimit = concurrencyLimit
    }
}
