/// Why a JSONPath query was refused, or why its evaluation was given up.
///
/// It never repeats the text of the query: that may hold personal values.
public struct JSONPathError: Error, Sendable, Hashable {
    /// What is wrong with the query, or which limit its evaluation has reached.
    public enum Kind: Sendable, Hashable {
        /// Not well-formed (RFC 9535, section 2.1): what would have fitted at the position.
        case expected(String)
        /// Well-formed but not well-typed (RFC 9535, section 2.4.3): why.
        case notWellTyped(String)
        /// An integer beyond what I-JSON allows (RFC 9535, section 2.1).
        case integerOutOfRange
        case tooLong(limit: Int)
        case tooDeep(limit: Int)
        case regexpTooLarge(limit: Int)
        /// The evaluation has taken all the steps that it may.
        case tooMuchWork(limit: Int)
        case tooManyNodes(limit: Int)
    }

    /// A place in the text of a query.
    public struct Position: Sendable, Hashable {
        /// Zero-based, in bytes of UTF-8.
        public let offset: Int
        /// One-based, in Unicode scalars from the start of the text.
        public let column: Int

        /// The position of an offset in a text.
        public init(offset: Int, in text: String) { self.init(offset: offset, in: text.utf8) }

        init(offset: Int, in bytes: some Sequence<UInt8>) {
            self.offset = offset
            // Every scalar has one byte that is no continuation byte.
            column = 1 + bytes.prefix(offset).count { $0 & 0xC0 != 0x80 }
        }
    }

    /// What is wrong, or which limit was reached.
    public let kind: Kind
    /// The first byte that does not fit; `nil` for an error of an evaluation.
    public let position: Position?

    init(_ kind: Kind, at position: Position? = nil) {
        self.kind = kind
        self.position = position
    }
}

extension JSONPathError: CustomStringConvertible {
    /// The reason and the column, without any text of the query: "expected a member name or '*' at column 3".
    public var description: String {
        guard let position else { return reason }
        return "\(reason) at column \(position.column)"
    }

    private var reason: String {
        switch kind {
        case .expected(let what): "expected \(what)"
        case .notWellTyped(let why): why
        case .integerOutOfRange: "an integer is not between -(2^53)+1 and (2^53)-1"
        case .tooLong(let limit): "the query is longer than \(limit) bytes"
        case .tooDeep(let limit): "the query is nested deeper than \(limit)"
        case .regexpTooLarge(let limit): "a regular expression needs an automaton of more than \(limit) instructions"
        case .tooMuchWork(let limit): "the evaluation takes more than \(limit) steps"
        case .tooManyNodes(let limit): "the evaluation selects more than \(limit) nodes"
        }
    }
}
