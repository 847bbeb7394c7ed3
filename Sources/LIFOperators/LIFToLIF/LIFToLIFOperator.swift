import LIFGraphQL
public import LIFHTTP
import LIFJSON
public import LIFModel
public import LIFWorkflow

/// Fetches from a partner organisation's LIF API (adapter `lif-to-lif`).
///
/// The query is built from the partner's own schema, for the whole of each fragment asked. What the schema has nothing
/// of is no data there. Members that the partner gives as `null` are left out. With the learner's query, and no other
/// request, goes `LIF-Via`: the planners that it came through, ours as the last one.
public final class LIFToLIFOperator: TaskOperator {
    private let api: PartnerAPI
    private let schemas: PartnerSchemaCache

    /// - Parameter requestTimeout: For one request; the time-out of the task, over all attempts, is `TaskRunner`'s.
    public init(
        configuration: LIFToLIFConfiguration, http: OutgoingHTTPClient, requestTimeout: Duration = .seconds(60)
    ) {
        let api = PartnerAPI(configuration: configuration, http: http, timeout: requestTimeout)
        self.api = api
        schemas = PartnerSchemaCache(lifetime: configuration.schemaLifetime) { try await api.schema() }
    }

    /// - Throws: `OperatorException`. When the partner's schema has changed since it was read, the error is retryable
    ///   and the next attempt reads it again.
    public func run(
        _ part: QueryPlanPart, context: OperatorContext, emit: @Sendable (OperatorItem) async throws -> Void
    ) async throws -> OperatorReport {
        let entry = try await schemas.entry()
        guard entry.schema.canName(part.learner) else { return OperatorReport(learnerKnown: false) }
        let found = part.fragmentPaths.compactMap { path in
            entry.schema.entity(at: path).map { (path: path, entity: $0) }
        }
        let answer: RawJSON?
        do {
            answer = try await person(
                part.learner, entities: found.map(\.entity), schema: entry.schema, via: context.via)
        } catch is QueryRefused {
            schemas.drop(entry)
            throw LIFError.source(
                .sourceError,
                "The partner's LIF API refused the query: its schema seems to have changed. It is read again.",
                isRetryable: true)
        }
        guard let person = answer?.withoutNullMembers else { return OperatorReport(learnerKnown: false) }
        // The last member of a name wins.
        let values = Dictionary(person.members.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })
        for (path, entity) in found {
            try Task.checkCancellation()
            guard let value = values[entity], let content = FragmentContent(member: value) else { continue }
            guard entry.schema.admits(value, as: entity) else {
                throw LIFError.source(
                    .invalidAnswer,
                    "The partner's answer has a scalar where the partner's own schema has a list or an object.")
            }
            try await emit(.fragment(Fragment(path: path, content: content)))
        }
        // Names with two underscores are GraphQL's own.
        let others = person.paths(besides: found.map { FragmentPath(entity: $0.entity) })
        return OperatorReport(learnerKnown: true, leftOut: others.filter { !$0.entity.hasPrefix("__") })
    }

    /// Reads the partner's schema.
    public func check() async throws -> String {
        let count = try await api.schema().entities.count
        return "answers as a LIF API with \(count) entities"
    }

    private struct QueryRefused: Error {}

    /// How often one attempt asks again without the fields in which the partner's data breaks its own schema. An
    /// executor tells one such field of an object at a time.
    private static let furtherRequests = 5

    /// The person as the partner has it; `nil` when it knows no such learner.
    private func person(
        _ learner: LearnerIdentifier, entities: [String], schema: PartnerSchema, via: FederationPath
    ) async throws -> RawJSON? {
        var excluded: Set<[String]> = []
        var soFar: RawJSON?
        for _ in 0...Self.furtherRequests {
            let request = schema.request(for: learner, entities: entities, excluding: excluded)
            switch try PartnerAnswer(await api.answer(to: request, via: via), field: schema.answerName) {
            case .unknownLearner: return nil
            case .refusedQuery: throw QueryRefused()
            case .person(let person): return try joined(soFar, person)
            case .incomplete(let person, let culprits):
                guard !culprits.isSubset(of: excluded) else { throw Self.brokenData }
                if let person { soFar = try joined(soFar, person) }
                excluded.formUnion(culprits)
            }
        }
        throw Self.brokenData
    }

    /// The earlier answer has more fields, and nothing where an object broke the partner's schema; the later one has
    /// these objects.
    private func joined(_ earlier: RawJSON?, _ later: RawJSON) throws -> RawJSON {
        guard let earlier else { return later }
        guard let joined = try earlier.filled(from: later) else {
            throw LIFError.source(
                .sourceError, "The partner's data changed while it was fetched.", isRetryable: true)
        }
        return joined
    }

    private static let brokenData = LIFError.source(
        .sourceError, "The partner's data does not fit the partner's own schema, so it cannot be fetched.")
}
