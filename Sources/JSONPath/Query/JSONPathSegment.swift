/// One step of a query (RFC 9535, section 2.5).
public struct JSONPathSegment: Sendable {
    /// How far down the segment looks.
    public enum Kind: Sendable, Hashable {
        /// `.name`, `[…]`: the selectors are applied to each node.
        case child
        /// `..name`, `..[…]`: the selectors are applied to each node and all nodes below it.
        case descendant
    }

    /// Whether the selectors are applied to a node alone or also to all nodes below it.
    public let kind: Kind
    /// At least one.
    public let selectors: [JSONPathSelector]
    /// Where the segment starts in the text of the query, in bytes of UTF-8.
    public let offset: Int
    /// There is blank space inside the brackets. The grammar of singular queries has no place for it.
    let hasBlanks: Bool
}

extension JSONPathSegment {
    /// The one name that this child segment selects; `nil` for every other segment.
    public var name: String? {
        guard kind == .child, selectors.count == 1, case .name(let name) = selectors[0] else { return nil }
        return name
    }

    /// Selects one node at most of each node.
    var isSingular: Bool {
        guard kind == .child, selectors.count == 1, !hasBlanks else { return false }
        switch selectors[0] {
        case .name, .index: return true
        case .wildcard, .slice, .filter: return false
        }
    }
}

extension [JSONPathSegment] {
    var areSingular: Bool { allSatisfy(\.isSingular) }
}
