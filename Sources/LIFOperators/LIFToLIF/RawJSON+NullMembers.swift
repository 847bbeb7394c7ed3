import LIFJSON

extension RawJSON {
    /// The value without the members that are `null`, at any depth.
    ///
    /// A GraphQL answer names every field that was selected, and gives `null` where a record has none. Only members are
    /// removed: `null` elements of arrays, empty objects and empty arrays stay, and everything else stays as written.
    var withoutNullMembers: RawJSON {
        var output: [UInt8] = []
        output.reserveCapacity(bytes.count)
        bytes.withUnsafeBufferPointer { buffer in
            var pass = NullMemberPass(input: buffer, index: 0)
            pass.value(into: &output)
        }
        return RawJSON(unchecked: output[...])
    }
}

/// One walk over valid, minified JSON. Its depth is limited by the parser that let the text in.
private struct NullMemberPass {
    let input: UnsafeBufferPointer<UInt8>
    var index: Int

    mutating func value(into output: inout [UInt8]) {
        switch byte {
        case UInt8(ascii: "{"): object(into: &output)
        case UInt8(ascii: "["): array(into: &output)
        case UInt8(ascii: "\""): string(into: &output)
        default: literal(into: &output)
        }
    }

    private var byte: UInt8 { index < input.count ? input[index] : 0 }

    private mutating func object(into output: inout [UInt8]) {
        output.append(UInt8(ascii: "{"))
        index += 1
        var isFirst = true
        while index < input.count, byte != UInt8(ascii: "}") {
            if byte == UInt8(ascii: ",") { index += 1 }
            let start = output.count
            if !isFirst { output.append(UInt8(ascii: ",")) }
            string(into: &output)
            output.append(UInt8(ascii: ":"))
            index += 1
            if byte == UInt8(ascii: "n") {
                index += 4
                output.removeSubrange(start...)
            } else {
                value(into: &output)
                isFirst = false
            }
        }
        output.append(UInt8(ascii: "}"))
        index += 1
    }

    private mutating func array(into output: inout [UInt8]) {
        output.append(UInt8(ascii: "["))
        index += 1
        while index < input.count, byte != UInt8(ascii: "]") {
            if byte == UInt8(ascii: ",") {
                output.append(UInt8(ascii: ","))
                index += 1
            }
            value(into: &output)
        }
        output.append(UInt8(ascii: "]"))
        index += 1
    }

    private mutating func string(into output: inout [UInt8]) {
        let start = index
        index += 1
        while index < input.count, input[index] != UInt8(ascii: "\"") {
            index += input[index] == UInt8(ascii: "\\") ? 2 : 1
        }
        index += 1
        output.append(contentsOf: input[start..<min(index, input.count)])
    }

    private mutating func literal(into output: inout [UInt8]) {
        let start = index
        while index < input.count {
            switch input[index] {
            case UInt8(ascii: ","), UInt8(ascii: "}"), UInt8(ascii: "]"):
                output.append(contentsOf: input[start..<index])
                return
            default: index += 1
            }
        }
        output.append(contentsOf: input[start..<index])
    }
}
