extension RawJSON {
    /// A member of an object, its value not decoded.
    public struct Member: Sendable, Hashable {
        /// The member's name, its escapes decoded.
        public let name: String
        /// The member's value, a slice of the object's bytes.
        public let value: RawJSON
    }

    /// The members of an object in the order written; empty for any other value.
    public var members: [Member] {
        guard isObject else { return [] }
        var result: [Member] = []
        var index = bytes.startIndex + 1
        while index < bytes.endIndex, bytes[index] != UInt8(ascii: "}") {
            if bytes[index] == UInt8(ascii: ",") { index += 1 }
            let nameEnd = endOfValue(at: index)
            let name = RawJSON(unchecked: bytes[index..<nameEnd]).string ?? ""
            let valueEnd = endOfValue(at: nameEnd + 1)
            result.append(Member(name: name, value: RawJSON(unchecked: bytes[(nameEnd + 1)..<valueEnd])))
            index = valueEnd
        }
        return result
    }

    /// The elements of an array; empty for any other value.
    public var elements: [RawJSON] {
        guard isArray else { return [] }
        var result: [RawJSON] = []
        var index = bytes.startIndex + 1
        while index < bytes.endIndex, bytes[index] != UInt8(ascii: "]") {
            if bytes[index] == UInt8(ascii: ",") { index += 1 }
            let end = endOfValue(at: index)
            result.append(RawJSON(unchecked: bytes[index..<end]))
            index = end
        }
        return result
    }

    /// The last member of that name.
    public subscript(name: String) -> RawJSON? {
        members.last { $0.name == name && $0.name.utf8.elementsEqual(name.utf8) }?.value
    }

    /// Just past the value that starts at the index. The bytes are valid and minified, so brackets need only be counted.
    private func endOfValue(at start: Int) -> Int {
        bytes.withUnsafeBufferPointer { buffer in
            let base = bytes.startIndex
            var index = start - base
            var depth = 0
            while index < buffer.count {
                switch buffer[index] {
                case UInt8(ascii: "\""):
                    index += 1
                    while index < buffer.count, buffer[index] != UInt8(ascii: "\"") {
                        index += buffer[index] == UInt8(ascii: "\\") ? 2 : 1
                    }
                    index += 1
                    if depth == 0 { return index + base }
                    continue
                case UInt8(ascii: "{"), UInt8(ascii: "["):
                    depth += 1
                case UInt8(ascii: "}"), UInt8(ascii: "]"):
                    if depth == 0 { return index + base }
                    depth -= 1
                    if depth == 0 { return index + 1 + base }
                case UInt8(ascii: ","), UInt8(ascii: ":"):
                    if depth == 0 { return index + base }
                default:
                    break
                }
                index += 1
            }
            return buffer.count + base
        }
    }
}
