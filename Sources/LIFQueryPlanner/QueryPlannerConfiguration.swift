public import LIFModel

/// What a Query Planner needs to know beside its helpers.
public struct QueryPlannerConfiguration: Sendable {
    public var catalogue: SourceCatalogue
    /// How long a client that asks synchronously waits before it is told where the query goes on.
    public var timeout: Duration
    /// How many learners one query may name.
    public var learnerLimit: Int
    /// Bytes that answers kept in memory may take.
    public var memoryBudget: Int

    public init(
        catalogue: SourceCatalogue, timeout: Duration = .seconds(15), learnerLimit: Int = 100,
        memoryBudget: Int = 64 << 20
    ) {
        self.catalogue = catalogue
        self.timeout = timeout
        self.learnerLimit = learnerLimit
        self.memoryBudget = memoryBudget
    }
}
