public import LIFModel
import Synchronization

/// Supplies what is known about the sources (Query Planner seed, "Source Metadata Loader"): the configuration file, alone
/// or with an MDR.
public protocol MetadataSource: Sendable {
    /// - Throws: `LIFError` `NeighbourNotAvailable`.
    func catalogue() async throws -> SourceCatalogue

    /// Takes another configuration of the sources.
    func replace(_ catalogue: SourceCatalogue)
}

/// The catalogue of the configuration, which may be replaced.
public final class ConfiguredMetadata: MetadataSource {
    private let configured: Mutex<SourceCatalogue>

    public init(_ catalogue: SourceCatalogue) { configured = Mutex(catalogue) }

    public func catalogue() async throws -> SourceCatalogue { configured.withLock { $0 } }

    public func replace(_ catalogue: SourceCatalogue) { configured.withLock { $0 = catalogue } }
}
