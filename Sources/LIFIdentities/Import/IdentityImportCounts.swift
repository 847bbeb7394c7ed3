/// How many mappings an import has added, changed, and found as they were.
public struct IdentityImportCounts: Sendable, Hashable {
    public var added = 0
    public var changed = 0
    public var unchanged = 0

    public init(added: Int = 0, changed: Int = 0, unchanged: Int = 0) {
        self.added = added
        self.changed = changed
        self.unchanged = unchanged
    }

    public var total: Int { added + changed + unchanged }

    public static func += (left: inout Self, right: Self) {
        left.added += right.added
        left.changed += right.changed
        left.unchanged += right.unchanged
    }
}
