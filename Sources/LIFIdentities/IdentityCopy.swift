public import Foundation

/// What a remote Identity Mapper has said about one person, and when.
public struct IdentityCopy: Sendable, Hashable {
    /// The person as the mapper is asked about them (`lif_organization_person_id`).
    public var person: String
    /// When the mapper answered. Its age decides how long the copy may be used.
    public var fetchedAt: Date
    /// Empty when the mapper knows none.
    public var mappings: [IdentityMapping]

    /// A copy of what a mapper said; an empty list of mappings is an answer too.
    public init(person: String, fetchedAt: Date, mappings: [IdentityMapping]) {
        self.person = person
        self.fetchedAt = fetchedAt
        self.mappings = mappings
    }
}
