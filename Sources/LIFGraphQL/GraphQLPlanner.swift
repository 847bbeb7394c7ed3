import LIFJSON

/// Makes the plan of a valid operation (GraphQL, October 2021, sections 6.3.2 `CollectFields` and 5.3.2
/// `FieldsInSetCanMerge`). Its work is limited, whatever fragments and aliases multiply.
struct GraphQLPlanner {
    private let schema: GraphQLSchema
    private let coercion: GraphQLInputCoercion
    private let limits: GraphQLLimits
    private let fragments: [String: GraphQLSyntax.Fragment]
    private let variables: [String: JSONValue]
    private var fieldCount = 0
    private var depth = 0

    private struct Group {
        let key: String
        var nodes: [GraphQLSyntax.Field]
    }

    private struct Collection {
        var groups: [Group] = []
        var indexes: [String: Int] = [:]
        var visited: Set<String> = []
    }

    static func plan(
        _ operation: GraphQLSyntax.Operation, of document: GraphQLDocument, schema: GraphQLSchema,
        variables: JSONObject, limits: GraphQLLimits
    ) throws(GraphQLError) -> GraphQLPlan {
        let coercion = GraphQLInputCoercion(schema: schema, limits: limits)
        var planner = GraphQLPlanner(
            schema: schema, coercion: coercion, limits: limits,
            fragments: Dictionary(
                document.fragments.map { ($0.name.text, $0) }, uniquingKeysWith: { first, _ in first }),
            variables: try coercion.variables(of: operation, given: variables))
        return GraphQLPlan(fields: try planner.fields([operation.selections], of: schema.queryTypeName))
    }

    private init(
        schema: GraphQLSchema, coercion: GraphQLInputCoercion, limits: GraphQLLimits,
        fragments: [String: GraphQLSyntax.Fragment], variables: [String: JSONValue]
    ) {
        self.schema = schema
        self.coercion = coercion
        self.limits = limits
        self.fragments = fragments
        self.variables = variables
    }

    private mutating func fields(
        _ sets: [[GraphQLSyntax.Selection]], of typeName: String
    ) throws(GraphQLError) -> [GraphQLPlan.Field] {
        guard let type = schema.type(typeName) else { throw GraphQLError("Unknown type '\(typeName)'.") }
        var collection = Collection()
        for selections in sets { try collect(selections, on: type, into: &collection) }
        var fields: [GraphQLPlan.Field] = []
        fields.reserveCapacity(collection.groups.count)
        for group in collection.groups { fields.append(try field(group, of: type)) }
        return fields
    }

    private mutating func field(_ group: Group, of parent: GraphQLType) throws(GraphQLError) -> GraphQLPlan.Field {
        let node = group.nodes[0]
        guard let definition = schema.field(node.name.text, of: parent) else {
            throw GraphQLError("Cannot query field '\(node.name.text)' on type '\(parent.name)'.", at: node.location)
        }
        let arguments = try coercion.arguments(
            node.arguments, of: definition.arguments, variables: variables, at: node.location)
        for other in group.nodes.dropFirst() {
            try checkMerge(node, arguments, other, definition)
        }
        guard let type = schema.type(of: definition.type) else {
            throw GraphQLError("Unknown type '\(definition.type)'.", at: node.location)
        }
        if case .interface = type.kind { throw notExecutable(type, node) }
        if case .union = type.kind { throw notExecutable(type, node) }
        try enter(at: node.location)
        defer { depth -= 1 }
        return GraphQLPlan.Field(
            key: group.key, name: node.name.text, parentType: parent.name, arguments: arguments,
            shape: try shape(of: definition.type), location: node.location,
            children: type.isLeaf ? [] : try fields(group.nodes.compactMap(\.selections), of: type.name))
    }

    private func notExecutable(_ type: GraphQLType, _ node: GraphQLSyntax.Field) -> GraphQLError {
        GraphQLError(
            "Field '\(node.name.text)' is of the abstract type '\(type.name)', which is not supported here.",
            at: node.location)
    }

