extension GraphQLValidator {
    /// Checks a literal against the type of its position, and notes the variables in it.
    mutating func validate(
        _ value: GraphQLSyntax.Value, as type: GraphQLTypeReference?, hasDefault: Bool = false
    ) {
        if case .variable(let name) = value.kind {
            usage.variables.append(
                DefinitionUsage.VariableUse(name: name, location: value.location, type: type, hasDefault: hasDefault))
            return
        }
        guard let type, let named = schema.type(of: type) else { return noteVariables(in: value) }
        if value.kind == .null {
            if type.isNonNull { report("Expected value of type '\(type)', found null.", at: value.location) }
            return
        }
        if let element = type.listElement {
            guard case .list(let elements) = value.kind else { return validate(value, as: element) }
            for item in elements where !isFull { validate(item, as: element) }
            return
        }
        switch named.kind {
        case .inputObject(let fields): validate(value, as: named, fields)
        case .enumeration(let values): validate(value, as: named, values.map(\.name))
        case .scalar:
            guard let scalar = GraphQLBuiltInScalar(rawValue: named.name) else { return noteVariables(in: value) }
            if !scalar.accepts(value.kind) {
                report(scalar.complaint, at: value.location)
                noteVariables(in: value)
            }
        case .object, .interface, .union: noteVariables(in: value)
        }
    }

    private mutating func validate(
        _ value: GraphQLSyntax.Value, as type: GraphQLType, _ fields: [GraphQLInputValue]
    ) {
        guard case .object(let members) = value.kind else {
            report("Expected value of type '\(type.name)', found \(value.kind.words).", at: value.location)
            return noteVariables(in: value)
        }
        var seen: [String: GraphQLError.Location] = [:]
        for member in members where !isFull {
            let name = member.name.text
            if let first = seen.updateValue(member.name.location, forKey: name) {
                report("There can be only one input field named '\(name)'.", at: first, member.name.location)
            }
            let definition = fields.first { $0.name == name }
            if definition == nil {
                report(
                    "Field '\(name)' is not defined by type '\(type.name)'."
                        + GraphQLSuggestions.sentence(for: name, among: fields.map(\.name)), at: member.name.location)
            }
            validate(member.value, as: definition?.type, hasDefault: definition?.defaultValue != nil)
        }
        for field in fields where field.isRequired && seen[field.name] == nil {
            report(
                "Field '\(type.name).\(field.name)' of required type '\(field.type)' was not provided.",
                at: value.location)
        }
    }

    private mutating func validate(_ value: GraphQLSyntax.Value, as type: GraphQLType, _ names: [String]) {
        guard case .enumeration(let name) = value.kind else {
            report("Enum '\(type.name)' cannot represent non-enum value.", at: value.location)
            return noteVariables(in: value)
        }
        if !names.contains(name) {
            report(
                "Value '\(name)' does not exist in '\(type.name)' enum."
                    + GraphQLSuggestions.sentence(for: name, among: names, prefix: "the enum value "),
                at: value.location)
        }
    }

    /// Notes variables where no type says what they should be.
    private mutating func noteVariables(in value: GraphQLSyntax.Value) {
        switch value.kind {
        case .variable(let name):
            usage.variables.append(
                DefinitionUsage.VariableUse(name: name, location: value.location, type: nil, hasDefault: false))
        case .list(let elements): for element in elements { noteVariables(in: element) }
        case .object(let members): for member in members { noteVariables(in: member.value) }
        case .int, .float, .string, .boolean, .null, .enumeration: break
        }
    }
}

extension GraphQLBuiltInScalar {
    func accepts(_ literal: GraphQLSyntax.Value.Kind) -> Bool {
        switch (self, literal) {
        case (.string, .string), (.boolean, .boolean), (.float, .int), (.float, .float), (.id, .string): true
        case (.int, .int(let text)): Int32(text) != nil
        case (.id, .int(let text)): Int(text) != nil
        default: false
        }
    }
}

extension GraphQLSyntax.Value.Kind {
    /// What kind of literal it is, for a sentence.
    var words: String {
        switch self {
        case .variable: "a variable"
        case .int, .float: "a number"
        case .string: "a string"
        case .boolean: "a boolean"
        case .null: "null"
        case .enumeration: "an enum value"
        case .list: "a list"
        case .object: "an object"
        }
    }
}
