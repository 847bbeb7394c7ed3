import LIFJSON

extension JSONPathEvaluation {
    /// The truth of a filter's expression for one child (RFC 9535, section 2.3.5.2).
    mutating func isTrue(_ expression: JSONPathExpression, for current: JSONValue) throws(JSONPathError) -> Bool {
        try comparison.work.spend()
        switch expression {
        case .or(let branches):
            for branch in branches where try isTrue(branch, for: current) { return true }
            return false
        case .and(let conditions):
            for condition in conditions where try !isTrue(condition, for: current) { return false }
            return true
        case .not(let expression):
            return try !isTrue(expression, for: current)
        case .comparison(let terms):
            let left = try value(of: terms.left, for: current)
            let right = try value(of: terms.right, for: current)
            return try comparison.holds(left, terms.operator, right)
        case .exists(let query):
            return try !values(of: query, for: current).isEmpty
        case .function(let call):
            return try logicalResult(of: call, for: current)
        }
    }

    private mutating func value(
        of comparable: JSONPathComparable, for current: JSONValue
    ) throws(JSONPathError) -> JSONValue? {
        switch comparable {
        case .literal(let value): value
        case .query(let query): try singularValue(of: query, for: current)
        case .function(let call): try valueResult(of: call, for: current)
        }
    }

    private func origin(of query: JSONPathFilterQuery, for current: JSONValue) -> JSONValue {
        query.origin == .root ? root : current
    }

    /// The nodes without their paths.
    mutating func values(
        of query: JSONPathFilterQuery, for current: JSONValue
    ) throws(JSONPathError) -> [SelectedNode] {
        try apply(query.segments[...], to: [.untracked(origin(of: query, for: current))])
    }

    /// `nil` is Nothing.
    mutating func singularValue(
        of query: JSONPathFilterQuery, for current: JSONValue
    ) throws(JSONPathError) -> JSONValue? {
        var value = origin(of: query, for: current)
        for segment in query.segments {
            try comparison.work.spend()
            switch (segment.selectors[0], value) {
            case (.name(let name), .object(let object)):
                try comparison.work.spend(object.count / 8)
                guard let member = object[name] else { return nil }
                value = member
            case (.index(let index), .array(let elements)):
                let index = index < 0 ? elements.count + index : index
                guard elements.indices.contains(index) else { return nil }
                value = elements[index]
            default: return nil
            }
        }
        return value
    }
}
