import LIFModel

/// Scheme, host and port: who is called, and by which protocol.
package struct WebOrigin: Sendable, Hashable {
    package let scheme: String
    /// In lower case; an IPv6 address in its brackets.
    package let host: String
    package let port: Int

    /// As a person writes it: `host` or `host:port` for `https`, or either after `https://` or `http://`. Without a port the
    /// scheme's own is meant.
    ///
    /// - Throws: `invalidURL` for anything else. The message never repeats the text.
    package init(written text: String) throws(OutgoingHTTPError) {
        let url = try OutgoingURL(parsing: text.contains("://") ? text : "https://" + text)
        guard url.target == "/", !text.hasSuffix("/"), !text.contains("#") else {
            throw OutgoingHTTPError(.invalidURL, "An origin is a host and if need be a port, without a path.")
        }
        self = url.origin
    }

    init(scheme: String, host: String, port: Int) {
        self.scheme = scheme
        self.host = host
        self.port = port
    }

    /// Whether what is sent there stays on this machine. A name that only looks like an address is none.
    package var isLoopback: Bool { Loopback.contains(host: host) }

    /// In one spelling, which `init(written:)` reads.
    package var text: String { "\(scheme)://\(host):\(port)" }
}
