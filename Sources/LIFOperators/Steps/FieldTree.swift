import LIFConcurrency
import LIFJSON
import LIFModel

/// Field paths as a tree of names, walked beside JSON at any depth through arrays.
struct FieldTree: Sendable, Hashable {
    private var children: [String: FieldTree] = [:]
    /// A path ends here: the value itself is meant.
    private(set) var isEnd = false

    init() {}

    init(_ fields: [FieldPath]) {
        for field in fields { insert(field.segments[...]) }
    }

    private mutating func insert(_ names: ArraySlice<String>) {
        guard let first = names.first else {
            isEnd = true
            return
        }
        children[first, default: FieldTree()].insert(names.dropFirst())
    }

    private mutating func merge(_ other: FieldTree) {
        isEnd = isEnd || other.isEnd
        for (name, child) in other.children { children[name, default: FieldTree()].merge(child) }
    }

    /// The subtrees of the members that are meant, by the members' own names: the exact name, or else the one that
    /// differs in the case of its first letter (`LIFName`).
    func subtrees(for members: [String]) -> [String: FieldTree] {
        var result: [String: FieldTree] = [:]
        for (name, child) in children {
            guard let found = LIFName.find(name, among: members) else { continue }
            result[found, default: FieldTree()].merge(child)
        }
        return result
    }

    /// What is said of a whole fragment; `nil` for nothing.
    func subtree(for path: FragmentPath) -> FieldTree? { isEnd ? self : subtrees(for: [path.entity])[path.entity] }

    /// The fragments of a part with the items changed of which anything is said.
    ///
    /// - Parameter change: Gets an item and what is said of it; what it gives `nil` for is dropped.
    func change(
        _ fragments: [Fragment], of part: QueryPlanPart, _ change: (RawJSON, FieldTree) -> RawJSON?
    ) async throws -> [Fragment] {
        let bytes = fragments.reduce(0) { $0 + $1.content.items.bytes.count }
        return try await LargeAnswers.shared.read(bytes, of: part.informationSourceID) {
            try fragments.compactMap { fragment in
                guard let tree = subtree(for: fragment.path) else { return fragment }
                return try fragment.changing { item in
                    try Task.checkCancellation()
                    return change(item, tree)
                }
            }
        }
    }
}

extension Fragment {
    /// The fragment with its items changed. What is `nil` is dropped.
    ///
    /// - Returns: `nil` when no item is left.
    fileprivate func changing(_ change: (RawJSON) throws -> RawJSON?) rethrows -> Fragment? {
        let items = try content.items.elements.compactMap(change)
        guard !items.isEmpty else { return nil }
        return Fragment(path: path, content: FragmentContent(items, isScalar: content.isScalar))
    }
}
