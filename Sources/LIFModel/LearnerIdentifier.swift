/// Names a learner: an identifier and what kind of identifier it is.
///
/// Two are equal when their identifiers are the same to the letter and their types make the same token, because
/// partners write types as `SCHOOL_ASSIGNED_NUMBER` and records write them as "School assigned number".
public struct LearnerIdentifier: Sendable {
    /// The longest identifier, and the longest type, that a client may send, in bytes of UTF-8.
    public static let maximumBytes = 1_024

    /// The identifier as it was written; compared to the byte.
    public let identifier: String
    /// The type as it was written.
    public let identifierType: String
    /// The type as a token: upper case, every character that is not a letter or digit an underscore.
    public let typeToken: String

    /// Takes both texts unchecked. What a client sent goes through ``init(validating:identifierType:code:)``.
    public init(identifier: String, identifierType: String) {
        self.identifier = identifier
        self.identifierType = identifierType
        self.typeToken = Self.token(identifierType)
    }

    /// Checks what a client sent.
    ///
    /// - Throws: `LIFError` with the code given when a part is empty, longer than `maximumBytes`, or has a control
    ///   character. The message says which, and does not repeat the value.
    public init(validating identifier: String, identifierType: String, code: LIFError.Code) throws(LIFError) {
        for (name, text) in [("identifier", identifier), ("identifierType", identifierType)] {
            if let fault = Self.fault(in: text, called: name) { throw LIFError(code, fault) }
        }
        self.init(identifier: identifier, identifierType: identifierType)
    }

    /// Says what is wrong with one of the two, without its value; `nil` when nothing is.
    static func fault(in text: String, called name: String) -> String? {
        if text.isEmpty { return "A learner's \(name) is empty. Give the one the organisation uses." }
        if text.utf8.count > maximumBytes { return "A learner's \(name) is longer than \(maximumBytes) bytes." }
        if hasControlCharacter(text) { return "A learner's \(name) has a control character." }
        return nil
    }

    /// Unicode's category `Cc`.
    private static func hasControlCharacter(_ text: String) -> Bool {
        text.unicodeScalars.contains { $0.value < 0x20 || (0x7F...0x9F).contains($0.value) }
    }

    /// Whether the types are written alike too, to the byte.
    public func hasSpelling(ofTypeOf other: Self) -> Bool {
        identifierType.utf8.elementsEqual(other.identifierType.utf8)
    }

    /// The token of an identifier type: "School assigned number" becomes `SCHOOL_ASSIGNED_NUMBER`.
    ///
    /// Letters become upper case, and each character that is neither a letter nor a number becomes an underscore.
    public static func token(_ type: String) -> String {
        let bytes = type.utf8
        let isToken = bytes.allSatisfy {
            ($0 >= UInt8(ascii: "A") && $0 <= UInt8(ascii: "Z")) || ($0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9"))
                || $0 == UInt8(ascii: "_")
        }
        if isToken { return type }
        return String(type.uppercased().map { $0.isLetter || $0.isNumber ? $0 : "_" })
    }
}

extension LearnerIdentifier: Hashable {
    /// Whether both name the same learner: types by their tokens, identifiers to the byte.
    public static func == (left: Self, right: Self) -> Bool {
        // Swift compares strings by canonical equivalence; an identifier is compared to the byte.
        left.typeToken == right.typeToken && left.identifier.utf8.elementsEqual(right.identifier.utf8)
    }

    /// Hashes what equality compares: the token of the type and the bytes of the identifier.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(typeToken)
        for byte in identifier.utf8 { hasher.combine(byte) }
    }
}
