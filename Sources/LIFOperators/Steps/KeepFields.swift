import LIFJSON
public import LIFModel
public import LIFWorkflow

/// Keeps only the named fields of the named fragments, at any depth through arrays. Other fragments stay as they are,
/// and what is kept stays to the byte.
///
/// An object, array, item or fragment without any of the fields goes.
public struct KeepFields: PipelineStep {
    private let tree: FieldTree

    /// A step that keeps these fields, each of any depth below `Person`.
    ///
    /// - Parameter fields: Such as `Person.Contact.Email`. A whole fragment's path keeps all of it.
    public init(_ fields: [FieldPath]) { tree = FieldTree(fields) }

    /// `keep`, as graphs and logs name the step.
    public var name: String { "keep" }
    /// `true`: no fragment depends on another.
    public var worksOnEachFragment: Bool { true }

    /// Keeps the fields of the fragments that are named; one that has none of its fields is not returned.
    ///
    /// - Throws: `CancellationError`, also between two items of a fragment.
    public func process(
        _ fragments: [Fragment], of part: QueryPlanPart, context: OperatorContext
    ) async throws -> [Fragment] {
        try await tree.change(fragments, of: part) { $0.keeping($1) }
    }
}

extension RawJSON {
    /// - Returns: `nil` when nothing of it is to be kept.
    fileprivate func keeping(_ tree: FieldTree) -> RawJSON? {
        if tree.isEnd { return self }
        if isArray {
            let kept = elements.compactMap { $0.keeping(tree) }
            return kept.isEmpty ? nil : FragmentContent(kept).items
        }
        guard isObject else { return nil }
        let members = self.members
        let subtrees = tree.subtrees(for: members.map(\.name))
        var isEmpty = true
        var writer = JSONWriter(reservingCapacity: bytes.count)
        writer.object { writer in
            for member in members {
                guard let value = subtrees[member.name].flatMap({ member.value.keeping($0) }) else { continue }
                writer.member(member.name, value)
                isEmpty = false
            }
        }
        return isEmpty ? nil : writer.raw
    }
}
