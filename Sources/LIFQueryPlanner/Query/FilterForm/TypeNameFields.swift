import LIFModel

/// GraphQL's `__typename` among selected fields. Pure.
///
/// A deployed LIF API passes it on as it passes on all that a client has selected, at any level, and answers it by itself.
/// No record has it.
enum TypeNameFields {
    static let name = "__typename"
    /// What is asked for instead of nothing at all: it says whether there is such a person, and the whole record, which
    /// no field stands for too, was not asked for.
    private static let smallest = "Person.Identifier"

    /// The fields without it. `Person.Name.__typename` names the structure that it is in, as `Person.Name` does, unless the
    /// other fields ask for the whole record.
    static func removed(from fields: [String]) -> [String] {
        let others = fields.filter { !isTypeName($0) }
        if others.count == fields.count { return fields }
        if !others.isEmpty, others.allSatisfy(isPerson) { return others }
        let kept = fields.compactMap { isTypeName($0) ? structure(of: $0) : $0 }
        return kept.isEmpty ? [smallest] : kept
    }

    private static func isTypeName(_ field: String) -> Bool { field == name || field.hasSuffix("." + name) }

    /// `nil` for the person itself.
    private static func structure(of field: String) -> String? {
        if field == name { return nil }
        let structure = String(field.dropLast(name.count + 1))
        return isPerson(structure) ? nil : structure
    }

    private static func isPerson(_ field: String) -> Bool { FieldPath(parsing: field)?.segments.isEmpty == true }
}
