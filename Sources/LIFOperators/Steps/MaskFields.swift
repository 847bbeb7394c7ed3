import LIFJSON
public import LIFModel
public import LIFWorkflow

/// Replaces the values of fields by a fixed text, at any depth through arrays. Everything else stays to the byte.
///
/// Of a field that is an object or an array, each value inside is replaced, so that its shape stays. `null` stays.
public struct MaskFields: PipelineStep {
    private let tree: FieldTree
    private let text: RawJSON

    /// A step that masks these fields, each of any depth below `Person`.
    ///
    /// - Parameter fields: Such as `Person.Identifier.identifier`.
    public init(_ fields: [FieldPath], text: String = "•••") {
        tree = FieldTree(fields)
        self.text = RawJSON(.string(text))
    }

    /// `mask`, as graphs and logs name the step.
    public var name: String { "mask" }
    /// `true`: no fragment depends on another.
    public var worksOnEachFragment: Bool { true }

    /// Masks the fields in the fragments given; those without any of the fields pass unchanged.
    ///
    /// - Throws: `CancellationError`, also between two items of a fragment.
    public func process(
        _ fragments: [Fragment], of part: QueryPlanPart, context: OperatorContext
    ) async throws -> [Fragment] {
        try await tree.change(fragments, of: part) { $0.masking($1, text) }
    }
}

extension RawJSON {
    fileprivate func masking(_ tree: FieldTree, _ text: RawJSON) -> RawJSON {
        if isArray {
            var writer = JSONWriter(reservingCapacity: bytes.count)
            writer.array { writer in
                for element in elements { writer.value(element.masking(tree, text)) }
            }
            return writer.raw
        }
        guard isObject else { return tree.isEnd && !isNull ? text : self }
        let members = self.members
        let subtrees = tree.isEnd ? [:] : tree.subtrees(for: members.map(\.name))
        if !tree.isEnd, subtrees.isEmpty { return self }
        var writer = JSONWriter(reservingCapacity: bytes.count)
        writer.object { writer in
            for member in members {
                let subtree = tree.isEnd ? tree : subtrees[member.name]
                writer.member(member.name, subtree.map { member.value.masking($0, text) } ?? member.value)
            }
        }
        return writer.raw
    }
}
