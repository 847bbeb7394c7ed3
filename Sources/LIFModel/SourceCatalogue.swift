/// The configured sources, in configuration order, with every path in its canonical spelling, and the data model.
///
/// Resolving a name takes no longer with a large model than with a small one.
public struct SourceCatalogue: Sendable {
    /// The sources in configuration order, their paths in the canonical spelling.
    public let sources: [InformationSource]
    /// The data model that gives names their canonical spelling, unless configured paths already have another.
    public let model: PersonModel
    /// Each configured path once, in the order in which sources name them.
    public let paths: [FragmentPath]
    /// The source that is this organisation's own records, where there is one.
    public let ownRecords: InformationSource?
    private let entities: NameIndex
    /// What is known below each of `entities`.
    private let nodes: [PersonModel.Node]
    private let sourcesByPath: [FragmentPath: [InformationSource]]
    private let sourcesByID: [String: InformationSource]

    /// Gives each path its canonical spelling, and leaves out what a source names twice.
    ///
    /// - Parameter model: Gives the canonical spelling of the paths that it knows. All of them, and all that another source
    ///   has, are those of the organisation's own records.
    public init(_ configured: [InformationSource], model: PersonModel = .standard) {
        var others: [String] = []
        var sources: [InformationSource] = []
        for source in configured {
            var canonical: [FragmentPath] = []
            for path in source.fragmentPaths {
                let name = LIFName.find(path.entity, among: model.members + others) ?? path.entity
                if model[name]?.name != name, !others.contains(name) { others.append(name) }
                if !canonical.contains(where: { $0.entity == name }) { canonical.append(FragmentPath(entity: name)) }
            }
            var source = source
            source.fragmentPaths = canonical
            sources.append(source)
        }
        self.init(canonical: sources, model: model)
    }

    private init(canonical configured: [InformationSource], model: PersonModel) {
        let sources = Self.completed(configured, model: model)
        var paths: [FragmentPath] = []
        var byPath: [FragmentPath: [InformationSource]] = [:]
        for source in sources {
            for path in source.fragmentPaths {
                if byPath[path] == nil { paths.append(path) }
                byPath[path, default: []].append(source)
            }
        }
        self.sources = sources
        self.model = model
        self.paths = paths
        ownRecords = sources.first(where: \.isOwnRecords)
        sourcesByPath = byPath
        sourcesByID = Dictionary(sources.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        let taken = Set(paths.compactMap { model[$0.entity]?.name })
        entities = NameIndex(paths.map(\.entity) + model.members.filter { !taken.contains($0) })
        nodes = entities.names.map { model[$0]?.node ?? .open }
    }

    /// The organisation's own records may have any path: those that other sources spell, then the rest of the model's.
    private static func completed(_ sources: [InformationSource], model: PersonModel) -> [InformationSource] {
        guard sources.contains(where: \.isOwnRecords) else { return sources }
        var entities: [String] = []
        var seen: Set<String> = []
        for source in sources where !source.isOwnRecords {
            for path in source.fragmentPaths where seen.insert(path.entity).inserted { entities.append(path.entity) }
        }
        let taken = Set(entities.compactMap { model[$0]?.name })
        let paths = (entities + model.members.filter { !taken.contains($0) }).map(FragmentPath.init(entity:))
        return sources.map { source in
            guard source.isOwnRecords else { return source }
            var source = source
            source.fragmentPaths = paths
            return source
        }
    }

    /// The same sources with what a Metadata Repository says. Configured paths keep their spelling, which is that of
    /// kept fragments and of the orchestrator.
    ///
    /// - Parameters:
    ///   - model: Takes the place of the present one; `nil` leaves it.
    ///   - origin: What is to be a source's origin; `nil` leaves it.
    public func with(
        model: PersonModel? = nil, origin: (InformationSource) -> String? = { _ in nil }
    ) -> SourceCatalogue {
        let sources = sources.map { source in
            var source = source
            if let origin = origin(source) { source.origin = origin }
            return source
        }
        return SourceCatalogue(canonical: sources, model: model ?? self.model)
    }

    /// The same catalogue with other records of the organisation's own, or without any.
    public func with(ownRecords: InformationSource?) -> SourceCatalogue {
        SourceCatalogue(
            canonical: [ownRecords].compactMap(\.self) + sources.filter { !$0.isOwnRecords }, model: model)
    }

    /// The source with exactly that id; the first one if there are several.
    public subscript(id: String) -> InformationSource? { sourcesByID[id] }

    /// The sources of a path in configuration order; empty when the model knows it and nobody supplies it.
    public func sources(of path: FragmentPath) -> [InformationSource] {
        sourcesByPath[path] ?? (takesUnknownEntities ? [ownRecords].compactMap(\.self) : [])
    }

    /// Whether entities that neither the configuration nor the data model knows may be asked for: the organisation's own
    /// records may hold such, and the model does not say that it is complete.
    var takesUnknownEntities: Bool { ownRecords != nil && model.person.isOpen }

    /// Every name that may be asked for: the configured ones, then the model's.
    public var knownEntities: [String] { entities.names }

    /// The canonical path that a name means; `nil` when neither the configuration nor the data model knows it.
    public func resolve(entity: String) -> FragmentPath? {
        entities.find(entity).map { FragmentPath(entity: entities.names[$0]) }
    }

    /// As `resolve(entity:)`: the place in `knownEntities`, and what is known below it.
    func entity(_ name: String) -> (place: Int, node: PersonModel.Node)? {
        entities.find(name).map { ($0, nodes[$0]) }
    }

    /// The known names closest to one that is not known.
    public func nearest(to entity: String) -> [String] { NearestNames.to(entity, among: knownEntities) }
}

extension SourceCatalogue: Hashable {
    /// All else follows from sources and model.
    public static func == (left: SourceCatalogue, right: SourceCatalogue) -> Bool {
        left.sources == right.sources && left.model == right.model
    }

    /// Hashes the sources alone; equality compares the data model too.
    public func hash(into hasher: inout Hasher) { hasher.combine(sources) }
}
