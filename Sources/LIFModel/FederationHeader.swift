/// Reads the members of one field value of `LIF-Via`, and writes them.
struct FederationHeader {
    private var rest: Substring.UTF8View

    init(_ value: String) { rest = value[...].utf8 }

    /// How a member is written: as a token where it is one (RFC 9651, section 3.3.4), or else as a string.
    static func written(_ organization: String) -> String {
        let bytes = organization.utf8
        if let first = bytes.first, isLetter(first), bytes.allSatisfy(isOfWord) { return organization }
        let escaped = organization.map { $0 == "\"" || $0 == "\\" ? "\\\($0)" : String($0) }
        return "\"\(escaped.joined())\""
    }

    /// - Returns: The next member, `nil` at the end.
    /// - Throws: `LIFError` `QueryNotValid`.
    mutating func next() throws(LIFError) -> String? {
        repeat { skipSpace() } while take(",")
        guard let first = rest.first else { return nil }
        let member = first == UInt8(ascii: "\"") ? try string() : word()
        guard !member.isEmpty else { throw Self.fault }
        try skipParameters()
        guard rest.isEmpty || rest.first == UInt8(ascii: ",") else { throw Self.fault }
        return member
    }

    private mutating func string() throws(LIFError) -> String {
        rest.removeFirst()
        var bytes: [UInt8] = []
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "\""): return String(decoding: bytes, as: UTF8.self)
            case UInt8(ascii: "\\"):
                guard let escaped = rest.popFirst(), escaped == UInt8(ascii: "\"") || escaped == UInt8(ascii: "\\")
                else { throw Self.fault }
                bytes.append(escaped)
            default: bytes.append(byte)
            }
        }
        throw Self.fault
    }

    private mutating func word() -> String {
        let word = rest.prefix(while: Self.isOfWord)
        rest = rest[word.endIndex...]
        return String(decoding: word, as: UTF8.self)
    }

    /// `;key`, `;key=word` or `;key="string"`, any number of them.
    private mutating func skipParameters() throws(LIFError) {
        skipSpace()
        while take(";") {
            skipSpace()
            guard !word().isEmpty else { throw Self.fault }
            if take("=") {
                if rest.first == UInt8(ascii: "\"") { _ = try string() } else { _ = word() }
            }
            skipSpace()
        }
    }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard rest.first == UInt8(ascii: character) else { return false }
        rest.removeFirst()
        return true
    }

    private mutating func skipSpace() {
        rest = rest.drop { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }

    /// The characters of a token after its first.
    private static func isOfWord(_ byte: UInt8) -> Bool {
        isLetter(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
            || "!#$%&'*+-.^_`|~:/".utf8.contains(byte)
    }

    private static let fault = LIFError(
        .queryNotValid,
        "The header \(FederationPath.headerName) is not a list of organisations' ids such as \"org1, org2\".")
}
