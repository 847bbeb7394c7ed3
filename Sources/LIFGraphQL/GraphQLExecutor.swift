public import LIFJSON

/// Gives the value of a field of the query type, from its coerced arguments.
///
/// The value is plain JSON: members of objects are found by field name, to the letter. An argument that was not given
/// and has no default is absent. A `GraphQLError` that is thrown keeps its message; of any other error the client
/// learns only that the field could not be resolved.
public typealias GraphQLResolver = @Sendable (_ arguments: JSONObject) async throws -> JSONValue

/// Answers requests against a schema: parses, validates, plans, resolves, completes.
///
/// Queries and introspection; mutations and subscriptions are answered with an error. Root fields are resolved one
/// after another, in the order written. Every request ends within the limits.
public struct GraphQLExecutor: Sendable {
    /// The schema that requests are checked against and that introspection describes.
    public let schema: GraphQLSchema
    private let resolvers: [String: GraphQLResolver]
    private let limits: GraphQLLimits

    /// An executor for one schema.
    ///
    /// - Parameter resolvers: One for each field of the query type; a field without one is null.
    public init(schema: GraphQLSchema, resolvers: [String: GraphQLResolver], limits: GraphQLLimits = .standard) {
        self.schema = schema
        self.resolvers = resolvers
        self.limits = limits
    }

    /// Never throws: what goes wrong stands in the answer's `errors`, and `data` is null where nothing was executed.
    public func execute(_ request: GraphQLRequest) async -> GraphQLResponse {
        do throws(GraphQLError) {
            let document = try GraphQLDocument(parsing: request.query, limits: limits)
            let errors = GraphQLValidator.validate(document, schema: schema, limits: limits)
            guard errors.isEmpty else { return GraphQLResponse(data: .null, errors: errors) }
            let operation = try document.operation(named: request.operationName)
            guard operation.kind == .query else {
                throw GraphQLError(
                    "Only queries are supported here, not \(operation.kind.rawValue)s.", at: operation.location)
            }
            let plan = try GraphQLPlanner.plan(
                operation, of: document, schema: schema, variables: request.variables, limits: limits)
            return await execute(plan)
        } catch {
            return GraphQLResponse(data: .null, errors: [error])
        }
    }

    private func execute(_ plan: GraphQLPlan) async -> GraphQLResponse {
        var completion = GraphQLCompletion(schema: schema, limits: limits)
        var members: [JSONObject.Member] = []
        for field in plan.fields {
            let outcome: GraphQLCompletion.Outcome
            do throws(GraphQLError) {
                outcome = completion.complete(try await resolve(field), of: field)
            } catch {
                completion.fail(field, error.message)
                outcome = .failed
            }
            switch outcome {
            case .value(let value): members.append(JSONObject.Member(name: field.key, value: value))
            case .null: members.append(JSONObject.Member(name: field.key, value: .null))
            case .failed:
                if completion.isTooLarge {
                    let message = "The answer has more than \(limits.maximumResultValues) values."
                    return GraphQLResponse(data: .null, errors: [GraphQLError(message)])
                }
                if field.shape.isNonNull { return GraphQLResponse(data: .null, errors: completion.errors) }
                members.append(JSONObject.Member(name: field.key, value: .null))
            }
        }
        return GraphQLResponse(data: .object(JSONObject(members)), errors: completion.errors)
    }

    private func resolve(_ field: GraphQLPlan.Field) async throws(GraphQLError) -> GraphQLResolvedValue {
        switch field.name {
        case "__typename": return .json(.string(schema.queryTypeName))
        case "__schema": return .introspection(.schema)
        case "__type":
            guard let name = field.arguments["name"]?.string, schema.type(name) != nil else { return .json(.null) }
            return .introspection(.type(.named(name)))
        default:
            guard let resolver = resolvers[field.name] else { return .json(.null) }
            do {
                return .json(try await resolver(field.arguments))
            } catch let error as GraphQLError {
                throw error
            } catch {
                throw GraphQLError("The field could not be resolved.")
            }
        }
    }
}
