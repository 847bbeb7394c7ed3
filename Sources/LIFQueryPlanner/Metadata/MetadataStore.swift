public import Foundation
public import LIFJSON

/// A document of a Metadata Repository and when it was fetched.
public struct MetadataDocument: Sendable, Hashable {
    public let key: String
    public let body: RawJSON
    public let fetchedAt: Date

    public init(key: String, body: RawJSON, fetchedAt: Date) {
        self.key = key
        self.body = body
        self.fetchedAt = fetchedAt
    }
}

/// Keeps the last copy of each document of a Metadata Repository, over restarts and for all processes on the store. It is
/// a cache: what is lost is fetched again.
///
/// An implementation passes `MetadataStoreConformance` of `LIFTesting`.
public protocol MetadataStore: Sendable {
    /// - Throws: `LIFError` `OutputReadException`.
    func document(_ key: String) async throws -> MetadataDocument?

    /// Keeps a document in place of the former one of its key.
    ///
    /// - Throws: `LIFError` `OutputWriteException`.
    func keep(_ document: MetadataDocument) async throws
}
