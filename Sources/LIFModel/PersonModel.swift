public import LIFJSON

/// What the LIF data model knows below `Person`: its entities, and the names of members below them as far as it has them.
///
/// It gives names their canonical spelling, and what it does not know cannot be asked for unless it is configured. Data
/// passes through whether it is known or not.
public struct PersonModel: Sendable, Hashable {
    /// `Person` itself.
    public let person: Node

    /// A model whose `Person` is this node.
    public init(person: Node) { self.person = person }

    /// Entities of which nothing more is known.
    public init(members: [String]) { person = Node(members.map { ($0, .open) }) }

    /// The names of the members of `Person`.
    public var members: [String] { person.names }

    /// The member of `Person` that a name means, with the model's spelling.
    public subscript(entity: String) -> (name: String, node: Node)? { person[entity] }
}

extension PersonModel {
    /// One member of the model and what is known below it.
    public struct Node: Sendable, Hashable {
        /// Whether it may have members beside the known ones: the model knows none, or says that there are others.
        public let isOpen: Bool
        /// The values that the model allows here (`enum`), in its order; none when it allows any.
        public let values: [JSONValue]
        /// Whether the model has a list here.
        public let isList: Bool
        private let index: NameIndex
        private let children: [Node]

        /// Anything may stand below it.
        public static let open = Node([])

        /// A node with these known members; without any it is open.
        ///
        /// - Parameter members: In the order that people are to see. Of two with the same name the first is taken. A name
        ///   that is empty or holds a full stop cannot stand in a path and is left out.
        public init(
            _ members: [(name: String, node: Node)], isOpen: Bool = false, isList: Bool = false,
            values: [JSONValue] = []
        ) {
            self.values = values
            self.isList = isList
            var seen: Set<String> = []
            let members = members.filter { member in
                !member.name.isEmpty && !member.name.utf8.contains(UInt8(ascii: "."))
                    && seen.insert(member.name).inserted
            }
            index = NameIndex(members.map(\.name))
            children = members.map(\.node)
            self.isOpen = isOpen || members.isEmpty
        }

        /// The names of the known members.
        public var names: [String] { index.names }

        /// The known members, in the model's order.
        public var members: [(name: String, node: Node)] { Array(zip(index.names, children)) }

        /// The known member that a name means, with the model's spelling (see `LIFName`).
        public subscript(name: String) -> (name: String, node: Node)? {
            index.find(name).map { (index.names[$0], children[$0]) }
        }

        /// This node and all below it.
        public var count: Int { children.reduce(1) { $0 + $1.count } }

        /// Names suffice: two models that differ below are rare, and equality distinguishes them.
        public func hash(into hasher: inout Hasher) { hasher.combine(index) }
    }
}
