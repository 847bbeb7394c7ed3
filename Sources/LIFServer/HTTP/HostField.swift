import LIFModel

/// The value of a request's `Host` (RFC 9112, 3.2).
enum HostField {
    private static let marks = Set("-._~%!$&'()*+,;=".utf8)

    /// - Parameter authority: `nil` where HTTP/1.0 gives none. Of several, a list.
    /// - Throws: `LIFError` `QueryNotValid` for what is no host with or without a port.
    static func check(_ authority: String?) throws(LIFError) {
        guard let authority, !isValid(authority.utf8[...]) else { return }
        throw LIFError(
            .queryNotValid,
            "The request has no \"Host\", or more than one, or one that is not a host. Give one, such as "
                + "\"Host: localhost:8002\".")
    }

    private static func isValid(_ text: Substring.UTF8View) -> Bool {
        let rest: Substring.UTF8View
        if text.first == UInt8(ascii: "["), let end = text.firstIndex(of: UInt8(ascii: "]")) {
            let address = text[text.index(after: text.startIndex)..<end]
            guard !address.isEmpty, address.allSatisfy({ isName($0) || $0 == UInt8(ascii: ":") }) else { return false }
            rest = text[text.index(after: end)...]
        } else {
            let name = text.prefix { isName($0) }
            guard !name.isEmpty else { return false }
            rest = text[name.endIndex...]
        }
        return rest.isEmpty || (rest.first == UInt8(ascii: ":") && rest.dropFirst().allSatisfy(isDigit))
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    private static func isName(_ byte: UInt8) -> Bool {
        isDigit(byte) || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20) && byte < 0x80
            || marks.contains(byte)
    }
}
