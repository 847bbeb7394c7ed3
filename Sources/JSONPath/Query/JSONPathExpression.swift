public import LIFJSON

/// The logical expression of a filter (RFC 9535, section 2.3.5). Parentheses are gone, their meaning is in the tree.
public indirect enum JSONPathExpression: Sendable {
    /// True when one is; at least two.
    case or([JSONPathExpression])
    /// True when all are; at least two.
    case and([JSONPathExpression])
    case not(JSONPathExpression)
    case comparison(JSONPathComparison)
    /// True when the query selects anything.
    case exists(JSONPathFilterQuery)
    /// A function with a logical result.
    case function(JSONPathFunctionCall)
}

/// A query inside a filter (RFC 9535, section 2.3.5.1).
public struct JSONPathFilterQuery: Sendable {
    /// The node at which a query inside a filter starts.
    public enum Origin: Sendable, Hashable {
        /// `$`
        case root
        /// `@`
        case current
    }

    /// Whether the query starts at the root (`$`) or at the node that the filter is tried on (`@`).
    public let origin: Origin
    /// The steps from there; none for `$` or `@` alone.
    public let segments: [JSONPathSegment]
    /// Where it starts in the text of the query, in bytes of UTF-8.
    public let offset: Int

    /// Selects one node at most.
    public var isSingular: Bool { segments.areSingular }
}

/// Two values and how they are compared (RFC 9535, section 2.3.5.2.2).
public struct JSONPathComparison: Sendable {
    /// The comparison operators of RFC 9535, section 2.3.5.1, as they are written.
    public enum Operator: String, Sendable, Hashable, CaseIterable {
        case equal = "=="
        case notEqual = "!="
        case lessOrEqual = "<="
        case greaterOrEqual = ">="
        case less = "<"
        case greater = ">"
    }

    /// What stands before the operator.
    public let left: JSONPathComparable
    /// How the two sides are compared.
    public let `operator`: Operator
    /// What stands after the operator.
    public let right: JSONPathComparable
    /// Where it starts in the text of the query, in bytes of UTF-8.
    public let offset: Int
}

/// One side of a comparison.
public enum JSONPathComparable: Sendable {
    /// A string, number, `true`, `false` or `null`.
    case literal(JSONValue)
    /// A singular query.
    case query(JSONPathFilterQuery)
    /// A function whose result is a value.
    case function(JSONPathFunctionCall)
}

extension JSONPathExpression {
    /// Where its first comparison or test starts in the text of the query, in bytes of UTF-8.
    public var offset: Int {
        switch self {
        case .or(let expressions), .and(let expressions): expressions.first?.offset ?? 0
        case .not(let expression): expression.offset
        case .comparison(let comparison): comparison.offset
        case .exists(let query): query.offset
        case .function(let call): call.offset
        }
    }
}
