/// A query in the one form that everything behind the door works with: learners × fragment paths, each once, and how
/// deep the answer goes. Two queries that mean the same are equal.
public struct CanonicalQuery: Sendable, Hashable {
    public static let maximumFields = 2_000
    public static let maximumFieldBytes = 1_024
    /// Names below `Person` in one field.
    public static let maximumDepth = 32

    /// As asked, each once, in the order asked.
    public let learners: [LearnerIdentifier]
    /// In the catalogue's order and spelling.
    public let paths: [FragmentPath]
    public let projection: Projection

    public init(learners: [LearnerIdentifier], paths: [FragmentPath], projection: Projection = .whole) {
        self.learners = learners
        self.paths = paths
        self.projection = projection
    }

    /// Validates the fields against what the configuration and the data model know.
    ///
    /// - Throws: `LIFError` `QueryNotValid` for a field that is no path, `LearnerDataNotFound` for one that nobody
    ///   knows, with the nearest names.
    public init(_ query: LIFQuery, catalogue: SourceCatalogue) throws(LIFError) {
        var seen: Set<LearnerIdentifier> = []
        learners = query.learners.filter { seen.insert($0).inserted }

        if query.selectedFields.count > Self.maximumFields {
            throw LIFError(.queryNotValid, "The query selects more than \(Self.maximumFields) fields.")
        }
        var selected: [(path: FragmentPath, rest: [String])] = []
        for text in query.selectedFields {
            guard text.utf8.count <= Self.maximumFieldBytes else {
                throw LIFError(.queryNotValid, "A selected field is longer than \(Self.maximumFieldBytes) bytes.")
            }
            guard let field = FieldPath(parsing: text) else { throw Self.unreadable(text, catalogue) }
            guard let entity = field.segments.first else { continue }
            guard field.segments.count <= Self.maximumDepth else {
                throw LIFError(.queryNotValid, "A selected field is more than \(Self.maximumDepth) levels deep.")
            }
            guard let path = catalogue.resolve(entity: entity) else { throw Self.unknown(entity, catalogue) }
            selected.append((path, Array(field.segments.dropFirst())))
        }
        if selected.isEmpty {
            paths = catalogue.paths
            projection = .whole
            return
        }
        let order = catalogue.knownEntities
        let asked = Set(selected.map(\.path.entity))
        paths = order.filter(asked.contains).map(FragmentPath.init(entity:))
        projection = Projection(selected)
    }

    private static func unreadable(_ text: String, _ catalogue: SourceCatalogue) -> LIFError {
        var names = text.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        if names.first == "$" { names.removeFirst() }
        if let root = names.first, !names.contains(""), !LIFName.matches(root, "Person") {
            let meant = catalogue.resolve(entity: root).map { " Did you mean \"\($0)\"?" } ?? ""
            return LIFError(
                .learnerDataNotFound,
                "A selected field does not start at \"Person\": records of other roots are not served.\(meant)")
        }
        return LIFError(
            .queryNotValid, "A selected field is not a dot path from \"Person\", such as \"Person.CredentialAward\".")
    }

    private static func unknown(_ entity: String, _ catalogue: SourceCatalogue) -> LIFError {
        // The name of a field is the caller's own word about the data model, not a learner's value; still, a long one
        // is not repeated.
        let name = entity.utf8.count <= 64 ? "\"Person.\(entity)\"" : "A selected field"
        let near = catalogue.nearest(to: entity).map { "Person.\($0)" }
        let names = near.isEmpty ? catalogue.knownEntities.map { "Person.\($0)" } : near
        let hint = (near.isEmpty ? "Known are " : "Did you mean ") + names.joined(separator: ", ")
        return LIFError(
            .learnerDataNotFound,
            "\(name) is known neither to the data model nor to a configured source. \(hint)\(near.isEmpty ? "." : "?")")
    }
}

/// Which members below a fragment the answer keeps. Fragments are always fetched and stored whole.
public struct Projection: Sendable, Hashable {
    /// A tree of names; a node without children keeps everything below it.
    public struct Node: Sendable, Hashable {
        public private(set) var children: [String: Node] = [:]

        public init() {}

        mutating func insert(_ names: ArraySlice<String>) {
            guard let first = names.first else { return }
            children[first, default: Node()].insert(names.dropFirst())
        }

        /// This node and all below it.
        var count: Int { children.values.reduce(1) { $0 + $1.count } }
    }

    private let nodes: [FragmentPath: Node]

    public static let whole = Projection([])

    /// A field that is a prefix of another selected field is structure only: the deeper ones decide.
    public init(_ fields: [(path: FragmentPath, rest: [String])]) {
        var nodes: [FragmentPath: Node] = [:]
        for field in fields where !field.rest.isEmpty {
            nodes[field.path, default: Node()].insert(field.rest[...])
        }
        self.nodes = nodes
    }

    /// What to keep of a fragment; `nil` for all of it.
    public subscript(path: FragmentPath) -> Node? { nodes[path] }

    public var isWhole: Bool { nodes.isEmpty }

    /// How many names it holds, as a measure of its size.
    public var nodeCount: Int { nodes.values.reduce(0) { $0 + $1.count } }
}
