/// The port through which a planner learns what is known about the sources (Query Planner seed, "Source Metadata Loader"):
/// by the configuration file, alone or with an MDR.
public protocol MetadataSource: Sendable {
    /// - Throws: `LIFError` `NeighbourNotAvailable`.
    func catalogue() async throws -> SourceCatalogue

    /// Takes another configuration of the sources.
    func replace(_ catalogue: SourceCatalogue)
}
