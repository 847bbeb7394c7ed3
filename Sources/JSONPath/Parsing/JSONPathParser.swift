import LIFJSON

/// Reads a query by recursive descent (RFC 9535, appendix A), and checks its types while it reads.
///
/// It recurses only where it counts `depth`.
struct JSONPathParser {
    var scanner: JSONPathScanner
    let limits: JSONPathLimits
    private var depth = 0

    init(_ text: String, limits: JSONPathLimits) throws(JSONPathError) {
        guard text.utf8.count <= limits.maximumLength else {
            let start = JSONPathError.Position(offset: 0, in: "")
            throw JSONPathError(.tooLong(limit: limits.maximumLength), at: start)
        }
        scanner = JSONPathScanner(text)
        self.limits = limits
    }

    /// The whole text as one query.
    mutating func query() throws(JSONPathError) -> [JSONPathSegment] {
        try scanner.expect(UInt8(ascii: "$"), "'$', where every query starts")
        let segments = try segments()
        guard scanner.isAtEnd else { throw scanner.expected("'.', '[' or the end of the query") }
        return segments
    }

    /// All segments that follow; blanks after the last one are left.
    mutating func segments() throws(JSONPathError) -> [JSONPathSegment] {
        var segments: [JSONPathSegment] = []
        while true {
            let end = scanner.offset
            scanner.skipBlank()
            guard let segment = try segment() else {
                scanner.goBack(to: end)
                return segments
            }
            segments.append(segment)
        }
    }

    private mutating func segment() throws(JSONPathError) -> JSONPathSegment? {
        let offset = scanner.offset
        if scanner.peek == UInt8(ascii: "[") {
            return try bracketedSelection(.child, at: offset)
        }
        guard scanner.consume(UInt8(ascii: ".")) else { return nil }
        let kind: JSONPathSegment.Kind = scanner.consume(UInt8(ascii: ".")) ? .descendant : .child
        if kind == .descendant, scanner.peek == UInt8(ascii: "[") {
            return try bracketedSelection(kind, at: offset)
        }
        if scanner.consume(UInt8(ascii: "*")) {
            return JSONPathSegment(kind: kind, selectors: [.wildcard], offset: offset, hasBlanks: false)
        }
        let start = scanner.offset
        guard let first = scanner.peek, first.startsName else {
            throw scanner.expected(kind == .child ? "a member name or '*'" : "a member name, '*' or '['")
        }
        while let byte = scanner.peek, byte.startsName || byte.isDigit { scanner.advance() }
        let name = scanner.text(from: start)
        return JSONPathSegment(kind: kind, selectors: [.name(name)], offset: offset, hasBlanks: false)
    }

    private mutating func bracketedSelection(
        _ kind: JSONPathSegment.Kind, at offset: Int
    ) throws(JSONPathError) -> JSONPathSegment {
        try scanner.expect(UInt8(ascii: "["), "'['")
        var selectors: [JSONPathSelector] = []
        var hasBlanks = false
        repeat {
            let start = scanner.offset
            scanner.skipBlank()
            hasBlanks = hasBlanks || scanner.offset > start
            selectors.append(try selector())
            let end = scanner.offset
            scanner.skipBlank()
            hasBlanks = hasBlanks || scanner.offset > end
        } while scanner.consume(UInt8(ascii: ","))
        try scanner.expect(UInt8(ascii: "]"), "',' or ']'")
        return JSONPathSegment(kind: kind, selectors: selectors, offset: offset, hasBlanks: hasBlanks)
    }

    private mutating func selector() throws(JSONPathError) -> JSONPathSelector {
        switch scanner.peek {
        case UInt8(ascii: "'"), UInt8(ascii: "\""):
            return .name(try scanner.string())
        case UInt8(ascii: "*"):
            scanner.advance()
            return .wildcard
        case UInt8(ascii: "?"):
            try enter()
            scanner.advance()
            scanner.skipBlank()
            let expression = try logicalExpression()
            leave()
            return .filter(expression)
        case UInt8(ascii: ":"):
            return .slice(try slice(from: nil))
        case let byte? where byte.isDigit || byte == UInt8(ascii: "-"):
            let index = try scanner.integer()
            let end = scanner.offset
            scanner.skipBlank()
            if scanner.peek == UInt8(ascii: ":") { return .slice(try slice(from: index)) }
            scanner.goBack(to: end)
            return .index(index)
        default:
            throw scanner.expected("a name in quotes, an index, a slice, '*' or a filter")
        }
    }

    /// What follows the start of a slice, from the first colon on (RFC 9535, section 2.3.4.1).
    private mutating func slice(from start: Int?) throws(JSONPathError) -> JSONPathSlice {
        try scanner.expect(UInt8(ascii: ":"), "':'")
        let end = try sliceNumber()
        guard scanner.consume(UInt8(ascii: ":")) else { return JSONPathSlice(start: start, end: end, step: 1) }
        return JSONPathSlice(start: start, end: end, step: try sliceNumber() ?? 1)
    }

    private mutating func sliceNumber() throws(JSONPathError) -> Int? {
        scanner.skipBlank()
        guard let byte = scanner.peek, byte.isDigit || byte == UInt8(ascii: "-") else { return nil }
        let number = try scanner.integer()
        scanner.skipBlank()
        return number
    }

    // MARK: - Depth

    mutating func enter() throws(JSONPathError) {
        depth += 1
        guard depth <= limits.maximumDepth else {
            throw scanner.error(.tooDeep(limit: limits.maximumDepth), at: scanner.offset)
        }
    }

    mutating func leave() { depth -= 1 }
}
