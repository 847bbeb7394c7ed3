/// The fields of a mapping as a tree, put together from keys that may name members several levels below.
struct MappedFields {
    private(set) var fields: [FragmentMapping.Field] = []

    /// - Returns: The name of a member that has a source already, if there is one: then nothing is inserted there.
    mutating func insert(
        _ source: FragmentMapping.Source, at target: MappingTarget, below outer: MappingTarget
    ) -> String? {
        let steps = target.steps(below: outer)
        guard let last = steps.last else { return nil }
        var field = FragmentMapping.Field(last.name, source)
        for step in steps.dropLast().reversed() {
            field = FragmentMapping.Field(step.name, .object([field], isList: step.isList))
        }
        return Self.merge(field, into: &fields)
    }

    private static func merge(_ field: FragmentMapping.Field, into fields: inout [FragmentMapping.Field]) -> String? {
        guard let place = fields.firstIndex(where: { $0.name == field.name }) else {
            fields.append(field)
            return nil
        }
        guard case .object(let added, _) = field.source, case .object(var inner, let isList) = fields[place].source
        else { return "\"\(field.name)\"" }
        var clash: String?
        for field in added { clash = merge(field, into: &inner) ?? clash }
        fields[place].source = .object(inner, isList: isList)
        return clash
    }
}
