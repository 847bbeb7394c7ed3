import LIFGraphQL
import LIFJSON
import LIFModel

/// How a partner's GraphQL service writes what our data model has: its names and enum values, which GraphQL cannot all
/// write, and the way back to the model's own spelling.
///
/// A name or value that may stand for several of the model stays as the partner wrote it, and so does what the model does
/// not know.
struct PartnerNames: Sendable {
    private let person: Node

    init(_ model: PersonModel) { person = Node(model.person) }

    /// The partner's own name for an entity of our model, among those that it has.
    func entity(_ name: String, among entities: [String]) -> String? {
        LIFName.find(name, among: entities) ?? LIFName.find(GraphQLName.field(name), among: entities)
    }

    /// The value of an entity with the model's names and enum values; everything else is as the partner wrote it.
    ///
    /// - Parameter entity: Its name in the model.
    /// - Throws: `CancellationError`.
    func restored(_ value: RawJSON, of entity: String) throws -> RawJSON {
        guard let node = person.find(entity)?.node, node.changesAnything else { return value }
        var writer = JSONWriter(reservingCapacity: value.bytes.count)
        try node.write(value, to: &writer)
        return writer.raw
    }
}

extension PartnerNames {
    /// One member of the model, and what is below it.
    struct Node: Sendable {
        /// By the name that the partner writes; the name is the model's.
        private let members: [String: (name: String, node: Node)]
        /// What each name of an enum's value stands for.
        private let values: [String: JSONValue]
        /// Whether there is anything here or below that GraphQL writes in another way than the model.
        let changesAnything: Bool

        init(_ node: PersonModel.Node) {
            let children = node.members.map { (name: $0.name, node: Node($0.node)) }
            let members = Self.byPartnersName(children)
            values = Self.byName(node.values)
            changesAnything =
                !values.isEmpty || members.contains { $0.key != $0.value.name || $0.value.node.changesAnything }
            self.members = members
        }

        private static func byPartnersName(
            _ children: [(name: String, node: Node)]
        ) -> [String: (name: String, node: Node)] {
            let own = Dictionary(children.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
            let others = Dictionary(grouping: children) { GraphQLName.field($0.name) }
            // A name that the model has stands for itself.
            return others.compactMapValues { $0.count == 1 ? $0[0] : nil }.merging(own) { $1 }
        }

        private static func byName(_ values: [JSONValue]) -> [String: JSONValue] {
            let exact = Set(values.compactMap(\.string))
            var named: [String: JSONValue] = [:]
            for value in values {
                guard let name = value.enumName else { continue }
                // Deployed LIF APIs number the names that are taken, in the model's order.
                let free = named[name] == nil ? name : (2...).lazy.map { "\(name)_\($0)" }.first { named[$0] == nil }
                if let free { named[free] = value }
            }
            return named.filter { !exact.contains($0.key) }
        }

        func write(_ value: RawJSON, to writer: inout JSONWriter) throws {
            if value.isArray {
                try writer.array { writer in
                    for element in value.elements { try write(element, to: &writer) }
                }
            } else if value.isObject {
                try writeObject(value.members, to: &writer)
            } else if let known = value.string.flatMap({ values[$0] }) {
                writer.value(known)
            } else {
                writer.value(value)
            }
        }

        private func writeObject(_ written: [RawJSON.Member], to writer: inout JSONWriter) throws {
            try Task.checkCancellation()
            let taken = Set(written.map(\.name))
            try writer.object { writer in
                for member in written {
                    let known = find(member.name)
                    // A name that the object has already is not written twice.
                    writer.name(known.map { taken.contains($0.name) ? member.name : $0.name } ?? member.name)
                    if let node = known?.node, node.changesAnything {
                        try node.write(member.value, to: &writer)
                    } else {
                        writer.value(member.value)
                    }
                }
            }
        }

        /// The member that a partner's name means. One that differs from it in the case of its first letter only keeps
        /// the partner's spelling.
        func find(_ name: String) -> (name: String, node: Node)? {
            if let known = members[name] { return known }
            let first = name.prefix(1)
            let other = (first == first.uppercased() ? first.lowercased() : first.uppercased()) + name.dropFirst()
            return members[other].map { (name: $0.name == other ? name : $0.name, node: $0.node) }
        }
    }
}

extension JSONValue {
    /// The name of an enum's value, when it is one that GraphQL writes by a name.
    fileprivate var enumName: String? {
        switch self {
        case .string(let text): text.isEmpty ? nil : GraphQLName.enumValue(text)
        case .number(let number): GraphQLName.enumValue(number.text)
        case .bool(let value): GraphQLName.enumValue(value ? "true" : "false")
        case .null, .array, .object: nil
        }
    }
}
