/// Checks a document against a schema before anything is executed (GraphQL, October 2021, section 5).
///
/// The messages are those of graphql-core, without the values that a client sent. Whether fields with one response key
/// can be merged (section 5.3.2) is checked where the execution is planned.
public struct GraphQLValidator {
    let schema: GraphQLSchema
    let document: GraphQLDocument
    let limits: GraphQLLimits
    let fragments: [String: GraphQLSyntax.Fragment]
    var errors: [GraphQLError] = []
    /// What the definition now being checked uses.
    var usage = DefinitionUsage()

    /// What one operation or fragment uses itself, without the fragments it spreads.
    struct DefinitionUsage {
        struct VariableUse {
            let name: String
            let location: GraphQLError.Location
            /// `nil` where the position has no known type.
            let type: GraphQLTypeReference?
            let hasDefault: Bool
        }

        var variables: [VariableUse] = []
        var spreads: [GraphQLSyntax.Spread] = []
    }

    private init(_ document: GraphQLDocument, schema: GraphQLSchema, limits: GraphQLLimits) {
        self.document = document
        self.schema = schema
        self.limits = limits
        fragments = Dictionary(
            document.fragments.map { ($0.name.text, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// All errors of a document, in the order of the text, at most `limits.maximumErrors` and one that says so.
    public static func validate(
        _ document: GraphQLDocument, schema: GraphQLSchema, limits: GraphQLLimits = .standard
    ) -> [GraphQLError] {
        var validator = GraphQLValidator(document, schema: schema, limits: limits)
        validator.validateDefinitions()
        return validator.errors
    }

    var isFull: Bool { errors.count > limits.maximumErrors }

    mutating func report(_ message: @autoclosure () -> String, at locations: GraphQLError.Location...) {
        if isFull { return }
        if errors.count == limits.maximumErrors {
            errors.append(GraphQLError("Too many validation errors, error limit reached. Validation aborted."))
        } else {
            errors.append(GraphQLError(message(), locations: locations))
        }
    }

    // MARK: Definitions

    private mutating func validateDefinitions() {
        var operationUsages: [DefinitionUsage] = []
        var fragmentUsages: [String: DefinitionUsage] = [:]
        validateNames()
        for operation in document.operations {
            usage = DefinitionUsage()
            validateVariables(of: operation)
            validate(operation.directives, on: operation.kind.rawValue.uppercased())
            if let root = rootType(of: operation.kind) { validate(operation.selections, on: root) }
            operationUsages.append(usage)
        }
        for fragment in document.fragments {
            usage = DefinitionUsage()
            validate(fragment.directives, on: "FRAGMENT_DEFINITION")
            let parent = conditionType(fragment.condition, of: fragment.name.text)
            validate(fragment.selections, on: parent)
            fragmentUsages[fragment.name.text] = fragmentUsages[fragment.name.text] ?? usage
        }
        validateCycles(fragmentUsages)
        var used: Set<String> = []
        for (operation, usage) in zip(document.operations, operationUsages) {
            let reached = reachable(from: usage, fragmentUsages)
            used.formUnion(reached)
            validateUses(
                of: operation, usage.variables + reached.flatMap { fragmentUsages[$0]?.variables ?? [] })
        }
        for fragment in document.fragments where !used.contains(fragment.name.text) {
            report("Fragment '\(fragment.name.text)' is never used.", at: fragment.location)
        }
    }

    private mutating func validateNames() {
        var names: [String: GraphQLError.Location] = [:]
        for operation in document.operations {
            guard let name = operation.name else {
                if document.operations.count > 1 {
                    report("This anonymous operation must be the only defined operation.", at: operation.location)
                }
                continue
            }
            if let first = names.updateValue(name.location, forKey: name.text) {
                report("There can be only one operation named '\(name.text)'.", at: first, name.location)
            }
        }
        var fragmentNames: [String: GraphQLError.Location] = [:]
        for fragment in document.fragments {
            if let first = fragmentNames.updateValue(fragment.name.location, forKey: fragment.name.text) {
                report(
                    "There can be only one fragment named '\(fragment.name.text)'.", at: first, fragment.name.location)
            }
        }
    }

    private func rootType(of kind: GraphQLSyntax.OperationKind) -> GraphQLType? {
        switch kind {
        case .query: schema.queryType
        case .mutation: schema.mutationTypeName.flatMap { schema.type($0) }
        case .subscription: schema.subscriptionTypeName.flatMap { schema.type($0) }
        }
    }

    /// The fragments that a definition reaches, each once, in the order met.
    private func reachable(from usage: DefinitionUsage, _ usages: [String: DefinitionUsage]) -> [String] {
        var found: [String] = []
        var seen: Set<String> = []
        var waiting = usage.spreads.map(\.name.text)
        while let name = waiting.popLast() {
            guard seen.insert(name).inserted, let own = usages[name] else { continue }
            found.append(name)
            waiting.append(contentsOf: own.spreads.map(\.name.text))
        }
        return found
    }
}
