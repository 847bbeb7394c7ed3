import LIFJSON

extension JSONPathEvaluation {
    /// `length`, `count`, `value` (RFC 9535, sections 2.4.4, 2.4.5, 2.4.8); `nil` is Nothing.
    mutating func valueResult(
        of call: JSONPathFunctionCall, for current: JSONValue
    ) throws(JSONPathError) -> JSONValue? {
        switch call.function {
        case .length:
            switch try argument(0, of: call, for: current) {
            case .string(let text):
                try comparison.work.spend(bytes: text.utf8.count)
                return .number(JSONNumber(text.unicodeScalars.count))
            case .array(let elements): return .number(JSONNumber(elements.count))
            case .object(let object):
                try comparison.work.spend(object.count / 8)
                return .number(JSONNumber(object.distinctMembers.count))
            default: return nil
            }
        case .count:
            guard case .query(let query) = call.arguments.first else { return nil }
            return .number(JSONNumber(try values(of: query, for: current).count))
        case .value:
            guard case .query(let query) = call.arguments.first else { return nil }
            let nodes = try values(of: query, for: current)
            // No conditional operator: its nil would be JSON's null.
            guard nodes.count == 1 else { return nil }
            return nodes[0].value
        case .match, .search: return nil
        }
    }

    /// `match`, `search` (RFC 9535, sections 2.4.6, 2.4.7): false for what is no string or no I-Regexp.
    mutating func logicalResult(
        of call: JSONPathFunctionCall, for current: JSONValue
    ) throws(JSONPathError) -> Bool {
        guard case .string(let text) = try argument(0, of: call, for: current),
            let regexp = try regexp(of: call, for: current)
        else { return false }
        return call.function == .match
            ? try regexp.matches(text, work: &comparison.work) : try regexp.isFound(in: text, work: &comparison.work)
    }

    private mutating func regexp(
        of call: JSONPathFunctionCall, for current: JSONValue
    ) throws(JSONPathError) -> IRegexp? {
        switch call.regexp {
        case .valid(let regexp): return regexp
        case .invalid: return nil
        case nil: break
        }
        guard case .string(let text) = try argument(1, of: call, for: current) else { return nil }
        try comparison.work.spend(bytes: text.utf8.count)
        let pattern = ExactString(text)
        if let lastRegexp, lastRegexp.pattern == pattern { return lastRegexp.regexp }
        try comparison.work.spend(text.utf8.count)
        var regexp: IRegexp?
        do {
            regexp = try IRegexp(text, limits: limits)
            try comparison.work.spend(regexp?.size ?? 0)
        } catch let error as IRegexpError {
            if let kind = error.limit { throw JSONPathError(kind) }
        } catch let error as JSONPathError {
            throw error
        } catch {}
        lastRegexp = (pattern, regexp)
        return regexp
    }

    private mutating func argument(
        _ index: Int, of call: JSONPathFunctionCall, for current: JSONValue
    ) throws(JSONPathError) -> JSONValue? {
        guard call.arguments.indices.contains(index) else { return nil }
        switch call.arguments[index] {
        case .literal(let value): return value
        case .query(let query): return try singularValue(of: query, for: current)
        case .function(let call): return try valueResult(of: call, for: current)
        }
    }
}
