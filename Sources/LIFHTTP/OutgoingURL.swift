/// An absolute `http` or `https` URL, read strictly, so that no other reader can see another host in it.
package struct OutgoingURL: Sendable, Hashable {
    package let scheme: String
    /// In lower case; an IPv6 address in its brackets.
    package let host: String
    package let port: Int
    /// Path and query as they go on the wire. The fragment is dropped.
    package let target: String

    /// The URL in one spelling.
    var text: String { "\(origin.text)\(target)" }

    package var origin: WebOrigin { WebOrigin(scheme: scheme, host: host, port: port) }

    /// The value of the `Host` header (RFC 9110, 7.2): without the port where it is the scheme's own.
    package var hostHeader: String { port == Self.defaultPort(scheme) ? host : "\(host):\(port)" }

    /// - Throws: `invalidURL`. The message never repeats the URL.
    package init(parsing text: String) throws(OutgoingHTTPError) {
        guard text.utf8.allSatisfy(Self.isAllowed), Self.hasWholeEscapes(text) else {
            throw Self.invalid("it has a character that must be percent-encoded")
        }
        guard let colon = text.firstIndex(of: ":"), text[colon...].hasPrefix("://") else {
            throw Self.invalid("it does not start with http:// or https://")
        }
        scheme = text[..<colon].lowercased()
        guard scheme == "http" || scheme == "https" else {
            throw Self.invalid("it does not start with http:// or https://")
        }
        let rest = text[text.index(colon, offsetBy: 3)...]
        let authority = rest.prefix { !"/?#".contains($0) }
        let target = rest[authority.endIndex...].prefix { $0 != "#" }
        guard target.utf8.allSatisfy({ $0 != UInt8(ascii: "[") && $0 != UInt8(ascii: "]") }) else {
            throw Self.invalid("it has a character that must be percent-encoded")
        }
        guard !authority.contains("@") else {
            throw Self.invalid("it holds user information; give a credential in a header")
        }
        let (host, port) = try Self.split(authority)
        self.host = host
        self.port = port ?? Self.defaultPort(scheme)
        self.target = target.first == "/" ? String(target) : "/" + target
    }

    /// Whether the host is one of these, each as `host` (any port) or `host:port`, in any case.
    package func isAmong(_ hosts: Set<String>) -> Bool {
        hosts.contains { $0.lowercased() == host || $0.lowercased() == "\(host):\(port)" }
    }

    private static func defaultPort(_ scheme: String) -> Int { scheme == "https" ? 443 : 80 }

    private static func split(_ authority: Substring) throws(OutgoingHTTPError) -> (host: String, port: Int?) {
        let host: Substring
        if authority.first == "[" {
            guard let end = authority.firstIndex(of: "]") else { throw invalid("its host is not valid") }
            host = authority[...end]
            let address = host.dropFirst().dropLast()
            guard address.contains(":"), address.allSatisfy({ $0.isHexDigit || $0 == ":" || $0 == "." }) else {
                throw invalid("its host is not valid")
            }
        } else {
            host = authority.prefix { $0 != ":" }
            guard !host.isEmpty, host.utf8.allSatisfy(isNameByte) else { throw invalid("its host is not valid") }
        }
        let rest = authority[host.endIndex...]
        if rest.isEmpty { return (host.lowercased(), nil) }
        let digits = rest.dropFirst()
        guard rest.first == ":", digits.utf8.allSatisfy(isDigit), let port = Int(digits), (1...65_535).contains(port)
        else { throw invalid("its port is not a number from 1 to 65535") }
        return (host.lowercased(), port)
    }

    private static func invalid(_ reason: String) -> OutgoingHTTPError {
        OutgoingHTTPError(.invalidURL, "The URL cannot be called: \(reason).")
    }

    /// The characters of RFC 3986.
    private static func isAllowed(_ byte: UInt8) -> Bool {
        isNameByte(byte) || ":/?#[]@!$&'()*+,;=~%".utf8.contains(byte)
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "-"),
            UInt8(ascii: "."), UInt8(ascii: "_"):
            true
        default: isDigit(byte)
        }
    }

    private static func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }

    /// Each `%` is followed by two hexadecimal digits.
    private static func hasWholeEscapes(_ text: String) -> Bool {
        text.split(separator: "%", omittingEmptySubsequences: false).dropFirst().allSatisfy { part in
            part.count >= 2 && part.prefix(2).allSatisfy(\.isHexDigit)
        }
    }
}
