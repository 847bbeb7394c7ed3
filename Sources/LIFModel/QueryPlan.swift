/// *What* to fetch (Query Planner seed, step 5): one part per source and learner. How it runs is a workflow graph's.
public struct QueryPlan: Sendable, Hashable {
    /// One part per source and learner. The position in this array, from 0, is the part's number in outcomes and task names.
    public internal(set) var parts: [QueryPlanPart]
    /// The planners that it came through, ours as the last one: sources that are partners get it.
    public var via: FederationPath
    /// The sources as they were known when the plan was made, by id. They stay with the planner, so a plan that was read from a
    /// document has none.
    public var sources: [String: PlannedSource]

    /// A plan of these parts. Without `via` it is of a request that came from no planner.
    public init(
        parts: [QueryPlanPart], via: FederationPath = FederationPath(), sources: [String: PlannedSource] = [:]
    ) {
        self.parts = parts
        self.via = via
        self.sources = sources
    }
}

/// What decides how the answers to a plan are taken, whatever becomes of the configuration meanwhile.
public struct PlannedSource: Sendable, Hashable {
    /// `InformationSource.origin`.
    public let origin: String
    /// `InformationSource.rewritesIdentifiers`.
    public let rewritesIdentifiers: Bool

    /// What was known of a source when an earlier plan was made, as a store has kept it.
    public init(origin: String, rewritesIdentifiers: Bool = false) {
        self.origin = origin
        self.rewritesIdentifiers = rewritesIdentifiers
    }

    /// As the source is now.
    public init(_ source: InformationSource) {
        self.init(origin: source.origin, rewritesIdentifiers: source.rewritesIdentifiers)
    }
}

/// One operation at one source: it has one outcome for all its paths.
public struct QueryPlanPart: Sendable, Hashable {
    /// The source's id in the configuration.
    public let informationSourceID: String
    /// The name of the adapter, or of the data pipeline, that fetches.
    public let adapterID: String
    /// The learner as this source knows them.
    public let learner: LearnerIdentifier
    /// What is done there.
    public let operation: SourceOperation
    /// How to bring the answer into the LIF data model; `nil` when the source answers in that model.
    public let translation: Translation?

    /// One operation; nothing is compared with the configuration here.
    public init(
        informationSourceID: String, adapterID: String, learner: LearnerIdentifier, operation: SourceOperation,
        translation: Translation? = nil
    ) {
        self.informationSourceID = informationSourceID
        self.adapterID = adapterID
        self.learner = learner
        self.operation = operation
        self.translation = translation
    }

    /// One fetch.
    public init(
        informationSourceID: String, adapterID: String, learner: LearnerIdentifier, fragmentPaths: [FragmentPath],
        translation: Translation? = nil
    ) {
        self.init(
            informationSourceID: informationSourceID, adapterID: adapterID, learner: learner,
            operation: .read(fragmentPaths), translation: translation)
    }

    /// The paths of the operation; the part's outcome lists its fragments in this order.
    public var fragmentPaths: [FragmentPath] { operation.paths }
}

/// What a part of a plan does at its source.
public enum SourceOperation: Sendable, Hashable {
    /// Fetches the fragments at these paths in one go.
    case read([FragmentPath])
    /// Brings fragments to the source, which knows a repetition by the key. No plan with one is accepted yet.
    case write([Fragment], idempotencyKey: String)

    /// The paths that it reads or writes.
    public var paths: [FragmentPath] {
        switch self {
        case .read(let paths): paths
        case .write(let fragments, _): fragments.map(\.path)
        }
    }

    /// Whether doing it twice does no harm: only then may it be tried again unasked, and be shared by those who want the same.
    public var isRepeatable: Bool {
        if case .read = self { true } else { false }
    }
}

/// Which data model a source's answer is in, and which one it is to be brought into; ids of the MDR.
public struct Translation: Sendable, Hashable {
    /// The id of the data model that the source answers in.
    public let sourceSchemaID: String
    /// The id of the data model that the answer is brought into.
    public let targetSchemaID: String

    /// A translation between two data models, by their ids at the MDR.
    public init(sourceSchemaID: String, targetSchemaID: String) {
        self.sourceSchemaID = sourceSchemaID
        self.targetSchemaID = targetSchemaID
    }
}

extension QueryPlan: CustomStringConvertible {
    /// The plan as text for people. Learners are numbered, not named.
    public var description: String {
        var learners: [LearnerIdentifier] = []
        var lines = ["query plan: \(parts.count) part\(parts.count == 1 ? "" : "s")"]
        for (index, part) in parts.enumerated() {
            if !learners.contains(part.learner) { learners.append(part.learner) }
            let number = (learners.firstIndex(of: part.learner) ?? 0) + 1
            lines.append("  part \(index): source \(part.informationSourceID), adapter \(part.adapterID)")
            lines.append("    learner #\(number) (\(part.learner.typeToken))")
            for path in part.fragmentPaths { lines.append("    fetch \(path)") }
            if let translation = part.translation {
                lines.append("    translate \(translation.sourceSchemaID) to \(translation.targetSchemaID)")
            }
        }
        return lines.joined(separator: "\n")
    }
}
