/// A lexical token of a document (GraphQL, October 2021, section 2.1).
struct GraphQLToken: Sendable, Hashable {
    enum Kind: Sendable, Hashable {
        case start
        case end
        case punctuator(UInt8)
        case spread
        case name(String)
        case int(String)
        case float(String)
        case string(String)
        case blockString(String)
    }

    let kind: Kind
    let location: GraphQLError.Location

    /// How a syntax error speaks of the token. Strings and numbers are not repeated.
    var description: String {
        switch kind {
        case .start: "<SOF>"
        case .end: "<EOF>"
        case .punctuator(let byte): "'\(Character(UnicodeScalar(byte)))'"
        case .spread: "'...'"
        case .name(let name): "Name '\(name)'"
        case .int: "Int"
        case .float: "Float"
        case .string: "String"
        case .blockString: "BlockString"
        }
    }
}
