import LIFJSON
public import LIFModel
public import LIFWorkflow

/// Keeps only the named fields of the named fragments, at any depth through arrays. Other fragments stay as they are,
/// and what is kept stays to the byte.
///
/// An object, array, item or fragment without any of the fields goes.
public struct KeepFields: PipelineStep {
    private let tree: FieldTree

    /// - Parameter fields: Such as `Person.Contact.Email`. A whole fragment's path keeps all of it.
    public init(_ fields: [FieldPath]) { tree = FieldTree(fields) }

    public var name: String { "keep" }
    public var worksOnEachFragment: Bool { true }

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
