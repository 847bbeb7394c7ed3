import LIFJSON

/// A value on its way into the answer: a record's JSON, or a part of the schema.
enum GraphQLResolvedValue: Sendable {
    case json(JSONValue)
    case list([GraphQLResolvedValue])
    case introspection(GraphQLIntrospectionNode)
}

/// Completes values by their planned shapes (GraphQL, October 2021, section 6.4.3), with errors and their paths.
struct GraphQLCompletion {
    enum Outcome {
        case value(JSONValue)
        /// There is none.
        case null
        /// There is none, and the error that says why is noted.
        case failed
    }

    let schema: GraphQLSchema
    let limits: GraphQLLimits
    private(set) var errors: [GraphQLError] = []
    private(set) var isTooLarge = false
    private var path: [GraphQLError.PathElement] = []
    private var valueCount = 0

    init(schema: GraphQLSchema, limits: GraphQLLimits) {
        self.schema = schema
        self.limits = limits
    }

    /// Completes a root field.
    mutating func complete(_ value: GraphQLResolvedValue, of field: GraphQLPlan.Field) -> Outcome {
        path = [.key(field.key)]
        return complete(value, field.shape, field)
    }

    /// Notes that a root field has no value because its resolver failed.
    mutating func fail(_ field: GraphQLPlan.Field, _ message: String) {
        path = [.key(field.key)]
        _ = failure(message, field)
    }

    private mutating func complete(
        _ value: GraphQLResolvedValue, _ shape: GraphQLPlan.Shape, _ field: GraphQLPlan.Field
    ) -> Outcome {
        valueCount += 1
        guard valueCount <= limits.maximumResultValues else {
            isTooLarge = true
            return .failed
        }
        if case .nonNull(let inner) = shape {
            let outcome = complete(value, inner, field)
            guard case .null = outcome else { return outcome }
            return failure("Cannot return null for non-nullable field \(field.parentType).\(field.name).", field)
        }
        if case .json(.null) = value { return .null }
        switch shape {
        case .nonNull(let inner): return complete(value, inner, field)
        case .list(let element): return list(value, element, field)
        case .object(let name): return object(value, name, field)
        case .builtIn, .anyJSON, .enumeration: return leaf(value, shape, field)
        }
    }

    private mutating func list(
        _ value: GraphQLResolvedValue, _ element: GraphQLPlan.Shape, _ field: GraphQLPlan.Field
    ) -> Outcome {
        let items: [GraphQLResolvedValue]
        switch value {
        case .list(let values): items = values
        case .json(.array(let values)): items = values.map { .json($0) }
        case .json, .introspection:
            return failure("Expected a list for field '\(field.parentType).\(field.name)'.", field)
        }
        var result: [JSONValue] = []
        result.reserveCapacity(items.count)
        for (index, item) in items.enumerated() {
            path.append(.index(index))
            defer { path.removeLast() }
            switch complete(item, element, field) {
            case .value(let json): result.append(json)
            case .null: result.append(.null)
            case .failed:
                if element.isNonNull || isTooLarge { return .failed }
                result.append(.null)
            }
        }
        return .value(.array(result))
    }

    private mutating func object(
        _ value: GraphQLResolvedValue, _ typeName: String, _ field: GraphQLPlan.Field
    ) -> Outcome {
        var members: [JSONObject.Member] = []
        members.reserveCapacity(field.children.count)
        for child in field.children {
            path.append(.key(child.key))
            defer { path.removeLast() }
            guard let member = member(child, of: value, typeName) else {
                return failure("Expected an object for field '\(field.parentType).\(field.name)'.", field)
            }
            switch complete(member, child.shape, child) {
            case .value(let json): members.append(JSONObject.Member(name: child.key, value: json))
            case .null: members.append(JSONObject.Member(name: child.key, value: .null))
            case .failed:
                if child.shape.isNonNull || isTooLarge { return .failed }
                members.append(JSONObject.Member(name: child.key, value: .null))
            }
        }
        return .value(.object(JSONObject(members)))
    }

    /// `nil` when the value is no object.
    private func member(
        _ field: GraphQLPlan.Field, of value: GraphQLResolvedValue, _ typeName: String
    ) -> GraphQLResolvedValue? {
        switch value {
        case .json(.object(let object)):
            .json(field.name == "__typename" ? .string(typeName) : object[field.name] ?? .null)
        case .introspection(let node):
            field.name == "__typename"
                ? .json(.string(typeName)) : node.member(field.name, field.arguments, of: schema)
        case .json, .list: nil
        }
    }

    private mutating func leaf(
        _ value: GraphQLResolvedValue, _ shape: GraphQLPlan.Shape, _ field: GraphQLPlan.Field
    ) -> Outcome {
        guard case .json(let json) = value else {
            return failure("Expected a scalar for field '\(field.parentType).\(field.name)'.", field)
        }
        switch shape {
        case .builtIn(let scalar):
            if let result = scalar.output(json) { return .value(result) }
            return failure("\(scalar.rawValue) cannot represent \(json.kindDescription).", field)
        case .enumeration(let name, let values):
            if let text = json.string, values.contains(text) { return .value(json) }
            return failure("Enum '\(name)' cannot represent value.", field)
        case .anyJSON, .object, .list, .nonNull:
            return .value(json)
        }
    }

    private mutating func failure(_ message: String, _ field: GraphQLPlan.Field) -> Outcome {
        if errors.count < limits.maximumErrors {
            errors.append(GraphQLError(message, locations: [field.location], path: path))
        }
        return .failed
    }
}
