/// Recursive descent over the tokens of a document; the depth of its recursion is limited.
struct GraphQLParser {
    private var lexer: GraphQLLexer
    private var token: GraphQLToken
    private let limits: GraphQLLimits
    private var depth = 0

    init(_ text: String, limits: GraphQLLimits) throws(GraphQLError) {
        self.limits = limits
        lexer = try GraphQLLexer(text, limits: limits)
        token = try lexer.next()
    }

    // MARK: Document

    mutating func document() throws(GraphQLError) -> GraphQLDocument {
        var operations: [GraphQLSyntax.Operation] = []
        var fragments: [GraphQLSyntax.Fragment] = []
        repeat {
            guard operations.count + fragments.count < limits.maximumDefinitions else {
                throw .syntax(
                    "The document has more than \(limits.maximumDefinitions) definitions.", at: token.location)
            }
            if token.kind == .punctuator(UInt8(ascii: "{")) {
                let location = token.location
                operations.append(
                    GraphQLSyntax.Operation(
                        kind: .query, name: nil, variables: [], directives: [], selections: try selectionSet(),
                        location: location))
            } else if token.kind == .name("fragment") {
                fragments.append(try fragment())
            } else if case .name(let word) = token.kind, let kind = GraphQLSyntax.OperationKind(rawValue: word) {
                operations.append(try operation(kind))
            } else {
                throw unexpected()
            }
        } while token.kind != .end
        return GraphQLDocument(operations: operations, fragments: fragments)
    }

    private mutating func operation(
        _ kind: GraphQLSyntax.OperationKind
    ) throws(GraphQLError) -> GraphQLSyntax.Operation {
        let location = token.location
        try move()
        var operationName: GraphQLSyntax.Name?
        if case .name = token.kind { operationName = try name() }
        var variables: [GraphQLSyntax.Variable] = []
        if try skip("(") {
            repeat { variables.append(try variable()) } while try !skip(")")
        }
        return GraphQLSyntax.Operation(
            kind: kind, name: operationName, variables: variables, directives: try directives(isConstant: false),
            selections: try selectionSet(), location: location)
    }

    private mutating func variable() throws(GraphQLError) -> GraphQLSyntax.Variable {
        let location = token.location
        try expect("$")
        let variableName = try name()
        try expect(":")
        let type = try typeReference()
        let defaultValue = try skip("=") ? try value(isConstant: true) : nil
        return GraphQLSyntax.Variable(
            name: variableName, type: type, defaultValue: defaultValue, directives: try directives(isConstant: true),
            location: location)
    }

    private mutating func typeReference() throws(GraphQLError) -> GraphQLSyntax.TypeNode {
        try enter()
        defer { depth -= 1 }
        var node: GraphQLSyntax.TypeNode
        if try skip("[") {
            let element = try typeReference()
            try expect("]")
            node = GraphQLSyntax.TypeNode(reference: .list(element.reference), location: element.location)
        } else {
            let typeName = try name()
            node = GraphQLSyntax.TypeNode(reference: .named(typeName.text), location: typeName.location)
        }
        if try skip("!") {
            node = GraphQLSyntax.TypeNode(reference: .nonNull(node.reference), location: node.location)
        }
        return node
    }

    private mutating func fragment() throws(GraphQLError) -> GraphQLSyntax.Fragment {
        let location = token.location
        try move()
        if token.kind == .name("on") { throw unexpected() }
        let fragmentName = try name()
        guard token.kind == .name("on") else { throw expected("'on'") }
        try move()
        return GraphQLSyntax.Fragment(
            name: fragmentName, condition: try name(), directives: try directives(isConstant: false),
            selections: try selectionSet(), location: location)
    }

    // MARK: Selections

    private mutating func selectionSet() throws(GraphQLError) -> [GraphQLSyntax.Selection] {
        try enter()
        defer { depth -= 1 }
        try expect("{")
        var selections: [GraphQLSyntax.Selection] = []
        repeat { selections.append(try selection()) } while try !skip("}")
        return selections
    }

    private mutating func selection() throws(GraphQLError) -> GraphQLSyntax.Selection {
        let location = token.location
        guard token.kind == .spread else { return .field(try field()) }
        try move()
        if case .name(let word) = token.kind, word != "on" {
            return .spread(
                GraphQLSyntax.Spread(
                    name: try name(), directives: try directives(isConstant: false), location: location))
        }
        var condition: GraphQLSyntax.Name?
        if token.kind == .name("on") {
            try move()
            condition = try name()
        }
        return .inline(
            GraphQLSyntax.Inline(
                condition: condition, directives: try directives(isConstant: false), selections: try selectionSet(),
                location: location))
    }

