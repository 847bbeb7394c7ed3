/// Which members below a fragment the answer keeps. Fragments are always fetched and stored whole.
public struct Projection: Sendable, Hashable {
    /// A tree of names; a node without children keeps everything below it.
    public struct Node: Sendable, Hashable {
        /// The members to keep, by their canonical names; empty when everything below is kept.
        public private(set) var children: [String: Node] = [:]

        /// A node without children, which keeps everything below it.
        public init() {}

        mutating func insert(_ names: ArraySlice<String>) {
            guard let first = names.first else { return }
            children[first, default: Node()].insert(names.dropFirst())
        }

        /// This node and all below it.
        var count: Int { children.values.reduce(1) { $0 + $1.count } }

        /// The paths of the nodes without children, in a fixed order.
        func leaves(below path: String) -> [String] {
            if children.isEmpty { return [path] }
            return children.sorted { $0.key < $1.key }.flatMap { $0.value.leaves(below: "\(path).\($0.key)") }
        }
    }

    private let nodes: [FragmentPath: Node]

    /// Keeps every fragment whole.
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

    /// Whether every fragment is kept whole.
    public var isWhole: Bool { nodes.isEmpty }

    /// How many names it holds, as a measure of its size.
    public var nodeCount: Int { nodes.values.reduce(0) { $0 + $1.count } }

    /// The fields that ask for this much of a fragment.
    func fields(of path: FragmentPath) -> [String] { (nodes[path] ?? Node()).leaves(below: path.description) }
}
