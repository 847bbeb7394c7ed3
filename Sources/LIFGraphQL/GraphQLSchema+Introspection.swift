public import LIFJSON

extension GraphQLSchema {
    /// Reads a schema from the answer to an introspection query.
    ///
    /// Accepts the whole answer (`{"data":{"__schema":…}}`), its `data`, or the `__schema` object alone. Members that
    /// a server does not send (descriptions, default values, deprecations) may be absent.
    /// - Throws: `GraphQLError` that says what is missing or contradicts itself; the answer's own `errors` are reported
    ///   apart from a malformed schema.
    public init(introspection answer: JSONValue) throws(GraphQLError) {
        try self.init(introspection: RawJSON(answer))
    }

    /// The same, of an answer as it came. One type at a time is read into a document, so that it takes little memory beside
    /// the schema.
    public init(introspection answer: RawJSON) throws(GraphQLError) {
        let root = answer["data"]?["__schema"] ?? answer["__schema"] ?? answer
        guard root.isObject, let typeValues = root["types"], typeValues.isArray else {
            if let errors = answer["errors"], errors.isArray, !errors.elements.isEmpty {
                throw GraphQLError("The partner answered the introspection query with errors.")
            }
            throw GraphQLError("The introspection result has no '__schema' with 'types'.")
        }
        guard let query = root["queryType"]?["name"]?.string else {
            throw GraphQLError("The introspection result names no query type.")
        }
        var types: [GraphQLType] = []
        for value in typeValues.elements { types.append(try IntrospectionReader.type(value.value())) }
        var directives: [GraphQLDirective] = []
        for value in root["directives"]?.elements ?? [] {
            directives.append(try IntrospectionReader.directive(value.value()))
        }
        try self.init(
            query: query, mutation: root["mutationType"]?["name"]?.string,
            subscription: root["subscriptionType"]?["name"]?.string, types: types, directives: directives,
            description: root["description"]?.string)
    }
}

/// The parts of an introspection result, read one by one.
private enum IntrospectionReader {
    static func type(_ value: JSONValue) throws(GraphQLError) -> GraphQLType {
        let name = try name(of: value, in: "a type")
        let kind: GraphQLType.Kind
        var fields: [GraphQLField] = []
        switch value["kind"]?.string {
        case "SCALAR": kind = .scalar
        case "OBJECT":
            kind = .object
            fields = try self.fields(of: value)
        case "INTERFACE":
            kind = .interface(possibleTypes: possibleTypes(of: value))
            fields = try self.fields(of: value)
        case "UNION": kind = .union(possibleTypes: possibleTypes(of: value))
        case "ENUM":
            var values: [GraphQLEnumValue] = []
            for element in value["enumValues"]?.array ?? [] {
                values.append(
                    GraphQLEnumValue(
                        try self.name(of: element, in: "an enum value"), description: element["description"]?.string,
                        deprecationReason: deprecation(of: element)))
            }
            kind = .enumeration(values)
        case "INPUT_OBJECT": kind = .inputObject(try inputs(value["inputFields"]))
        default: throw GraphQLError("The introspection result gives type '\(name)' no kind that GraphQL knows.")
        }
        return GraphQLType(name, description: value["description"]?.string, kind: kind, fields: fields)
    }

    static func directive(_ value: JSONValue) throws(GraphQLError) -> GraphQLDirective {
        GraphQLDirective(
            try name(of: value, in: "a directive"), description: value["description"]?.string,
            locations: (value["locations"]?.array ?? []).compactMap(\.string), arguments: try inputs(value["args"]),
            isRepeatable: value["isRepeatable"]?.bool ?? false)
    }

    private static func fields(of value: JSONValue) throws(GraphQLError) -> [GraphQLField] {
        var fields: [GraphQLField] = []
        for element in value["fields"]?.array ?? [] {
            fields.append(
                GraphQLField(
                    try name(of: element, in: "a field"), try reference(element["type"]),
                    description: element["description"]?.string, arguments: try inputs(element["args"]),
                    deprecationReason: deprecation(of: element)))
        }
        return fields
    }

    private static func inputs(_ value: JSONValue?) throws(GraphQLError) -> [GraphQLInputValue] {
        var inputs: [GraphQLInputValue] = []
        for element in value?.array ?? [] {
            inputs.append(
                GraphQLInputValue(
                    try name(of: element, in: "an argument or input field"), try reference(element["type"]),
                    description: element["description"]?.string, defaultValue: element["defaultValue"]?.string,
                    deprecationReason: deprecation(of: element)))
        }
        return inputs
    }

    private static func reference(_ value: JSONValue?) throws(GraphQLError) -> GraphQLTypeReference {
        switch value?["kind"]?.string {
        case "LIST": return .list(try reference(value?["ofType"]))
        case "NON_NULL": return .nonNull(try reference(value?["ofType"]).nullable)
        default:
            guard let name = value?["name"]?.string else {
                throw GraphQLError("The introspection result breaks off inside a type; ask for 'ofType' deeper.")
            }
            return .named(name)
        }
    }

    private static func possibleTypes(of value: JSONValue) -> [String] {
        (value["possibleTypes"]?.array ?? []).compactMap { $0["name"]?.string }
    }

    private static func deprecation(of value: JSONValue) -> String? {
        guard value["isDeprecated"]?.bool == true else { return nil }
        return value["deprecationReason"]?.string ?? "No longer supported"
    }

    /// Names come from a partner and are sent back to it inside documents, so they must be names.
    private static func name(of value: JSONValue, in what: String) throws(GraphQLError) -> String {
        guard let name = value["name"]?.string, name.isGraphQLName else {
            throw GraphQLError("The introspection result has \(what) without a valid name.")
        }
        return name
    }
}

extension String {
    /// Whether GraphQL can write it as a name: letters, digits and underscores, no digit first (section 2.1.9).
    public var isGraphQLName: Bool {
        guard let first = utf8.first, first.isNameStart else { return false }
        return utf8.allSatisfy { $0.isNameStart || $0.isDigit }
    }
}
