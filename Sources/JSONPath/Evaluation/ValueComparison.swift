import LIFJSON

/// Comparisons of values (RFC 9535, section 2.3.5.2.2). `nil` is Nothing: a query that selects no node.
struct ValueComparison {
    var work: WorkBudget

    mutating func holds(
        _ left: JSONValue?, _ comparison: JSONPathComparison.Operator, _ right: JSONValue?
    ) throws(JSONPathError) -> Bool {
        switch comparison {
        case .equal: try areEqual(left, right)
        case .notEqual: try !areEqual(left, right)
        case .less: try isLess(left, right)
        case .greater: try isLess(right, left)
        case .lessOrEqual: try isLessOrEqual(left, right)
        case .greaterOrEqual: try isLessOrEqual(right, left)
        }
    }

    private mutating func isLessOrEqual(_ left: JSONValue?, _ right: JSONValue?) throws(JSONPathError) -> Bool {
        if try isLess(left, right) { return true }
        return try areEqual(left, right)
    }

    /// Only numbers and strings have an order.
    private mutating func isLess(_ left: JSONValue?, _ right: JSONValue?) throws(JSONPathError) -> Bool {
        switch (left, right) {
        case (.number(let left), .number(let right)):
            try work.spend(bytes: left.text.utf8.count + right.text.utf8.count)
            if let left = left.int, let right = right.int { return left < right }
            return DecimalNumber(left) < DecimalNumber(right)
        case (.string(let left), .string(let right)):
            try work.spend(bytes: min(left.utf8.count, right.utf8.count))
            // The order of UTF-8 is that of the scalars.
            return left.utf8.lexicographicallyPrecedes(right.utf8)
        default: return false
        }
    }

    private mutating func areEqual(_ left: JSONValue?, _ right: JSONValue?) throws(JSONPathError) -> Bool {
        // What is still to be compared is kept here and not on the stack.
        var pending: [(JSONValue, JSONValue)]
        switch (left, right) {
        case (.some(let left), .some(let right)): pending = [(left, right)]
        case (.none, .none): return true
        case (.some, .none), (.none, .some): return false
        }
        while let (left, right) = pending.popLast() {
            switch (left, right) {
            case (.array(let left), .array(let right)):
                guard left.count == right.count else { return false }
                try work.spend(1 + left.count)
                pending.append(contentsOf: zip(left, right))
            case (.object(let left), .object(let right)):
                try work.spend(1 + left.count + right.count)
                guard append(membersOf: left, right, to: &pending) else { return false }
            default:
                guard try areEqualScalars(left, right) else { return false }
            }
        }
        return true
    }

    /// - Returns: `false` when the objects have different names.
    private func append(
        membersOf left: JSONObject, _ right: JSONObject, to pending: inout [(JSONValue, JSONValue)]
    ) -> Bool {
        let members = left.distinctMembers
        let others = right.distinctMembers
        guard members.count == others.count else { return false }
        var values: [ExactString: JSONValue] = [:]
        for other in others { values[ExactString(other.name)] = other.value }
        for member in members {
            guard let value = values[ExactString(member.name)] else { return false }
            pending.append((member.value, value))
        }
        return true
    }

    private mutating func areEqualScalars(_ left: JSONValue, _ right: JSONValue) throws(JSONPathError) -> Bool {
        switch (left, right) {
        case (.null, .null): return true
        case (.bool(let left), .bool(let right)): return left == right
        case (.string(let left), .string(let right)):
            guard left.utf8.count == right.utf8.count else {
                try work.spend()
                return false
            }
            try work.spend(bytes: left.utf8.count)
            return left.utf8.elementsEqual(right.utf8)
        case (.number(let left), .number(let right)):
            try work.spend(bytes: left.text.utf8.count + right.text.utf8.count)
            if let left = left.int, let right = right.int { return left == right }
            return DecimalNumber(left) == DecimalNumber(right)
        default: return false
        }
    }
}
