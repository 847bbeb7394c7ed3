/// A system or partner organisation that can supply some fragment paths through one adapter (Query Planner seed,
/// "Configuration").
public struct InformationSource: Sendable, Hashable {
    /// The id by which plans, answers and logs name it.
    public let id: String
    /// The id of the organisation that it belongs to; `nil` when the configuration names none.
    public let organization: String?
    /// The name of the adapter, or of the data pipeline, that fetches from it.
    public let adapterID: String
    /// How long what it answered stays fresh.
    public let timeToLive: Duration
    /// How long after that it may still be served when the source fails; zero for never.
    public let staleIfError: Duration
    /// How long after that it may be served at once, while the source is asked again after the answer; zero for never.
    public let staleWhileRevalidate: Duration
    /// The paths that it supplies, in configuration order.
    public internal(set) var fragmentPaths: [FragmentPath]
    /// How to bring its answers into the LIF data model; `nil` when it answers in that model.
    public let translation: Translation?
    /// The types of identifier that it knows, as tokens; it is not asked about learners with other types. `nil` for any.
    public let identifierTypes: Set<String>?
    /// What holds when an Identity Mapper is configured and has no mapping for the source.
    public let identity: IdentityPolicy
    /// The name of its system at the Identity Mapper (`target_system_id`).
    public let systemID: String
    /// Whether it is another organisation's LIF, which may ask us in turn.
    public let isPartner: Bool
    /// Whether what is done with its answers may change the identifiers in them, so that these do not show whose answer it is.
    public let rewritesIdentifiers: Bool
    /// When an identifier in its answers is the one that it was asked about.
    public let answeredIdentifiers: AnsweredLearner.Comparison
    /// Tells what shapes the source's data on its way to us (adapter, mapping, translation). Fragments stored under
    /// another origin are stale.
    public internal(set) var origin: String
    /// Whether it stands for the records that this organisation keeps itself, in its LIF Cache. It supplies every path,
    /// knows learners as queries name them, and the planner reads it without an orchestrator.
    public let isOwnRecords: Bool

    /// A source as it is configured. Paths keep their spelling here; a ``SourceCatalogue`` gives them the canonical one.
    ///
    /// - Parameters:
    ///   - systemID: The organisation, or else the id, when `nil`.
    ///   - isPartner: Whether the adapter is `lif-to-lif`, when `nil`.
    ///   - isOwnRecords: Its `fragmentPaths` are then set by the catalogue that it is in.
    public init(
        id: String, organization: String? = nil, adapterID: String, timeToLive: Duration,
        staleIfError: Duration = .zero, staleWhileRevalidate: Duration = .zero, fragmentPaths: [FragmentPath],
        translation: Translation? = nil, identifierTypes: Set<String>? = nil, identity: IdentityPolicy = .shared,
        systemID: String? = nil, isPartner: Bool? = nil, rewritesIdentifiers: Bool = false,
        answeredIdentifiers: AnsweredLearner.Comparison = .similar, origin: String? = nil, isOwnRecords: Bool = false
    ) {
        self.id = id
        self.organization = organization
        self.adapterID = adapterID
        self.timeToLive = timeToLive
        self.staleIfError = staleIfError
        self.staleWhileRevalidate = staleWhileRevalidate
        self.fragmentPaths = fragmentPaths
        self.translation = translation
        self.identifierTypes = identifierTypes
        self.identity = identity
        self.systemID = systemID ?? organization ?? id
        self.isPartner = isPartner ?? (adapterID == "lif-to-lif")
        self.rewritesIdentifiers = rewritesIdentifiers
        self.answeredIdentifiers = answeredIdentifiers
        self.origin = origin ?? adapterID
        self.isOwnRecords = isOwnRecords
    }

    /// Whether it may be asked about a learner who is named so.
    public func knowsType(of learner: LearnerIdentifier) -> Bool {
        identifierTypes?.contains(learner.typeToken) ?? true
    }
}

/// How a source knows a learner whom the Identity Mapper has no mapping for.
public enum IdentityPolicy: String, Sendable, Hashable, CaseIterable {
    /// By the identifier in the query.
    case shared
    /// Not at all: it is not asked.
    case skip
}
