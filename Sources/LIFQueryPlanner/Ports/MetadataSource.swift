public import LIFModel

/// Supplies what is known about the sources (Query Planner seed, "Source Metadata Loader"): the configuration file, or
/// later an MDR.
public protocol MetadataSource: Sendable {
    /// - Throws: `LIFError` `NeighbourNotAvailable`.
    func catalogue() async throws -> SourceCatalogue
}

/// A catalogue that was read at start.
public struct ConfiguredMetadata: MetadataSource {
    private let configured: SourceCatalogue

    public init(_ catalogue: SourceCatalogue) { configured = catalogue }

    public func catalogue() async throws -> SourceCatalogue { configured }
}