    private func checkMerge(
        _ first: GraphQLSyntax.Field, _ arguments: JSONObject, _ other: GraphQLSyntax.Field,
        _ definition: GraphQLField
    ) throws(GraphQLError) {
        let reason: String
        if first.name.text != other.name.text {
            reason = "'\(first.name.text)' and '\(other.name.text)' are different fields"
        } else if try coercion.arguments(
            other.arguments, of: definition.arguments, variables: variables, at: other.location) != arguments
        {
            reason = "they have differing arguments"
        } else {
            return
        }
        throw GraphQLError(
            "Fields '\(first.key)' conflict because \(reason). Use different aliases on the fields to fetch both if "
                + "this was intentional.", locations: [first.location, other.location])
    }

    // MARK: Collecting

    private mutating func collect(
        _ selections: [GraphQLSyntax.Selection], on type: GraphQLType, into collection: inout Collection
    ) throws(GraphQLError) {
        for selection in selections {
            switch selection {
            case .field(let field):
                guard try isIncluded(field.directives) else { continue }
                try count(at: field.location)
                if let index = collection.indexes[field.key] {
                    collection.groups[index].nodes.append(field)
                } else {
                    collection.indexes[field.key] = collection.groups.count
                    collection.groups.append(Group(key: field.key, nodes: [field]))
                }
            case .spread(let spread):
                try count(at: spread.location)
                guard try isIncluded(spread.directives), collection.visited.insert(spread.name.text).inserted,
                    let fragment = fragments[spread.name.text], applies(fragment.condition, to: type)
                else { continue }
                try enter(at: spread.location)
                defer { depth -= 1 }
                try collect(fragment.selections, on: type, into: &collection)
            case .inline(let inline):
                guard try isIncluded(inline.directives), inline.condition.map({ applies($0, to: type) }) ?? true
                else { continue }
                try enter(at: inline.location)
                defer { depth -= 1 }
                try collect(inline.selections, on: type, into: &collection)
            }
        }
    }

    private func applies(_ condition: GraphQLSyntax.Name, to type: GraphQLType) -> Bool {
        condition.text == type.name || schema.type(condition.text)?.possibleTypes.contains(type.name) == true
    }

    private func isIncluded(_ directives: [GraphQLSyntax.Directive]) throws(GraphQLError) -> Bool {
        for directive in directives {
            let name = directive.name.text
            guard name == "skip" || name == "include" else { continue }
            let definition = GraphQLInputValue("if", .nonNull(.named("Boolean")))
            let arguments = try coercion.arguments(
                directive.arguments, of: [definition], variables: variables, at: directive.location)
            if arguments["if"]?.bool != (name == "include") { return false }
        }
        return true
    }

    // MARK: Limits and shapes

    private mutating func count(at location: GraphQLError.Location) throws(GraphQLError) {
        fieldCount += 1
        if fieldCount > limits.maximumFields {
            throw GraphQLError("The request selects more than \(limits.maximumFields) fields.", at: location)
        }
    }

    private mutating func enter(at location: GraphQLError.Location) throws(GraphQLError) {
        depth += 1
        if depth > limits.maximumDepth {
            throw GraphQLError("The request is nested deeper than \(limits.maximumDepth) levels.", at: location)
        }
    }

    private func shape(of reference: GraphQLTypeReference) throws(GraphQLError) -> GraphQLPlan.Shape {
        switch reference {
        case .nonNull(let inner): return .nonNull(try shape(of: inner))
        case .list(let inner): return .list(try shape(of: inner))
        case .named(let name):
            if let scalar = GraphQLBuiltInScalar(rawValue: name) { return .builtIn(scalar) }
            guard let type = schema.type(name) else { throw GraphQLError("Unknown type '\(name)'.") }
            switch type.kind {
            case .scalar: return .anyJSON
            case .enumeration(let values): return .enumeration(name: name, values: Set(values.map(\.name)))
            case .object, .interface, .union, .inputObject: return .object(name)
            }
        }
    }
}
