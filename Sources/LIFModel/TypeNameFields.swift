/// GraphQL's `__typename` among selected fields. Pure.
///
/// A deployed LIF API passes it on as it passes on all that a client has selected, at any level, and answers it by itself.
/// No record has it.
enum TypeNameFields {
    private static let name = "__typename"
    /// What is asked for instead of nothing at all: it says whether there is such a person, and the whole record, which
    /// no field stands for too, was not asked for.
    private static let smallest = "Person.Identifier"

    /// The fields without it. `Person.Name.__typename` names the structure that it is in, as `Person.Name` does.
    static func removed(from fields: [String]) -> [String] {
        var hasAny = false
        let kept = fields.map { field in
            guard field == name || field.hasSuffix("." + name) else { return field }
            hasAny = true
            return field == name ? "Person" : String(field.dropLast(name.count + 1))
        }
        guard hasAny else { return fields }
        // "Person" is structure only, as of any field in it.
        return kept.allSatisfy { FieldPath(parsing: $0)?.segments.isEmpty == true } ? [smallest] : kept
    }
}
