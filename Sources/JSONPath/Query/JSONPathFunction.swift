public import LIFJSON

/// The functions of RFC 9535, section 2.4. There are no others, and none can be added.
public enum JSONPathFunction: String, Sendable, Hashable, CaseIterable {
    case length
    case count
    case match
    case search
    case value

    /// The types of RFC 9535, section 2.4.1.
    public enum ValueType: Sendable, Hashable {
        /// A JSON value or nothing (`ValueType`).
        case value
        /// True or false (`LogicalType`).
        case logical
        /// A node list (`NodesType`).
        case nodes
    }

    /// The types of the arguments, in order; each function takes exactly these.
    public var parameters: [ValueType] {
        switch self {
        case .length: [.value]
        case .count, .value: [.nodes]
        case .match, .search: [.value, .value]
        }
    }

    /// The type of what the function gives: a value is compared, a logical result stands alone in a filter.
    public var result: ValueType {
        switch self {
        case .length, .count, .value: .value
        case .match, .search: .logical
        }
    }
}

/// A function with its arguments; well-typed (RFC 9535, section 2.4.3).
public struct JSONPathFunctionCall: Sendable {
    /// What an argument is in the text of the query.
    public enum Argument: Sendable {
        case literal(JSONValue)
        case query(JSONPathFilterQuery)
        case function(JSONPathFunctionCall)
    }

    /// A regular expression that stands in the query as a literal.
    enum Regexp: Sendable {
        case valid(IRegexp)
        /// It matches nothing (RFC 9535, sections 2.4.6 and 2.4.7).
        case invalid
    }

    /// Which function is called.
    public let function: JSONPathFunction
    /// The arguments, as many as the function has parameters.
    public let arguments: [Argument]
    /// Where it starts in the text of the query, in bytes of UTF-8.
    public let offset: Int
    /// For `match` and `search` whose second argument is a string literal.
    let regexp: Regexp?
}
