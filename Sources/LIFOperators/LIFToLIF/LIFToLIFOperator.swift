import LIFConcurrency
import LIFGraphQL
public import LIFHTTP
import LIFJSON
public import LIFModel
public import LIFWorkflow
import Synchronization

/// Fetches from a partner organisation's LIF API (adapter `lif-to-lif`).
///
/// The query is built from the partner's own schema, or from our data model where the partner does not show its schema,
/// for the whole of each fragment asked. What the schema has nothing of is no data there. Members that the partner gives as
/// `null` are left out, and names and enum values that GraphQL writes in another way than the data model get the model's
/// spelling. With the learner's query, and no other request, goes `LIF-Via`: the planners that it came through, ours as the
/// last one.
public final class LIFToLIFOperator: TaskOperator {
    private let api: PartnerAPI
    private let schemas: PartnerSchemaCache
    private let model: @Sendable () -> PersonModel
    private let names: Mutex<(model: PersonModel, names: PartnerNames)>

    /// An operator for one partner. Its schema is asked for by the first run, not here.
    ///
    /// - Parameters:
    ///   - model: The data model to read answers by, and to ask by where the partner shows no schema; asked at each run,
    ///     as a Metadata Repository may replace it.
    ///   - requestTimeout: For one request; the time-out of the task, over all attempts, is `TaskRunner`'s.
    public init(
        configuration: LIFToLIFConfiguration, http: OutgoingHTTPClient, requestTimeout: Duration = .seconds(60),
        model: @escaping @Sendable () -> PersonModel = { .standard }
    ) {
        let api = PartnerAPI(configuration: configuration, http: http, timeout: requestTimeout)
        self.api = api
        self.model = model
        let known = model()
        names = Mutex((known, PartnerNames(known)))
        schemas = PartnerSchemaCache(lifetime: configuration.schemaLifetime) { try await api.schema(model()) }
    }

    /// Asks the partner for all paths of the part that its schema has, and emits a fragment for each that has data.
    ///
    /// - Throws: `OperatorException`. When the partner's schema has changed since it was read, the error is retryable
    ///   and the next attempt reads it again.
    public func run(
        _ part: QueryPlanPart, context: OperatorContext, emit: @Sendable (OperatorItem) async throws -> Void
    ) async throws -> OperatorReport {
        var entry = try await schemas.entry()
        if let made = entry.schema.model, made != model() {
            // A Metadata Repository has given another model since.
            schemas.drop(entry)
            entry = try await schemas.entry()
        }
        guard entry.schema.canName(part.learner) else { return OperatorReport(learnerKnown: false) }
        let names = currentNames()
        let found = part.fragmentPaths.compactMap { path in
            names.entity(path.entity, among: entry.schema.entities).map { (path: path, entity: $0) }
        }
        var conversation = PartnerConversation(entities: found.map(\.entity))
        let answer = try await person(part.learner, of: part.informationSourceID, &conversation, &entry, context)
        let failures = failures(at: part.fragmentPaths, conversation, entry.schema, names)
        guard let answer else { return OperatorReport(learnerKnown: false, failures: failures) }
        return try await LargeAnswers.shared.read(answer.bytes.count, of: part.informationSourceID) {
            try await deliver(answer, found, for: part, conversation, entry.schema, failures, context, emit: emit)
        }
    }

    /// Gives what a partner has of a person to the executor.
    ///
    /// - Parameters:
    ///   - found: The paths that the partner's schema has, with the partner's names.
    ///   - failures: That are known already.
    private func deliver(
        _ answer: RawJSON, _ found: [(path: FragmentPath, entity: String)], for part: QueryPlanPart,
        _ conversation: PartnerConversation, _ schema: PartnerSchema, _ failures: [FragmentPath: Failure],
        _ context: OperatorContext, emit: @Sendable (OperatorItem) async throws -> Void
    ) async throws -> OperatorReport {
        let person = answer.withoutNullMembers
        let names = currentNames()
        var failures = failures
        // The last member of a name wins.
        let values = Dictionary(person.members.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })
        for (path, entity) in found where failures[path] == nil {
            try Task.checkCancellation()
            guard let value = values[entity] else {
                if conversation.damaged.contains(entity) { failures[path] = Self.nothingLeft }
                continue
            }
            guard schema.admits(value, as: entity) else {
                throw LIFError.source(
                    .invalidAnswer,
                    "The partner's answer has a scalar where the partner's own schema has a list or an object.")
            }
            let whole = FragmentContent(member: try names.restored(value, of: path.entity))
            guard let content = whole?.withoutEmptyItems else {
                if conversation.damaged.contains(entity) { failures[path] = Self.nothingLeft }
                continue
            }
            try await emit(.fragment(Fragment(path: path, content: content)))
        }
        // Not all partners give only what was selected.
        let asked = part.fragmentPaths + found.map { FragmentPath(entity: $0.entity) }
        for fragment in person.identifiers(besides: asked) { try await emit(.fragment(fragment)) }
        for path in failures.keys { context.log("The partner failed at \(path); what else was asked for came.") }
        // Names with two underscores are GraphQL's own.
        let others = person.paths(besides: found.map { FragmentPath(entity: $0.entity) })
        return OperatorReport(
            learnerKnown: true, leftOut: others.filter { !$0.entity.hasPrefix("__") }, failures: failures,
            failuresMayPass: conversation.faults.values.contains(.failed))
    }

    /// Reads the partner's schema.
    public func check() async throws -> String {
        // Kept for `notices`, which asks for it next.
        let schema = try await schemas.entry().schema
        let entities = "\(schema.entities.count) entities"
        return switch schema.origin {
        case .introspection(.full): "answers as a LIF API with \(entities)"
        case .introspection: "answers as a LIF API with \(entities); it limits introspection, so a smaller one is used"
        case .dataModel:
            "answers, but no introspection: queries are made from the data model, which has \(entities)"
        }
    }

    /// What the partner's schema has nothing of is no data, and no failure: a mistyped path would be empty for ever. Where it
    /// shows no schema there is nothing to compare with.
    public func notices(about paths: [FragmentPath]) async throws -> [String] {
        let schema = try await schemas.entry().schema
        guard case .introspection = schema.origin else { return [] }
        let names = currentNames()
        return paths.filter { names.entity($0.entity, among: schema.entities) == nil }.map { path in
            let near = NearestNames.to(path.entity, among: schema.entities).first
            let hint = near.map { " Did you mean \"Person.\($0)\"?" } ?? ""
            return "The partner's schema has no \"\(path)\", so nothing will ever come at it.\(hint)"
        }
    }

    /// The names of the data model as it is now.
    private func currentNames() -> PartnerNames {
        let model = model()
        return names.withLock { kept in
            if kept.model != model { kept = (model, PartnerNames(model)) }
            return kept.names
        }
    }
}

