import LIFJSON
public import LIFModel

/// Puts fragments together into a LIF record. Pure; provenance decides, not content: what one source has is never
/// merged with what another has.
public enum Composer {
    /// Composes one learner's record.
    ///
    /// An entity's items are those of all sources, in configuration order; of a scalar directly under `Person`, the first
    /// source's counts. Where sources differ in which of the two it is, it is an entity. Whole fragments are joined as bytes: JSON is parsed only where the projection goes deeper.
    ///
    /// - Parameter fragments: In the order in which the record's members stand, those of one path together and in configuration
    ///   order of their sources.
    public static func record(_ fragments: [Fragment], projection: Projection = .whole) -> LIFRecord {
        let size = fragments.reduce(2) { $0 + $1.path.entity.utf8.count + 8 + $1.content.items.bytes.count }
        var writer = JSONWriter(reservingCapacity: size)
        var isEmpty = true
        writer.object { writer in
            var rest = fragments[...]
            while let path = rest.first?.path {
                let branch = rest.prefix { $0.path == path }
                rest = rest.dropFirst(branch.count)
                let node = projection[path]
                if branch.allSatisfy(\.content.isScalar) {
                    // Below a scalar there is nothing, so a projection that goes deeper leaves it out.
                    guard node == nil, let scalar = branch.first?.content.items.elements.first else { continue }
                    isEmpty = false
                    writer.member(path.entity, scalar)
                    continue
                }
                isEmpty = false
                writer.name(path.entity)
                if let node {
                    write(branch, projectedTo: node, into: &writer)
                } else {
                    join(branch, into: &writer)
                }
            }
        }
        return LIFRecord(person: isEmpty ? nil : writer.raw)
    }

    private static func join(_ branch: ArraySlice<Fragment>, into writer: inout JSONWriter) {
        writer.array { writer in
            for content in branch.lazy.map(\.content) where !content.isScalar && content.count > 0 {
                writer.value(RawJSON(unchecked: content.items.bytes.dropFirst().dropLast()))
            }
        }
    }

    private static func write(
        _ branch: ArraySlice<Fragment>, projectedTo node: Projection.Node, into writer: inout JSONWriter
    ) {
        writer.array { writer in
            for content in branch.lazy.map(\.content) where !content.isScalar {
                for item in content.items.value().array ?? [] {
                    if let item = project(item, to: [node]) { writer.value(item) }
                }
            }
        }
    }

    /// Keeps the members that the nodes name, in their stored order and spelling. Arrays are projected item by item.
    ///
    /// - Parameter nodes: More than one where a field was asked for in several spellings of one name; they count
    ///   together, and a prefix is structure only.
    /// - Returns: `nil` for a scalar where a node goes deeper: there is nothing below it.
    private static func project(_ value: JSONValue, to nodes: [Projection.Node]) -> JSONValue? {
        if nodes.allSatisfy(\.children.isEmpty) { return value }
        switch value {
        case .array(let elements):
            return .array(elements.compactMap { project($0, to: nodes) })
        case .object(let object):
            let names = object.names
            var kept: [String: [Projection.Node]] = [:]
            for (asked, child) in nodes.lazy.flatMap(\.children) {
                if let name = LIFName.find(asked, among: names) { kept[name, default: []].append(child) }
            }
            return .object(
                JSONObject(
                    object.members.compactMap { member in
                        guard let child = kept[member.name], let value = project(member.value, to: child) else {
                            return nil
                        }
                        return JSONObject.Member(name: member.name, value: value)
                    }))
        case .null, .bool, .number, .string:
            return nil
        }
    }
}
