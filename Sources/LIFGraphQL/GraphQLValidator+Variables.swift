extension GraphQLValidator {
    /// Checks the variables that an operation declares (section 5.8.1 and 5.8.2).
    mutating func validateVariables(of operation: GraphQLSyntax.Operation) {
        var seen: [String: GraphQLError.Location] = [:]
        for variable in operation.variables where !isFull {
            let name = variable.name.text
            if let first = seen.updateValue(variable.name.location, forKey: name) {
                report("There can be only one variable named '$\(name)'.", at: first, variable.name.location)
            }
            validate(variable.directives, on: "VARIABLE_DEFINITION")
            let reference = variable.type.reference
            guard let type = schema.type(of: reference) else {
                reportUnknownType(reference.namedType, at: variable.type.location)
                continue
            }
            guard type.isInput else {
                report("Variable '$\(name)' cannot be non-input type '\(reference)'.", at: variable.type.location)
                continue
            }
            if let defaultValue = variable.defaultValue { validate(defaultValue, as: reference) }
        }
    }

    mutating func reportUnknownType(_ name: String, at location: GraphQLError.Location) {
        let types = schema.types
        report(
            "Unknown type '\(name)'."
                + GraphQLSuggestions.sentence(
                    for: name, among: types.map(\.name).filter { !$0.hasPrefix("__") }), at: location)
    }

    /// Checks where an operation's variables stand, in it and in the fragments it reaches (section 5.8.3 to 5.8.5).
    mutating func validateUses(of operation: GraphQLSyntax.Operation, _ uses: [DefinitionUsage.VariableUse]) {
        let declared = Dictionary(
            operation.variables.map { ($0.name.text, $0) }, uniquingKeysWith: { first, _ in first })
        var used: Set<String> = []
        let ending = operation.name.map { " by operation '\($0.text)'" } ?? ""
        for use in uses where !isFull {
            guard let variable = declared[use.name] else {
                report("Variable '$\(use.name)' is not defined\(ending).", at: use.location, operation.location)
                continue
            }
            used.insert(use.name)
            let type = variable.type.reference
            guard let wanted = use.type, schema.type(of: type)?.isInput == true else { continue }
            if !isAllowed(variable, where: wanted, hasDefault: use.hasDefault) {
                report(
                    "Variable '$\(use.name)' of type '\(type)' used in position expecting type '\(wanted)'.",
                    at: variable.location, use.location)
            }
        }
        for variable in operation.variables where !used.contains(variable.name.text) {
            let place = operation.name.map { " in operation '\($0.text)'" } ?? ""
            report("Variable '$\(variable.name.text)' is never used\(place).", at: variable.location)
        }
    }

    private func isAllowed(
        _ variable: GraphQLSyntax.Variable, where wanted: GraphQLTypeReference, hasDefault: Bool
    ) -> Bool {
        let type = variable.type.reference
        guard wanted.isNonNull, !type.isNonNull else { return type.isUsable(as: wanted) }
        let hasOwnDefault = variable.defaultValue.map { $0.kind != .null } ?? false
        return (hasOwnDefault || hasDefault) && type.isUsable(as: wanted.nullable)
    }
}
