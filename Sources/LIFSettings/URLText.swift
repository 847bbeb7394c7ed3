import LIFHTTP

/// Checks addresses that the configuration names.
package enum URLText {
    /// What is wrong with an absolute `http` or `https` URL, as a sentence that does not repeat it: a URL may hold a
    /// credential.
    package static func problem(in text: String, allowsQuery: Bool) -> String? {
        guard let scheme = ["http://", "https://"].first(where: { text.lowercased().hasPrefix($0) }) else {
            return "it must begin with http:// or https://"
        }
        let rest = text.dropFirst(scheme.count)
        let authority = rest.prefix { !"/?#".contains($0) }
        if let problem = problem(inHost: String(authority)) { return problem }
        let path = rest.dropFirst(authority.count)
        if path.contains("#") { return "it must have no fragment (\"#\")" }
        if !allowsQuery, path.contains("?") { return "it must have no query (\"?\")" }
        let isPlain = path.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && !"\"<>\\^`{|}".utf8.contains($0) }
        return isPlain ? nil : "spaces and characters beyond ASCII must be percent-encoded"
    }

    /// What is wrong with a host and, if there is one, its port.
    package static func problem(inHost text: String) -> String? {
        if text.contains("@") { return "a user name or password must not stand before the host" }
        var name = text[...]
        var port: Substring?
        if text.hasPrefix("[") {
            guard let end = text.lastIndex(of: "]") else { return "the IPv6 address is not closed with \"]\"" }
            name = text[...end].dropFirst().dropLast()
            let rest = text[end...].dropFirst()
            guard rest.isEmpty || rest.first == ":" else { return "behind \"]\" only a port may stand" }
            port = rest.isEmpty ? nil : rest.dropFirst()
            guard name.allSatisfy({ $0.isHexDigit || ":.".contains($0) }), name.contains(":") else {
                return "between \"[\" and \"]\" stands no IPv6 address"
            }
        } else if let colon = text.firstIndex(of: ":") {
            name = text[..<colon]
            port = text[colon...].dropFirst()
        }
        if let port {
            guard let number = Int(port), (1...65_535).contains(number), port.first?.isNumber == true else {
                return "the port must be a number from 1 to 65535"
            }
        }
        let isName = name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-._:".contains($0)) }
        return isName && !name.isEmpty ? nil : "the host must be a name or an address, with a port if need be"
    }

    /// Whether what is sent there stays on this machine.
    package static func isLoopback(host: String) -> Bool {
        (try? WebOrigin(written: host))?.isLoopback ?? false
    }
}
