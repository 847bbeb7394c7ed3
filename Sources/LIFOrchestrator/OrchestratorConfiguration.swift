public import LIFModel
public import LIFWorkflow

/// What an Orchestrator needs to know beside its stores, engine and operators.
public struct OrchestratorConfiguration: Sendable {
    public var catalogue: SourceCatalogue
    /// How hard fetches are tried, by source id; `defaultPolicy` for the others.
    public var policies: [String: TaskPolicy]
    public var defaultPolicy: TaskPolicy
    /// How many parts one plan may have.
    public var partLimit: Int
    /// How long a synchronous submission waits before it gets the job id instead of the result.
    public var synchronousWait: Duration

    public init(
        catalogue: SourceCatalogue, policies: [String: TaskPolicy] = [:], defaultPolicy: TaskPolicy = TaskPolicy(),
        partLimit: Int = 10_000, synchronousWait: Duration = .seconds(15)
    ) {
        self.catalogue = catalogue
        self.policies = policies
        self.defaultPolicy = defaultPolicy
        self.partLimit = partLimit
        self.synchronousWait = synchronousWait
    }
}
