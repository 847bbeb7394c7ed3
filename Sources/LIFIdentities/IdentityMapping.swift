public import LIFModel

/// How a target system knows a person of an organisation, as an Identity Mapper has it.
///
/// A person has at most one mapping for each target system and type of identifier. Several persons may have the same
/// target: then they are names of one learner.
public struct IdentityMapping: Sendable, Hashable {
    /// `mapping_id`; `nil` as long as no store has given it one.
    public var id: String?
    /// `lif_organization_id`.
    public var organization: String
    /// `lif_organization_person_id`.
    public var person: String
    /// `target_system_id`: what a source has as its `systemID`.
    public var systemID: String
    /// `target_system_person_id` and its type.
    public var target: LearnerIdentifier

    /// A mapping; without an `id` it is new, or replaces the person's mapping of the same system and type.
    public init(id: String? = nil, organization: String, person: String, systemID: String, target: LearnerIdentifier) {
        self.id = id
        self.organization = organization
        self.person = person
        self.systemID = systemID
        self.target = target
    }

    /// To the byte: Swift's own comparison of strings would take two spellings of an accented letter for one.
    package func isOf(system: String) -> Bool { systemID.utf8.elementsEqual(system.utf8) }

    /// To the byte.
    package func isOf(person: String, in organization: String) -> Bool {
        self.person.utf8.elementsEqual(person.utf8) && self.organization.utf8.elementsEqual(organization.utf8)
    }
}
