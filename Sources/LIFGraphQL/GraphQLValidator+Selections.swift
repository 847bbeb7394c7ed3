extension GraphQLValidator {
    /// Checks selections made on a type; with no type (it was reported already) only what needs none.
    mutating func validate(_ selections: [GraphQLSyntax.Selection], on parent: GraphQLType?) {
        for selection in selections where !isFull {
            switch selection {
            case .field(let field): validate(field, on: parent)
            case .spread(let spread):
                validate(spread.directives, on: "FRAGMENT_SPREAD")
                usage.spreads.append(spread)
                guard let fragment = fragments[spread.name.text] else {
                    report("Unknown fragment '\(spread.name.text)'.", at: spread.name.location)
                    continue
                }
                if let parent, let condition = schema.type(fragment.condition.text), condition.isComposite {
                    validateSpread(of: spread.name.text, on: condition, in: parent, at: spread.location)
                }
            case .inline(let inline):
                validate(inline.directives, on: "INLINE_FRAGMENT")
                guard let name = inline.condition else {
                    validate(inline.selections, on: parent)
                    continue
                }
                let condition = conditionType(name, of: nil)
                if let parent, let condition {
                    validateSpread(of: nil, on: condition, in: parent, at: inline.location)
                }
                validate(inline.selections, on: condition)
            }
        }
    }

    private mutating func validate(_ field: GraphQLSyntax.Field, on parent: GraphQLType?) {
        validate(field.directives, on: "FIELD")
        guard let parent else {
            validate(field.arguments, of: nil, at: field.name.location)
            validate(field.selections ?? [], on: nil)
            return
        }
        guard let definition = schema.field(field.name.text, of: parent) else {
            report(
                "Cannot query field '\(field.name.text)' on type '\(parent.name)'."
                    + GraphQLSuggestions.sentence(for: field.name.text, among: parent.fields.map(\.name)),
                at: field.location)
            validate(field.arguments, of: nil, at: field.name.location)
            validate(field.selections ?? [], on: nil)
            return
        }
        let type = schema.type(of: definition.type)
        if type?.isLeaf == true, field.selections != nil {
            report(
                "Field '\(definition.name)' must not have a selection since type '\(definition.type)' has no subfields.",
                at: field.selectionsLocation)
        } else if type?.isComposite == true, field.selections == nil {
            report(
                "Field '\(definition.name)' of type '\(definition.type)' must have a selection of subfields."
                    + " Did you mean '\(definition.name) { ... }'?", at: field.location)
        }
        validate(
            field.arguments, of: definition.arguments, on: "field '\(parent.name).\(definition.name)'",
            requiredBy: "Field '\(definition.name)'", at: field.location)
        validate(field.selections ?? [], on: type?.isComposite == true ? type : nil)
    }

    mutating func validate(_ directives: [GraphQLSyntax.Directive], on place: String) {
        var seen: [String: GraphQLError.Location] = [:]
        for directive in directives where !isFull {
            let name = directive.name.text
            guard let definition = schema.directive(name) ?? GraphQLDirective.standard.first(where: { $0.name == name })
            else {
                report("Unknown directive '@\(name)'.", at: directive.location)
                validate(directive.arguments, of: nil, at: directive.location)
                continue
            }
            if !definition.locations.contains(place) {
                let words = place.lowercased().split(separator: "_").joined(separator: " ")
                report("Directive '@\(name)' may not be used on \(words).", at: directive.location)
            }
            if !definition.isRepeatable, let first = seen.updateValue(directive.location, forKey: name) {
                report(
                    "The directive '@\(name)' can only be used once at this location.", at: first, directive.location)
            }
            validate(
                directive.arguments, of: definition.arguments, on: "directive '@\(name)'",
                requiredBy: "Directive '@\(name)'", at: directive.location)
        }
    }

    /// Checks arguments against their definitions; `nil` where those are unknown.
    private mutating func validate(
        _ arguments: [GraphQLSyntax.Argument], of definitions: [GraphQLInputValue]?, on owner: String = "",
        requiredBy subject: String = "", at location: GraphQLError.Location
    ) {
        var seen: [String: GraphQLError.Location] = [:]
        for argument in arguments where !isFull {
            let name = argument.name.text
            if let first = seen.updateValue(argument.name.location, forKey: name) {
                report("There can be only one argument named '\(name)'.", at: first, argument.name.location)
            }
            let definition = definitions?.first { $0.name == name }
            if let definitions, definition == nil {
                report(
                    "Unknown argument '\(name)' on \(owner)."
                        + GraphQLSuggestions.sentence(for: name, among: definitions.map(\.name)),
                    at: argument.name.location)
            }
            validate(argument.value, as: definition?.type, hasDefault: definition?.defaultValue != nil)
        }
        for definition in definitions ?? [] where definition.isRequired && seen[definition.name] == nil {
            report(
                "\(subject) argument '\(definition.name)' of type '\(definition.type)' is required, "
                    + "but it was not provided.", at: location)
        }
    }
}

extension GraphQLSchema {
    /// A field of a type, with those that every type and the query root have without listing them.
    func field(_ name: String, of parent: GraphQLType) -> GraphQLField? {
        switch name {
        case "__typename": GraphQLIntrospectionTypes.typenameField
        case "__schema" where parent.name == queryTypeName: GraphQLIntrospectionTypes.schemaField
        case "__type" where parent.name == queryTypeName: GraphQLIntrospectionTypes.typeField
        default: parent.field(name)
        }
    }
}
