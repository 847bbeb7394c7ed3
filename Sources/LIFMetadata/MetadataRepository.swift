public import LIFJSON

/// Asks a Metadata Repository (MDR) for data models and transformations (wire.md, "Neighbours").
public protocol MetadataRepository: Sendable {
    /// A data model as an OpenAPI document.
    ///
    /// - Throws: `LIFError` `NeighbourNotAvailable`; `CancellationError`.
    func dataModel(id: String) async throws -> RawJSON

    /// The transformations from one data model into another, all of them; none where the repository has none.
    ///
    /// - Throws: As `dataModel`.
    func transformations(from source: String, to target: String) async throws -> [Transformation]
}
