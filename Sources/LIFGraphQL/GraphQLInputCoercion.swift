import LIFJSON

/// Turns what a client gave, JSON variables and literals, into the values that resolvers receive
/// (GraphQL, October 2021, sections 3 and 6.1.2).
///
/// A single value where a list is wanted becomes a list of one. Defaults are filled in. Enum values become strings.
struct GraphQLInputCoercion {
    let schema: GraphQLSchema
    let limits: GraphQLLimits

    /// Why a value does not fit, and where in it.
    private struct Problem: Error {
        let message: String
        var path: String

        init(_ message: String, _ path: String) {
            self.message = message
            self.path = path
        }
    }

    /// The values of an operation's variables; a variable that is not given and has no default is absent.
    func variables(
        of operation: GraphQLSyntax.Operation, given: JSONObject
    ) throws(GraphQLError) -> [String: JSONValue] {
        var values: [String: JSONValue] = [:]
        for variable in operation.variables {
            let name = variable.name.text
            let type = variable.type.reference
            guard let value = given[name] else {
                if let literal = variable.defaultValue {
                    values[name] = try self.value(of: literal, as: type, variables: [:])
                } else if type.isNonNull {
                    throw GraphQLError(
                        "Variable '$\(name)' of required type '\(type)' was not provided.", at: variable.location)
                }
                continue
            }
            if value.isNull, type.isNonNull {
                throw GraphQLError(
                    "Variable '$\(name)' of non-null type '\(type)' must not be null.", at: variable.location)
            }
            do {
                values[name] = try coerce(value, as: type, path: name, depth: 0)
            } catch {
                let place = error.path == name ? "" : " at '\(error.path)'"
                throw GraphQLError(
                    "Variable '$\(name)' got invalid value\(place); \(error.message)", at: variable.location)
            }
        }
        return values
    }

    /// The arguments of a field or directive.
    func arguments(
        _ given: [GraphQLSyntax.Argument], of definitions: [GraphQLInputValue], variables: [String: JSONValue],
        at location: GraphQLError.Location
    ) throws(GraphQLError) -> JSONObject {
        var members: [JSONObject.Member] = []
        for definition in definitions {
            let literal = given.first { $0.name.text == definition.name }?.value
            if let literal, let value = try value(of: literal, as: definition.type, variables: variables) {
                members.append(JSONObject.Member(name: definition.name, value: value))
            } else if let text = definition.defaultValue {
                members.append(
                    JSONObject.Member(name: definition.name, value: try defaultValue(text, as: definition.type)))
            } else if definition.type.isNonNull {
                throw GraphQLError(
                    "Argument '\(definition.name)' of required type '\(definition.type)' was not provided.",
                    at: literal?.location ?? location)
            }
        }
        return JSONObject(members)
    }

    // MARK: Literals

    /// `nil` when the literal is a variable that has no value.
    private func value(
        of literal: GraphQLSyntax.Value, as type: GraphQLTypeReference, variables: [String: JSONValue], depth: Int = 0
    ) throws(GraphQLError) -> JSONValue? {
        guard let json = plain(literal, variables) else { return nil }
        do {
            return try coerce(json, as: type, path: "", depth: depth)
        } catch {
            throw GraphQLError(error.message, at: literal.location)
        }
    }

    private func defaultValue(
        _ text: String, as type: GraphQLTypeReference, depth: Int = 0
    ) throws(GraphQLError) -> JSONValue {
        var parser = try GraphQLParser(text, limits: limits)
        let literal = try parser.literal()
        return try value(of: literal, as: type, variables: [:], depth: depth) ?? .null
    }

    /// A literal as JSON. Validation has checked its kinds, so an enum value may become a string here.
    private func plain(_ literal: GraphQLSyntax.Value, _ variables: [String: JSONValue]) -> JSONValue? {
        switch literal.kind {
        case .variable(let name): variables[name]
        case .int(let text), .float(let text): (try? JSONParser.parse(text)) ?? .null
        case .string(let text), .enumeration(let text): .string(text)
        case .boolean(let value): .bool(value)
        case .null: .null
        case .list(let elements): .array(elements.map { plain($0, variables) ?? .null })
        case .object(let members):
            .object(
                JSONObject(
                    members.compactMap { member in
                        plain(member.value, variables).map {
                            JSONObject.Member(name: member.name.text, value: $0)
                        }
                    }))
        }
    }

    // MARK: JSON

    private func coerce(
        _ value: JSONValue, as type: GraphQLTypeReference, path: String, depth: Int
    ) throws(Problem) -> JSONValue {
        guard depth <= limits.maximumDepth else { throw Problem("The value is nested too deeply.", path) }
        if value.isNull {
            guard !type.isNonNull else { throw Problem("Expected non-nullable type '\(type)' not to be null.", path) }
            return .null
        }
        if let element = type.listElement {
            guard case .array(let values) = value else {
                return .array([try coerce(value, as: element, path: path, depth: depth + 1)])
            }
            var result: [JSONValue] = []
            result.reserveCapacity(values.count)
            for (index, item) in values.enumerated() {
                result.append(try coerce(item, as: element, path: "\(path)[\(index)]", depth: depth + 1))
            }
            return .array(result)
        }
        guard let named = schema.type(of: type) else { throw Problem("Unknown type '\(type)'.", path) }
        switch named.kind {
        case .inputObject(let fields): return try coerce(value, as: named, fields, path: path, depth: depth)
        case .enumeration(let values):
            guard case .string(let text) = value else {
                throw Problem("Enum '\(named.name)' cannot represent non-string value.", path)
            }
            guard values.contains(where: { $0.name == text }) else {
                throw Problem(
                    "The value does not exist in '\(named.name)' enum."
                        + GraphQLSuggestions.sentence(
                            for: text, among: values.map(\.name), prefix: "the enum value "), path)
            }
            return value
        case .scalar:
            guard let scalar = GraphQLBuiltInScalar(rawValue: named.name) else { return value }
            guard let result = scalar.input(value) else { throw Problem(scalar.complaint, path) }
            return result
        case .object, .interface, .union: throw Problem("Type '\(named.name)' is no input type.", path)
        }
    }

    private func coerce(
        _ value: JSONValue, as type: GraphQLType, _ fields: [GraphQLInputValue], path: String, depth: Int
    ) throws(Problem) -> JSONValue {
        guard case .object(let object) = value else {
            throw Problem("Expected type '\(type.name)' to be an object.", path)
        }
        var result = JSONObject()
        for field in fields {
            let place = path.isEmpty ? field.name : "\(path).\(field.name)"
            if let given = object[field.name] {
                result[field.name] = try coerce(given, as: field.type, path: place, depth: depth + 1)
            } else if let text = field.defaultValue {
                guard let value = try? defaultValue(text, as: field.type, depth: depth + 1) else {
                    throw Problem("The schema's default for '\(type.name).\(field.name)' does not fit.", place)
                }
                result[field.name] = value
            } else if field.type.isNonNull {
                throw Problem("Field '\(field.name)' of required type '\(field.type)' was not provided.", path)
            }
        }
        for name in object.names where !fields.contains(where: { $0.name == name }) {
            throw Problem(
                "Field '\(name.prefix(limits.maximumNameBytes))' is not defined by type '\(type.name)'."
                    + GraphQLSuggestions.sentence(for: name, among: fields.map(\.name)), path)
        }
        return .object(result)
    }
}
