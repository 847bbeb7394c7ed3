public import LIFJSON
public import LIFModel

extension IdentityMapping {
    /// The names in JSON and CSV, in the order written.
    enum Field: String, Sendable, CaseIterable {
        case id = "mapping_id"
        case organization = "lif_organization_id"
        case person = "lif_organization_person_id"
        case system = "target_system_id"
        case type = "target_system_person_id_type"
        case identifier = "target_system_person_id"
    }

    /// Reads a mapping. Members that are not known are ignored, as deployed Identity Mappers do.
    ///
    /// - Parameters:
    ///   - organization: Taken where the document names none; and `person` likewise.
    /// - Throws: `LIFError` `IdentityMappingNotValid`, without any value.
    public init(json: JSONValue, organization: String? = nil, person: String? = nil) throws(LIFError) {
        guard let object = json.object else {
            throw .shape(.identityMappingNotValid, "A mapping", is: json, should: "an object")
        }
        func text(_ field: Field, _ standard: String?) throws(LIFError) -> String? {
            switch object[field.rawValue] {
            case .string(let text): text
            case nil, .null: standard
            case let other:
                throw .shape(.identityMappingNotValid, "\"\(field.rawValue)\"", is: other, should: "a string")
            }
        }
        try self.init(
            validating: [
                .id: try text(.id, nil), .organization: try text(.organization, organization),
                .person: try text(.person, person), .system: try text(.system, nil), .type: try text(.type, nil),
                .identifier: try text(.identifier, nil),
            ])
    }

    /// Checks what others have written: each value is there, has no control character, and is no longer than
    /// `LearnerIdentifier.maximumBytes`.
    ///
    /// - Throws: `LIFError` `IdentityMappingNotValid`, without any value.
    init(validating fields: [Field: String?]) throws(LIFError) {
        func value(_ field: Field) throws(LIFError) -> String {
            guard case .some(.some(let text)) = fields[field] else {
                throw .shape(.identityMappingNotValid, "\"\(field.rawValue)\"", is: nil, should: "a string")
            }
            try Self.check(text, field)
            return text
        }
        if case .some(.some(let id)) = fields[.id], RandomID(id) == nil {
            throw LIFError(
                .identityMappingNotValid,
                "\"\(Field.id.rawValue)\" must be letters, digits and hyphens, at most 64. Leave it out for a new mapping."
            )
        }
        self.init(
            id: fields[.id] ?? nil, organization: try value(.organization), person: try value(.person),
            systemID: try value(.system),
            target: LearnerIdentifier(identifier: try value(.identifier), identifierType: try value(.type)))
    }

    private static func check(_ text: String, _ field: Field) throws(LIFError) {
        let limit = LearnerIdentifier.maximumBytes
        let fault: String
        if text.isEmpty {
            fault = "is empty"
        } else if text.utf8.count > limit {
            fault = "is longer than \(limit) bytes"
        } else if text.unicodeScalars.contains(where: { $0.value < 0x20 || (0x7F...0x9F).contains($0.value) }) {
            fault = "has a control character"
        } else {
            return
        }
        throw LIFError(.identityMappingNotValid, "\"\(field.rawValue)\" \(fault).")
    }

    /// As deployed Identity Mappers write it.
    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member(Field.id.rawValue, id)
            writer.member(Field.organization.rawValue, organization)
            writer.member(Field.person.rawValue, person)
            writer.member(Field.system.rawValue, systemID)
            writer.member(Field.type.rawValue, target.identifierType)
            writer.member(Field.identifier.rawValue, target.identifier)
        }
    }
}

extension [IdentityMapping] {
    /// An array, as the Identity Mapper's routes take and give it.
    public var json: RawJSON {
        var writer = JSONWriter(reservingCapacity: 256 * (count + 1))
        writer.array { writer in
            for mapping in self { mapping.write(to: &writer) }
        }
        return writer.raw
    }
}
