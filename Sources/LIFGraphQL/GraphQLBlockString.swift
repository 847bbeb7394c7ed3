/// The value of a block string: common indentation and blank first and last lines removed
/// (GraphQL, October 2021, section 2.9.4, `BlockStringValue`).
enum GraphQLBlockString {
    static func text(of lines: [[UInt8]]) -> String {
        var lines = lines
        let indents = lines.dropFirst().compactMap { line in line.firstIndex { !isBlank($0) } }
        if let indent = indents.min() {
            for index in lines.indices.dropFirst() { lines[index].removeFirst(min(indent, lines[index].count)) }
        }
        let isBlankLine = { (line: [UInt8]) in line.allSatisfy(isBlank) }
        let kept = lines.drop(while: isBlankLine)
        guard let last = kept.lastIndex(where: { !isBlankLine($0) }) else { return "" }
        return String(decoding: Array(kept[...last].joined(separator: [UInt8(ascii: "\n")])), as: UTF8.self)
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
}
