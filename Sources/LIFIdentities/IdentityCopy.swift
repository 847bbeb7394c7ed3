public import Foundation

/// What a remote Identity Mapper has said about one person, and when.
public struct IdentityCopy: Sendable, Hashable {
    public var person: String
    public var fetchedAt: Date
    /// Empty when the mapper knows none.
    public var mappings: [IdentityMapping]

    public init(person: String, fetchedAt: Date, mappings: [IdentityMapping]) {
        self.person = person
        self.fetchedAt = fetchedAt
        self.mappings = mappings
    }
}
