/// What a caller may put into a request's head.
enum OutgoingHeader {
    /// What frames a message, or belongs to its connection, is the client's alone.
    private static let reserved: Set<String> = [
        "accept-encoding", "connection", "content-length", "expect", "host", "keep-alive", "proxy-connection", "te",
        "trailer", "transfer-encoding", "upgrade",
    ]

    /// - Throws: `invalidHeader` for a name that is no token, for one that is the client's own, and for a value with a
    ///   control character (RFC 9110, 5.5).
    static func check(name: String, value: String) throws(OutgoingHTTPError) {
        guard !name.isEmpty, name.utf8.allSatisfy(isToken) else {
            throw OutgoingHTTPError(.invalidHeader, "A header's name has a character that is not allowed.")
        }
        guard !reserved.contains(name.lowercased()) else {
            throw OutgoingHTTPError(.invalidHeader, "The header \"\(name)\" is set by the HTTP client itself.")
        }
        guard value.utf8.allSatisfy({ $0 == 0x09 || ($0 >= 0x20 && $0 != 0x7F) }) else {
            throw OutgoingHTTPError(.invalidHeader, "A header's value has a control character.")
        }
    }

    private static func isToken(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default:
            "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
    }
}
