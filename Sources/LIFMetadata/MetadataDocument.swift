public import Foundation
public import LIFJSON

/// A document of a Metadata Repository and when it was fetched.
public struct MetadataDocument: Sendable, Hashable {
    /// Names the document and the repository that it comes from: a JSON array as text, made by `MetadataTopic.key(repository:)`.
    public let key: String
    /// The document itself: a data model, or a list of transformations.
    public let body: RawJSON
    /// When the repository gave it.
    public let fetchedAt: Date

    /// A copy of a document as a store keeps it.
    public init(key: String, body: RawJSON, fetchedAt: Date) {
        self.key = key
        self.body = body
        self.fetchedAt = fetchedAt
    }
}