extension LIFToLIFOperator {
    /// How often one attempt asks again without fields that a partner without introspection has refused. A service names
    /// many at once.
    private static let maximumRefusals = 12

    /// The person as the partner has it; `nil` when it knows no such learner.
    private func person(
        _ learner: LearnerIdentifier, of source: String, _ conversation: inout PartnerConversation,
        _ entry: inout PartnerSchemaCache.Entry, _ context: OperatorContext
    ) async throws -> RawJSON? {
        var refusals = 0
        while true {
            let entities = conversation.entities.filter(entry.schema.entities.contains)
            let excluded = conversation.excluded
            let request = entry.schema.request(for: learner, entities: entities, excluding: excluded)
            let response = try await api.answer(to: request, via: context.via, trace: context.trace)
            let answer = try await LargeAnswers.shared.read(response.body.count, of: source) {
                try PartnerAnswer(api.body(of: response), field: entry.schema.answerName)
            }
            if case .refusedQuery(let errors) = answer {
                refusals += 1
                guard refusals <= Self.maximumRefusals,
                    entry.schema.after(errors, entities: entities, excluding: excluded) != nil
                else { throw refused(entry) }
                entry = schemas.update(entry) { $0.after(errors, entities: entities, excluding: excluded) ?? $0 }
                guard entry.schema.canName(learner) else { throw refused(entry) }
                continue
            }
            let step = try await LargeAnswers.shared.read(response.body.count, of: source) {
                try conversation.take(answer)
            }
            if case .done(let person) = step { return person }
        }
    }

    /// A query that was refused for no reason that could be mended. That may pass: services refuse so also for a time.
    private func refused(_ entry: PartnerSchemaCache.Entry) -> LIFError {
        switch entry.schema.origin {
        case .introspection:
            schemas.drop(entry)
            return .source(
                .sourceError,
                "The partner's LIF API refused the query: its schema seems to have changed. It is read again.",
                isRetryable: true, isAboutRequest: true)
        case .dataModel:
            if entry.schema.isGuessed { schemas.drop(entry) }
            return .source(
                .sourceError,
                "The partner answers no introspection, and refused a query made from the configured data model. Check the "
                    + "data model (data_model), or have the partner allow introspection for our credential.",
                isRetryable: true, isAboutRequest: true)
        }
    }

    private static let nothingLeft = Failure(.sourceError, EntityFault.broken.error.message)

    private func failures(
        at paths: [FragmentPath], _ conversation: PartnerConversation, _ schema: PartnerSchema, _ names: PartnerNames
    ) -> [FragmentPath: Failure] {
        var failures: [FragmentPath: Failure] = [:]
        for path in paths {
            if let entity = names.entity(path.entity, among: conversation.faults.keys.sorted()),
                let fault = conversation.faults[entity]
            {
                failures[path] = Failure(.sourceError, fault.error.message)
            } else if let entity = names.entity(path.entity, among: conversation.entities), schema.isTooLarge(entity) {
                failures[path] = Failure(
                    .invalidAnswer,
                    "The partner's schema has more fields at \(path) than one query may name, so it cannot be asked for."
                )
            } else if schema.lists(path.entity, by: names) == false {
                failures[path] = Failure(
                    .sourceError,
                    "The partner answers no introspection, and the configured data model lists no fields of \(path). "
                        + "Configure a data model that does (data_model).")
            }
        }
        return failures
    }
}
