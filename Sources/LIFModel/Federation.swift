import LIFJSON

/// What comes back from partners that have asked us.
public enum Federation {
    /// Drops the items that say they are ours: those whose own member `informationSourceId` (by the rules of `LIFName`)
    /// is one of our ids. Items that say nothing, and scalars, stay.
    ///
    /// Content that cannot have such an item is given back as it is; only its bytes are searched.
    ///
    /// - Parameter own: Our own ids; when empty, nothing is dropped.
    /// - Returns: What is left, `nil` for nothing; and how many items were dropped.
    public static func withoutOwn(
        content: FragmentContent, own: Set<String>
    ) -> (content: FragmentContent?, dropped: Int) {
        guard !content.isScalar, mayHold(content.items, own) else { return (content, 0) }
        let items = content.items.elements
        let kept = items.filter { item in
            guard item.isObject, let source = item.member(named: memberName)?.string else { return true }
            return !own.contains(source)
        }
        if kept.count == items.count { return (content, 0) }
        return (kept.isEmpty ? nil : FragmentContent(kept), items.count - kept.count)
    }

    private static let memberName = "informationSourceId"

    /// Whether the bytes have the member's name and one of the ids. Text with a backslash may spell either in another way.
    private static func mayHold(_ items: RawJSON, _ own: Set<String>) -> Bool {
        if own.isEmpty { return false }
        return items.bytes.withUnsafeBufferPointer { bytes in
            if bytes.contains(UInt8(ascii: "\\")) { return true }
            return holds(bytes, Array(memberName.utf8.dropFirst())) && own.contains { holds(bytes, Array($0.utf8)) }
        }
    }

    private static func holds(_ bytes: UnsafeBufferPointer<UInt8>, _ word: [UInt8]) -> Bool {
        guard let first = word.first else { return true }
        var start = 0
        while start + word.count <= bytes.count {
            guard let found = bytes[start...].firstIndex(of: first) else { return false }
            let end = found + word.count
            if end <= bytes.count, bytes[found..<end].elementsEqual(word) { return true }
            start = found + 1
        }
        return false
    }
}
