import LIFJSON

extension JSONPathParser {
    /// What may stand on a side of a comparison, be tested, or be an argument.
    enum Operand {
        case literal(JSONValue)
        case query(JSONPathFilterQuery)
        case function(JSONPathFunctionCall)
    }

    /// Alternatives (RFC 9535, section 2.3.5.1, "logical-or-expr").
    mutating func logicalExpression() throws(JSONPathError) -> JSONPathExpression {
        var branches = [try conjunction()]
        while try follows("||") { branches.append(try conjunction()) }
        return branches.count == 1 ? branches[0] : .or(branches)
    }

    private mutating func conjunction() throws(JSONPathError) -> JSONPathExpression {
        var conditions = [try basicExpression()]
        while try follows("&&") { conditions.append(try basicExpression()) }
        return conditions.count == 1 ? conditions[0] : .and(conditions)
    }

    /// Blanks, the operator, blanks; nothing is read when the operator does not follow.
    private mutating func follows(_ text: StaticString) throws(JSONPathError) -> Bool {
        let end = scanner.offset
        scanner.skipBlank()
        guard scanner.consume(text) else {
            scanner.goBack(to: end)
            return false
        }
        scanner.skipBlank()
        return true
    }

    /// Parentheses, a comparison or a test, the first and the last also after `!`.
    private mutating func basicExpression() throws(JSONPathError) -> JSONPathExpression {
        let offset = scanner.offset
        if scanner.consume(UInt8(ascii: "!")) {
            scanner.skipBlank()
            if scanner.peek == UInt8(ascii: "(") { return .not(try parenthesized()) }
            let start = scanner.offset
            return .not(try test(of: try operand(), at: start))
        }
        if scanner.peek == UInt8(ascii: "(") { return try parenthesized() }
        let left = try operand()
        let end = scanner.offset
        scanner.skipBlank()
        guard let comparison = comparisonOperator() else {
            if case .literal = left { throw scanner.expected("a comparison with this literal") }
            scanner.goBack(to: end)
            return try test(of: left, at: offset)
        }
        let first = try comparable(left, at: offset)
        scanner.skipBlank()
        let start = scanner.offset
        let second = try comparable(try operand(), at: start)
        return .comparison(JSONPathComparison(left: first, operator: comparison, right: second, offset: offset))
    }

    private mutating func parenthesized() throws(JSONPathError) -> JSONPathExpression {
        try enter()
        try scanner.expect(UInt8(ascii: "("), "'('")
        scanner.skipBlank()
        let expression = try logicalExpression()
        scanner.skipBlank()
        try scanner.expect(UInt8(ascii: ")"), "')', '&&' or '||'")
        leave()
        return expression
    }

    private mutating func comparisonOperator() -> JSONPathComparison.Operator? {
        if scanner.consume("==") { return .equal }
        if scanner.consume("!=") { return .notEqual }
        if scanner.consume("<=") { return .lessOrEqual }
        if scanner.consume(">=") { return .greaterOrEqual }
        if scanner.consume("<") { return .less }
        if scanner.consume(">") { return .greater }
        return nil
    }

    /// A literal, a query or a function.
    mutating func operand() throws(JSONPathError) -> Operand {
        let offset = scanner.offset
        switch scanner.peek {
        case UInt8(ascii: "@"), UInt8(ascii: "$"):
            let origin: JSONPathFilterQuery.Origin = scanner.peek == UInt8(ascii: "$") ? .root : .current
            scanner.advance()
            return .query(JSONPathFilterQuery(origin: origin, segments: try segments(), offset: offset))
        case UInt8(ascii: "'"), UInt8(ascii: "\""):
            return .literal(.string(try scanner.string()))
        case let byte? where byte.isDigit || byte == UInt8(ascii: "-"):
            return .literal(try scanner.number())
        case let byte? where byte.isLowercase:
            return try word()
        default:
            throw scanner.expected("'@', '$', a literal, a function, '!' or '('")
        }
    }

    /// `true`, `false`, `null`, or a function with its arguments.
    private mutating func word() throws(JSONPathError) -> Operand {
        let start = scanner.offset
        while let byte = scanner.peek, byte.isLowercase || byte.isDigit || byte == UInt8(ascii: "_") {
            scanner.advance()
        }
        let word = scanner.text(from: start)
        if scanner.peek == UInt8(ascii: "(") {
            guard let function = JSONPathFunction(rawValue: word) else {
                throw scanner.error(.expected("one of the functions length, count, match, search, value"), at: start)
            }
            return .function(try call(of: function, at: start))
        }
        switch word {
        case "true": return .literal(.bool(true))
        case "false": return .literal(.bool(false))
        case "null": return .literal(.null)
        default: throw scanner.error(.expected("true, false, null or a function with '('"), at: start)
        }
    }

    // MARK: - Types (RFC 9535, section 2.4.3)

    private func test(of operand: Operand, at offset: Int) throws(JSONPathError) -> JSONPathExpression {
        switch operand {
        case .query(let query): return .exists(query)
        case .function(let call) where call.function.result == .value:
            let why = "the result of \(call.function.rawValue) is a value and must be compared"
            throw scanner.error(.notWellTyped(why), at: offset)
        case .function(let call): return .function(call)
        case .literal:
            throw scanner.error(.expected("a query, a function or '(' after '!'"), at: offset)
        }
    }

    private func comparable(_ operand: Operand, at offset: Int) throws(JSONPathError) -> JSONPathComparable {
        switch operand {
        case .literal(let value): return .literal(value)
        case .query(let query):
            guard query.isSingular else {
                let why = "a query in a comparison must be singular: names and indexes only"
                throw scanner.error(.notWellTyped(why), at: offset)
            }
            return .query(query)
        case .function(let call):
            guard call.function.result == .value else {
                let why = "the result of \(call.function.rawValue) is true or false and cannot be compared"
                throw scanner.error(.notWellTyped(why), at: offset)
            }
            return .function(call)
        }
    }
}
