import LIFJSON

/// What comes back from partners that have asked us.
public enum Federation {
    /// Drops the items that say they are ours: those whose own member `informationSourceId` (by the rules of `LIFName`)
    /// is one of our ids, in upper or lower case. Items that say nothing, and scalars, stay.
    ///
    /// Content that cannot have such an item is given back as it is; only its bytes are searched.
    ///
    /// - Parameter own: Our own ids; when empty, nothing is dropped.
    /// - Returns: What is left, `nil` for nothing; and how many items were dropped.
    public static func withoutOwn(
        content: FragmentContent, own: Set<String>
    ) -> (content: FragmentContent?, dropped: Int) {
        let own = Set(own.map { $0.lowercased() })
        guard !content.isScalar, mayHold(content.items, own) else { return (content, 0) }
        let items = content.items.elements
        let kept = items.filter { item in
            guard item.isObject, let source = item.member(named: memberName)?.string else { return true }
            return !own.contains(source.lowercased())
        }
        if kept.count == items.count { return (content, 0) }
        return (kept.isEmpty ? nil : FragmentContent(kept), items.count - kept.count)
    }

    private static let memberName = "informationSourceId"

    /// Whether the bytes have the member's name and one of the ids, which are in lower case. Text with a backslash may spell
    /// either in another way; outside ASCII, cases are too many for a search of bytes.
    private static func mayHold(_ items: RawJSON, _ own: Set<String>) -> Bool {
        if own.isEmpty { return false }
        return items.bytes.withUnsafeBufferPointer { bytes in
            if bytes.contains(UInt8(ascii: "\\")) { return true }
            return holds(bytes, Array(memberName.lowercased().utf8.dropFirst()))
                && own.contains { id in !id.utf8.allSatisfy { $0 < 0x80 } || holds(bytes, Array(id.utf8)) }
        }
    }

    /// - Parameter word: ASCII in lower case.
    private static func holds(_ bytes: UnsafeBufferPointer<UInt8>, _ word: [UInt8]) -> Bool {
        guard let first = word.first, word.count <= bytes.count else { return word.isEmpty }
        for start in 0...bytes.count - word.count where lower(bytes[start]) == first {
            if word.indices.allSatisfy({ lower(bytes[start + $0]) == word[$0] }) { return true }
        }
        return false
    }

    private static func lower(_ byte: UInt8) -> UInt8 {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
    }
}
