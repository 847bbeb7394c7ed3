/// A query in the one form that everything after the decoding works with: learners × fragment paths, each once, and how
/// deep the answer goes. Two queries that mean the same are equal.
public struct CanonicalQuery: Sendable {
    /// The most fields that a query may select.
    public static let maximumFields = 2_000
    /// The longest selected field, in bytes of UTF-8.
    public static let maximumFieldBytes = 1_024
    /// Names below `Person` in one field.
    public static let maximumDepth = 32
    /// Entities that nobody knows, where such may be asked for.
    private static let maximumUnknown = 64

    /// As asked, each once, in the order asked.
    public let learners: [LearnerIdentifier]
    /// In the catalogue's order and spelling.
    public let paths: [FragmentPath]
    /// What the answer keeps below each path.
    public let projection: Projection
    /// Whether these were all configured paths when the query was read.
    private let isEntireRecord: Bool

    /// A query that is canonical already: nothing is checked, so the caller gives each learner and each path once.
    public init(learners: [LearnerIdentifier], paths: [FragmentPath], projection: Projection = .whole) {
        self.learners = learners
        self.paths = paths
        self.projection = projection
        isEntireRecord = false
    }

    /// Validates the fields against what the configuration and the data model know. The time it takes depends on the
    /// query, not on the size of the model.
    ///
    /// Names get the model's spelling as far as it knows them, and keep their own below.
    ///
    /// - Throws: `LIFError` `QueryNotValid` for a field that is no path, `LearnerDataNotFound` for one that nobody
    ///   knows, with the nearest names.
    public init(_ query: LIFQuery, catalogue: SourceCatalogue) throws(LIFError) {
        var seen: Set<LearnerIdentifier> = []
        learners = query.learners.filter { seen.insert($0).inserted }

        if query.selectedFields.count > Self.maximumFields {
            throw LIFError(.queryNotValid, "The query selects more than \(Self.maximumFields) fields.")
        }
        var places: Set<Int> = []
        var unknown: [String] = []
        var selected: [(path: FragmentPath, rest: [String])] = []
        for text in query.selectedFields {
            guard text.utf8.count <= Self.maximumFieldBytes else {
                throw LIFError(.queryNotValid, "A selected field is longer than \(Self.maximumFieldBytes) bytes.")
            }
            guard let field = FieldPath(parsing: text) else { throw UnknownField.unreadable(text, catalogue) }
            if field.segments.isEmpty { continue }
            guard field.segments.count <= Self.maximumDepth else {
                throw LIFError(.queryNotValid, "A selected field is more than \(Self.maximumDepth) levels deep.")
            }
            var names = field.segments
            if let entity = LIFName.find(names[0], among: unknown) {
                names[0] = entity
            } else if let known = try Self.resolve(field, catalogue, isFull: unknown.count == Self.maximumUnknown) {
                places.insert(known.place)
                names = known.names
            } else {
                unknown.append(names[0])
            }
            selected.append((FragmentPath(entity: names[0]), Array(names.dropFirst())))
        }
        guard !selected.isEmpty else {
            paths = catalogue.paths
            projection = .whole
            isEntireRecord = true
            return
        }
        let names = catalogue.knownEntities
        paths = (places.sorted().map { names[$0] } + unknown).map(FragmentPath.init(entity:))
        projection = Projection(selected)
        // Configured names come first.
        isEntireRecord = projection.isWhole && !paths.isEmpty && paths == catalogue.paths
    }

    /// - Parameter isFull: No further unknown entity is taken.
    /// - Returns: The names below `Person` in their canonical spelling, and the entity's place among the known ones; `nil` for
    ///   an entity that is not known and may be there. One that looks like a known one is taken for a mistyped name.
    private static func resolve(
        _ field: FieldPath, _ catalogue: SourceCatalogue, isFull: Bool
    ) throws(LIFError) -> (place: Int, names: [String])? {
        guard let (place, node) = catalogue.entity(field.segments[0]) else {
            if catalogue.takesUnknownEntities, !isFull, catalogue.nearest(to: field.segments[0]).isEmpty { return nil }
            throw UnknownField.error(field.segments[0], below: [], known: catalogue.knownEntities)
        }
        var names = [catalogue.knownEntities[place]]
        var current = node
        for asked in field.segments.dropFirst() {
            if let known = current[asked] {
                names.append(known.name)
                current = known.node
            } else if current.isOpen {
                names.append(asked)
                current = .open
            } else {
                throw UnknownField.error(asked, below: names, known: current.names)
            }
        }
        return (place, names)
    }

    /// Fields that ask for the same: with the catalogue that this query was read with, a `LIFQuery` of them has an equal
    /// canonical form. `[]` for the entire record, so that it stays that under another configuration.
    public var selectedFields: [String] {
        isEntireRecord ? [] : paths.flatMap { projection.fields(of: $0) }
    }
}

extension CanonicalQuery: Hashable {
    /// That all configured paths are meant follows from the paths.
    public static func == (left: CanonicalQuery, right: CanonicalQuery) -> Bool {
        left.learners == right.learners && left.paths == right.paths && left.projection == right.projection
    }

    /// Hashes what equality compares.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(learners)
        hasher.combine(paths)
        hasher.combine(projection)
    }
}
