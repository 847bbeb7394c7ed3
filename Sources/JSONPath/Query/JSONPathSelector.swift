/// What a segment selects of a node's children (RFC 9535, section 2.3).
public enum JSONPathSelector: Sendable {
    /// The member of that name (section 2.3.1).
    case name(String)
    /// All children (section 2.3.2).
    case wildcard
    /// One element; below zero from the end (section 2.3.3).
    case index(Int)
    /// A run of elements (section 2.3.4).
    case slice(JSONPathSlice)
    /// The children for which an expression is true (section 2.3.5).
    case filter(JSONPathExpression)
}

/// The bounds of an array slice selector, as written (RFC 9535, section 2.3.4).
public struct JSONPathSlice: Sendable, Hashable {
    /// The index before the first colon; below zero it counts from the end, `nil` when none is written.
    public let start: Int?
    /// The index at which the slice ends, itself excluded; below zero it counts from the end, `nil` when none is written.
    public let end: Int?
    /// 1 where none is written.
    public let step: Int

    /// The indexes selected of an array of that length, in order (RFC 9535, section 2.3.4.2.2).
    ///
    /// All integers are within 2^53, so no sum here overflows.
    func indices(count: Int) -> StrideTo<Int> {
        func normalized(_ index: Int) -> Int { index >= 0 ? index : count + index }
        if step > 0 {
            let lower = min(max(normalized(start ?? 0), 0), count)
            let upper = min(max(normalized(end ?? count), 0), count)
            return stride(from: lower, to: upper, by: step)
        }
        guard step < 0 else { return stride(from: 0, to: 0, by: 1) }
        let upper = min(max(start.map(normalized) ?? count - 1, -1), count - 1)
        let lower = min(max(end.map(normalized) ?? -1, -1), count - 1)
        return stride(from: upper, to: lower, by: step)
    }
}
