import LIFJSON

extension RawJSON {
    /// This value, with what the other one has wherever this one is `null`.
    ///
    /// Both are answers about the same record, the other one to a narrower selection.
    ///
    /// - Returns: `nil` when the two cannot be answers about the same record: an array has another length, or a value is
    ///   of another kind.
    /// - Throws: `CancellationError`.
    func filled(from other: RawJSON) throws -> RawJSON? {
        if isNull { return other }
        if other.isNull { return self }
        var writer = JSONWriter(reservingCapacity: bytes.count)
        guard try Self.write(self, filledFrom: other, to: &writer) else { return nil }
        return writer.raw
    }

    private static func write(_ left: RawJSON, filledFrom right: RawJSON, to writer: inout JSONWriter) throws -> Bool {
        try Task.checkCancellation()
        if left.isNull {
            writer.value(right)
            return true
        }
        if right.isNull {
            writer.value(left)
            return true
        }
        if left.isObject {
            guard right.isObject else { return false }
            // The last member of a name wins.
            let others = Dictionary(right.members.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })
            var fits = true
            try writer.object { writer in
                for member in left.members {
                    writer.name(member.name)
                    if let other = others[member.name] {
                        fits = try write(member.value, filledFrom: other, to: &writer) && fits
                    } else {
                        writer.value(member.value)
                    }
                }
            }
            return fits
        }
        if left.isArray {
            let elements = left.elements
            let others = right.elements
            guard right.isArray, elements.count == others.count else { return false }
            var fits = true
            try writer.array { writer in
                for (element, other) in zip(elements, others) {
                    fits = try write(element, filledFrom: other, to: &writer) && fits
                }
            }
            return fits
        }
        guard !right.isObject, !right.isArray else { return false }
        writer.value(left)
        return true
    }
}
