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
