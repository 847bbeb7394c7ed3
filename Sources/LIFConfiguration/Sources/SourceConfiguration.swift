public import LIFModel
package import LIFOperators
public import LIFOrchestrator
public import LIFWorkflow

/// One information source with what is ours beside the seed's metadata.
public struct SourceConfiguration: Sendable, Hashable {
    /// What planner and orchestrator both know of it.
    public var source: InformationSource
    package var adapter: AdapterSettings
    /// How its tasks run.
    public var settings: SourceSettings
    /// How many tasks may run at the same time in the pool of its own name.
    public var concurrencyLimit: Int
    /// Whether that is written, and so holds over all processes on the same store.
    public var sharesLimit: Bool
    /// How many tasks may start in a period in the pool of its own name, over all processes on the same store.
    public var rateLimit: RateLimit?
    /// The `timeout` that is written for it or in `orchestrator.defaults`; `nil` when it has the standard one.
    public var writtenTimeout: Duration?

    package init(
        source: InformationSource, adapter: AdapterSettings, settings: SourceSettings, concurrencyLimit: Int,
        sharesLimit: Bool, rateLimit: RateLimit?, writtenTimeout: Duration? = nil
    ) {
        self.source = source
        self.adapter = adapter
        self.settings = settings
        self.concurrencyLimit = concurrencyLimit
        self.sharesLimit = sharesLimit
        self.rateLimit = rateLimit
        self.writtenTimeout = writtenTimeout
    }

    /// With every path in the catalogue's spelling, which is the one that plans have.
    func canonical(in catalogue: SourceCatalogue) -> SourceConfiguration {
        var copy = self
        if let source = catalogue[source.id] { copy.source = source }
        copy.adapter = adapter.canonical(in: catalogue)
        return copy
    }
}
