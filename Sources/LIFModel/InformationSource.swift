/// A system or partner organisation that can supply some fragment paths through one adapter (Query Planner seed,
/// "Configuration").
public struct InformationSource: Sendable, Hashable {
    public let id: String
    public let organization: String?
    public let adapterID: String
    /// How long what it answered stays fresh.
    public let timeToLive: Duration
    /// How long after that it may still be served when the source fails; zero for never.
    public let staleIfError: Duration
    public let fragmentPaths: [FragmentPath]
    public let translation: Translation?
    /// The types of identifier that it knows, as tokens; it is not asked about learners named by another. `nil` for any.
    public let identifierTypes: Set<String>?
    /// Tells what shapes the source's data on its way to us (adapter, mapping, translation). Fragments stored under
    /// another origin are stale.
    public let origin: String

    public init(
        id: String, organization: String? = nil, adapterID: String, timeToLive: Duration,
        staleIfError: Duration = .zero, fragmentPaths: [FragmentPath], translation: Translation? = nil,
        identifierTypes: Set<String>? = nil, origin: String? = nil
    ) {
        self.id = id
        self.organization = organization
        self.adapterID = adapterID
        self.timeToLive = timeToLive
        self.staleIfError = staleIfError
        self.fragmentPaths = fragmentPaths
        self.translation = translation
        self.identifierTypes = identifierTypes
        self.origin = origin ?? adapterID
    }

    /// Whether it may be asked about a learner who is named so.
    public func knowsType(of learner: LearnerIdentifier) -> Bool {
        identifierTypes?.contains(learner.typeToken) ?? true
    }
}

/// The configured sources, in configuration order, with every path in its canonical spelling.
public struct SourceCatalogue: Sendable, Hashable {
    public let sources: [InformationSource]
    /// Each configured path once, in the order in which sources name them.
    public let paths: [FragmentPath]
    /// Every name that may be asked for: the configured ones, then the model's.
    public let knownEntities: [String]
    private let sourcesByPath: [FragmentPath: [InformationSource]]
    private let sourcesByID: [String: InformationSource]

    public init(_ configured: [InformationSource], model: PersonModel = .standard) {
        var known = model.members
        var sources: [InformationSource] = []
        var paths: [FragmentPath] = []
        var byPath: [FragmentPath: [InformationSource]] = [:]
        for source in configured {
            var canonical: [FragmentPath] = []
            for path in source.fragmentPaths {
                let name = LIFName.find(path.entity, among: known) ?? path.entity
                if !known.contains(name) { known.append(name) }
                if !canonical.contains(where: { $0.entity == name }) { canonical.append(FragmentPath(entity: name)) }
            }
            let source = InformationSource(
                id: source.id, organization: source.organization, adapterID: source.adapterID,
                timeToLive: source.timeToLive, staleIfError: source.staleIfError, fragmentPaths: canonical,
                translation: source.translation, identifierTypes: source.identifierTypes, origin: source.origin)
            sources.append(source)
            for path in canonical {
                if byPath[path] == nil { paths.append(path) }
                byPath[path, default: []].append(source)
            }
        }
        self.sources = sources
        self.paths = paths
        sourcesByPath = byPath
        knownEntities = paths.map(\.entity) + model.members.filter { byPath[FragmentPath(entity: $0)] == nil }
        sourcesByID = Dictionary(sources.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    }

    public subscript(id: String) -> InformationSource? { sourcesByID[id] }

    /// The sources of a path in configuration order; empty when the model knows it and nobody supplies it.
    public func sources(of path: FragmentPath) -> [InformationSource] { sourcesByPath[path] ?? [] }

    /// The canonical path that a name means; `nil` when neither the configuration nor the data model knows it.
    public func resolve(entity: String) -> FragmentPath? {
        LIFName.find(entity, among: knownEntities).map(FragmentPath.init(entity:))
    }

    /// The known names closest to one that is not known.
    public func nearest(to entity: String) -> [String] { NearestNames.to(entity, among: knownEntities) }
}
