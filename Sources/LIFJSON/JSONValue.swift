/// A JSON value (RFC 8259) that loses nothing: members keep their order and numbers stay as they were written.
public enum JSONValue: Sendable, Hashable {
    case null
    case bool(Bool)
    case number(JSONNumber)
    case string(String)
    case array([JSONValue])
    case object(JSONObject)
}

extension JSONValue {
    /// The text of a string, its escapes decoded; `nil` for any other value.
    public var string: String? {
        if case .string(let value) = self { value } else { nil }
    }

    /// The value of a boolean; `nil` for any other value.
    public var bool: Bool? {
        if case .bool(let value) = self { value } else { nil }
    }

    /// The number as it was written; `nil` for any other value.
    public var number: JSONNumber? {
        if case .number(let value) = self { value } else { nil }
    }

    /// The elements of an array; `nil` for any other value.
    public var array: [JSONValue]? {
        if case .array(let value) = self { value } else { nil }
    }

    /// The members of an object; `nil` for any other value.
    public var object: JSONObject? {
        if case .object(let value) = self { value } else { nil }
    }

    /// Whether this is `null`.
    public var isNull: Bool { self == .null }

    /// The member of that name, `nil` when this is no object or has no such member.
    public subscript(name: String) -> JSONValue? { object?[name] }

    /// What kind of value this is, for a sentence: "an object", "a string".
    public var kindDescription: String {
        switch self {
        case .null: "null"
        case .bool: "a boolean"
        case .number: "a number"
        case .string: "a string"
        case .array: "an array"
        case .object: "an object"
        }
    }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral, ExpressibleByNilLiteral
{
    /// A string from a literal, as in `value == "array"`.
    public init(stringLiteral value: String) { self = .string(value) }
    /// A boolean from a literal.
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    /// A number from an integer literal.
    public init(integerLiteral value: Int) { self = .number(JSONNumber(value)) }
    /// An array from a literal whose elements are JSON values.
    public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
    /// `null` from the literal `nil`. Where an `Optional` fits, Swift takes `nil` for that: write `.null` there.
    public init(nilLiteral: ()) { self = .null }
    /// An object from a dictionary literal; members keep the order written, and a name that stands twice is kept twice.
    public init(dictionaryLiteral elements: (String, JSONValue)...) {
        self = .object(JSONObject(elements.map { JSONObject.Member(name: $0.0, value: $0.1) }))
    }
}
