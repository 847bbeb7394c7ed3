import LIFJSON

extension JSONPathParser {
    /// The arguments of a function, from the parenthesis on, each of the type that its parameter asks for.
    mutating func call(of function: JSONPathFunction, at offset: Int) throws(JSONPathError) -> JSONPathFunctionCall {
        try enter()
        try scanner.expect(UInt8(ascii: "("), "'('")
        scanner.skipBlank()
        var arguments: [JSONPathFunctionCall.Argument] = []
        if scanner.peek != UInt8(ascii: ")") {
            repeat {
                scanner.skipBlank()
                let start = scanner.offset
                guard arguments.count < function.parameters.count else {
                    throw scanner.error(wrongCount(function), at: start)
                }
                let parameter = function.parameters[arguments.count]
                arguments.append(try argument(try operand(), for: parameter, of: function, at: start))
                scanner.skipBlank()
            } while scanner.consume(UInt8(ascii: ","))
        }
        guard scanner.peek == UInt8(ascii: ")") else { throw scanner.expected("',' or ')'") }
        guard arguments.count == function.parameters.count else {
            throw scanner.error(wrongCount(function), at: scanner.offset)
        }
        scanner.advance()
        leave()
        return JSONPathFunctionCall(
            function: function, arguments: arguments, offset: offset,
            regexp: try regexp(function, arguments, at: offset))
    }

    private func wrongCount(_ function: JSONPathFunction) -> JSONPathError.Kind {
        let count = function.parameters.count
        return .notWellTyped("\(function.rawValue) takes \(count) argument\(count == 1 ? "" : "s")")
    }

    private func argument(
        _ operand: Operand, for parameter: JSONPathFunction.ValueType, of function: JSONPathFunction, at offset: Int
    ) throws(JSONPathError) -> JSONPathFunctionCall.Argument {
        switch (operand, parameter) {
        case (.literal(let value), .value): return .literal(value)
        case (.query(let query), .nodes): return .query(query)
        case (.query(let query), .value) where query.isSingular: return .query(query)
        case (.function(let call), .value) where call.function.result == .value: return .function(call)
        default:
            let wanted =
                parameter == .nodes ? "a query" : "a literal, a singular query or a function whose result is a value"
            throw scanner.error(
                .notWellTyped("an argument of \(function.rawValue) must be \(wanted)"), at: offset)
        }
    }

    /// Compiles the regular expression of `match` and `search` where it is a literal.
    private func regexp(
        _ function: JSONPathFunction, _ arguments: [JSONPathFunctionCall.Argument], at offset: Int
    ) throws(JSONPathError) -> JSONPathFunctionCall.Regexp? {
        guard function == .match || function == .search, case .literal(let value) = arguments.last else { return nil }
        // What is no string matches nothing.
        guard let pattern = value.string else { return .invalid }
        do {
            return .valid(try IRegexp(pattern, limits: limits))
        } catch {
            if let kind = error.limit { throw scanner.error(kind, at: offset) }
            return .invalid
        }
    }
}

extension IRegexpError {
    /// The error of the query, where this is about a limit and not about the expression.
    var limit: JSONPathError.Kind? {
        switch self {
        case .notValid: nil
        case .tooDeep(let limit): .tooDeep(limit: limit)
        case .tooLarge(let limit): .regexpTooLarge(limit: limit)
        }
    }
}
