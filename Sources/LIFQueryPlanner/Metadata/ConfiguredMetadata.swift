public import LIFModel
import Synchronization

/// The catalogue of the configuration, which may be replaced.
public final class ConfiguredMetadata: MetadataSource {
    private let configured: Mutex<SourceCatalogue>

    /// Serves this catalogue until it is replaced.
    public init(_ catalogue: SourceCatalogue) { configured = Mutex(catalogue) }

    /// The catalogue that was given last. Never throws.
    public func catalogue() async throws -> SourceCatalogue { configured.withLock { $0 } }

    /// Replaces the catalogue; work that has read the former one goes on with it.
    public func replace(_ catalogue: SourceCatalogue) { configured.withLock { $0 = catalogue } }
}
