/// Keeps the last copy of each document of a Metadata Repository, over restarts and for all processes on the store. It is
/// a cache: what is lost is fetched again.
///
/// An implementation passes `MetadataStoreConformance` of `LIFTesting`.
public protocol MetadataStore: Sendable {
    /// The copy that was kept last under this key; `nil` when there is none.
    ///
    /// - Throws: `LIFError` `OutputReadException`.
    func document(_ key: String) async throws -> MetadataDocument?

    /// Keeps a document in place of the former one of its key.
    ///
    /// - Throws: `LIFError` `OutputWriteException`.
    func keep(_ document: MetadataDocument) async throws
}
