public import LIFModel
import Synchronization

/// The catalogue of the configuration, which may be replaced.
public final class ConfiguredMetadata: MetadataSource {
    private let configured: Mutex<SourceCatalogue>

    public init(_ catalogue: SourceCatalogue) { configured = Mutex(catalogue) }

    public func catalogue() async throws -> SourceCatalogue { configured.withLock { $0 } }

    public func replace(_ catalogue: SourceCatalogue) { configured.withLock { $0 = catalogue } }
}