    private mutating func field() throws(GraphQLError) -> GraphQLSyntax.Field {
        var fieldName = try name()
        var alias: GraphQLSyntax.Name?
        if try skip(":") {
            alias = fieldName
            fieldName = try name()
        }
        let fieldArguments = try arguments(isConstant: false)
        let fieldDirectives = try directives(isConstant: false)
        let selectionsLocation = token.location
        let selections = token.kind == .punctuator(UInt8(ascii: "{")) ? try selectionSet() : nil
        return GraphQLSyntax.Field(
            alias: alias, name: fieldName, arguments: fieldArguments, directives: fieldDirectives,
            selections: selections, selectionsLocation: selectionsLocation)
    }

    private mutating func arguments(isConstant: Bool) throws(GraphQLError) -> [GraphQLSyntax.Argument] {
        var arguments: [GraphQLSyntax.Argument] = []
        guard try skip("(") else { return arguments }
        repeat { arguments.append(try argument(isConstant: isConstant)) } while try !skip(")")
        return arguments
    }

    private mutating func argument(isConstant: Bool) throws(GraphQLError) -> GraphQLSyntax.Argument {
        let argumentName = try name()
        try expect(":")
        return GraphQLSyntax.Argument(name: argumentName, value: try value(isConstant: isConstant))
    }

    private mutating func directives(isConstant: Bool) throws(GraphQLError) -> [GraphQLSyntax.Directive] {
        var directives: [GraphQLSyntax.Directive] = []
        while token.kind == .punctuator(UInt8(ascii: "@")) {
            let location = token.location
            try move()
            directives.append(
                GraphQLSyntax.Directive(
                    name: try name(), arguments: try arguments(isConstant: isConstant), location: location))
        }
        return directives
    }

    // MARK: Values

    /// A literal alone, as the default values of an introspection result are written.
    mutating func literal() throws(GraphQLError) -> GraphQLSyntax.Value {
        let literal = try value(isConstant: true)
        guard token.kind == .end else { throw expected("<EOF>") }
        return literal
    }

    private mutating func value(isConstant: Bool) throws(GraphQLError) -> GraphQLSyntax.Value {
        try enter()
        defer { depth -= 1 }
        let location = token.location
        let kind: GraphQLSyntax.Value.Kind
        switch token.kind {
        case .punctuator(UInt8(ascii: "[")):
            try move()
            var elements: [GraphQLSyntax.Value] = []
            while try !skip("]") { elements.append(try value(isConstant: isConstant)) }
            return GraphQLSyntax.Value(kind: .list(elements), location: location)
        case .punctuator(UInt8(ascii: "{")):
            try move()
            var members: [GraphQLSyntax.Argument] = []
            while try !skip("}") { members.append(try argument(isConstant: isConstant)) }
            return GraphQLSyntax.Value(kind: .object(members), location: location)
        case .punctuator(UInt8(ascii: "$")):
            try move()
            let variableName = try name()
            guard !isConstant else {
                throw .syntax("Unexpected variable '$\(variableName.text)' in constant value.", at: location)
            }
            return GraphQLSyntax.Value(kind: .variable(variableName.text), location: location)
        case .int(let text): kind = .int(text)
        case .float(let text): kind = .float(text)
        case .string(let text), .blockString(let text): kind = .string(text)
        case .name("true"): kind = .boolean(true)
        case .name("false"): kind = .boolean(false)
        case .name("null"): kind = .null
        case .name(let word): kind = .enumeration(word)
        default: throw unexpected()
        }
        try move()
        return GraphQLSyntax.Value(kind: kind, location: location)
    }

    // MARK: Tokens

    private mutating func move() throws(GraphQLError) { token = try lexer.next() }

    private mutating func enter() throws(GraphQLError) {
        depth += 1
        if depth > limits.maximumDepth {
            throw .syntax("The document is nested deeper than \(limits.maximumDepth) levels.", at: token.location)
        }
    }

    private mutating func skip(_ punctuator: Unicode.Scalar) throws(GraphQLError) -> Bool {
        guard token.kind == .punctuator(UInt8(ascii: punctuator)) else { return false }
        try move()
        return true
    }

    private mutating func expect(_ punctuator: Unicode.Scalar) throws(GraphQLError) {
        guard try skip(punctuator) else { throw expected("'\(punctuator)'") }
    }

    private mutating func name() throws(GraphQLError) -> GraphQLSyntax.Name {
        guard case .name(let text) = token.kind else { throw expected("Name") }
        let name = GraphQLSyntax.Name(text: text, location: token.location)
        try move()
        return name
    }

    private func expected(_ what: String) -> GraphQLError {
        .syntax("Expected \(what), found \(token.description).", at: token.location)
    }

    private func unexpected() -> GraphQLError {
        .syntax("Unexpected \(token.description).", at: token.location)
    }
}
