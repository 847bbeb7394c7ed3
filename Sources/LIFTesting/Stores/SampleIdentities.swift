import Foundation
import LIFIdentities
import LIFModel

/// Mappings for the checks of stores.
enum SampleIdentities {
    static let organization = "Org 1"
    static let start = Date(timeIntervalSince1970: 1_800_000_000.125)

    static func date(_ seconds: Double) -> Date { start.addingTimeInterval(seconds) }

    static func mapping(
        _ person: String, _ system: String, type: String = "SCHOOL_ASSIGNED_NUMBER", _ identifier: String,
        id: String? = nil, organization: String = organization
    ) -> IdentityMapping {
        IdentityMapping(
            id: id, organization: organization, person: person, systemID: system,
            target: LearnerIdentifier(identifier: identifier, identifierType: type))
    }

    /// In the system `sis`.
    static func mapping(
        _ person: String, type: String = "SCHOOL_ASSIGNED_NUMBER", _ identifier: String, id: String? = nil,
        organization: String = organization
    ) -> IdentityMapping {
        mapping(person, "sis", type: type, identifier, id: id, organization: organization)
    }

    /// Persons who are one to a careless comparison.
    static let hardPersons = ["e\u{301}", "\u{E9}", "E\u{301}", "a", "A", "a ", "a%", "a_", "a\u{0}b", "0", "00"]
}
