/// How many mappings an import has added, changed, and found as they were.
public struct IdentityImportCounts: Sendable, Hashable {
    /// Mappings of a person, system and type that had none.
    public var added = 0
    /// Mappings whose target was replaced by another one.
    public var changed = 0
    /// Mappings that were there with the same target.
    public var unchanged = 0

    /// Counts, zero unless given.
    public init(added: Int = 0, changed: Int = 0, unchanged: Int = 0) {
        self.added = added
        self.changed = changed
        self.unchanged = unchanged
    }

    /// How many mappings there were in all.
    public var total: Int { added + changed + unchanged }

    /// Adds the counts of a batch.
    public static func += (left: inout Self, right: Self) {
        left.added += right.added
        left.changed += right.changed
        left.unchanged += right.unchanged
    }
}
