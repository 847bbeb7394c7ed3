import LIFJSON

/// The five scalars of the specification (section 3.5). Every other scalar passes JSON through as it is.
enum GraphQLBuiltInScalar: String, CaseIterable, Sendable {
    case string = "String"
    case boolean = "Boolean"
    case int = "Int"
    case float = "Float"
    case id = "ID"

    var type: GraphQLType { .scalar(rawValue, description: description) }

    private var description: String {
        switch self {
        case .string: "The `String` scalar type represents textual data as UTF-8 character sequences."
        case .boolean: "The `Boolean` scalar type represents `true` or `false`."
        case .int: "The `Int` scalar type represents whole numbers that fit 32 bits with a sign."
        case .float: "The `Float` scalar type represents double-precision fractional values."
        case .id: "The `ID` scalar type represents a unique identifier, written as a string."
        }
    }

    /// What a client sent in a variable, or `nil` when the scalar cannot hold it.
    func input(_ value: JSONValue) -> JSONValue? {
        switch (self, value) {
        case (.string, .string), (.id, .string), (.boolean, .bool), (.float, .number): value
        case (.int, .number(let number)): number.int32 == nil ? nil : value
        case (.id, .number(let number)): number.int.map { .string(String($0)) }
        default: nil
        }
    }

    /// A record's value as this scalar answers it, or `nil` when it cannot. Numbers keep their spelling.
    func output(_ value: JSONValue) -> JSONValue? {
        switch (self, value) {
        case (.string, .string), (.id, .string), (.boolean, .bool), (.float, .number): value
        case (.string, .number(let number)): .string(number.text)
        case (.string, .bool(let bool)): .string(bool ? "true" : "false")
        case (.int, .number(let number)): number.int32 == nil ? nil : value
        case (.id, .number(let number)): number.int.map { .string(String($0)) }
        default: nil
        }
    }

    /// The sentence for a literal or variable of the wrong kind.
    var complaint: String {
        switch self {
        case .string: "String cannot represent a non string value."
        case .boolean: "Boolean cannot represent a non boolean value."
        case .int: "Int cannot represent non 32-bit signed integer value."
        case .float: "Float cannot represent non numeric value."
        case .id: "ID cannot represent value."
        }
    }
}

extension JSONNumber {
    fileprivate var int32: Int32? { int.flatMap { Int32(exactly: $0) } }
}
