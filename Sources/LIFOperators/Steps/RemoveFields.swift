import LIFJSON
public import LIFModel
public import LIFWorkflow

/// Removes fields from what a source gave, at any depth through arrays. Everything else stays to the byte.
///
/// What becomes empty by it goes too: an object, an array, an item, a fragment.
public struct RemoveFields: PipelineStep {
    private let tree: FieldTree

    /// A step that removes these fields, each of any depth below `Person`.
    ///
    /// - Parameter fields: Such as `Person.Contact.Email`. A whole fragment's path removes the fragment.
    public init(_ fields: [FieldPath]) { tree = FieldTree(fields) }

    /// `remove`, as graphs and logs name the step.
    public var name: String { "remove" }
    /// `true`: no fragment depends on another.
    public var worksOnEachFragment: Bool { true }

    /// Removes the fields from the fragments given; a fragment of which nothing is left is not returned.
    ///
    /// - Throws: `CancellationError`, also between two items of a fragment.
    public func process(
        _ fragments: [Fragment], of part: QueryPlanPart, context: OperatorContext
    ) async throws -> [Fragment] {
        try await tree.change(fragments, of: part) { $0.removing($1) }
    }
}

extension RawJSON {
    /// - Returns: `nil` when nothing is left.
    fileprivate func removing(_ tree: FieldTree) -> RawJSON? {
        if tree.isEnd { return nil }
        if isArray {
            let elements = self.elements
            let kept = elements.compactMap { $0.removing(tree) }
            if kept == elements { return self }
            return kept.isEmpty ? nil : FragmentContent(kept).items
        }
        guard isObject else { return self }
        let members = self.members
        let subtrees = tree.subtrees(for: members.map(\.name))
        if subtrees.isEmpty { return self }
        var isEmpty = true
        var writer = JSONWriter(reservingCapacity: bytes.count)
        writer.object { writer in
            for member in members {
                let value = subtrees[member.name].map { member.value.removing($0) } ?? member.value
                guard let value else { continue }
                writer.member(member.name, value)
                isEmpty = false
            }
        }
        return isEmpty ? nil : writer.raw
    }
}
