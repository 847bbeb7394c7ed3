import AsyncHTTPClient

/// A proxy that calls go through. Describing or dumping it shows no credential.
public struct OutgoingProxy: Sendable, Hashable {
    /// Why a text names no proxy that can be used: said after the variable's name.
    public struct Problem: Error, Sendable, Hashable {
        /// The end of a sentence that begins with the variable's name: "names a SOCKS proxy; …".
        public let reason: String
    }

    /// A name, or an address without brackets.
    public let host: String
    /// The port; 80 where none was written.
    public let port: Int
    /// The variable of the environment that names it, for messages.
    public let variable: String
    /// User and password, as they stand in `Proxy-Authorization` after `Basic`.
    let credentials: String?

    /// Reads the value of a variable that names a proxy.
    ///
    /// - Parameters:
    ///   - text: `http://host:port`, also without the scheme; user and password may stand before the host, percent-encoded:
    ///     `http://user:password@host:port`. Without a port it is 80.
    ///   - variable: The variable of the environment that has this value.
    /// - Throws: `Problem`, which repeats nothing of the text.
    public init(_ text: String, variable: String) throws(Problem) {
        var rest = text[...]
        if let colon = text.firstIndex(of: ":"), text[colon...].hasPrefix("://") {
            let scheme = text[..<colon].lowercased()
            if scheme.hasPrefix("socks") {
                throw Problem(reason: "names a SOCKS proxy; only HTTP proxies are supported")
            }
            if scheme == "https" {
                throw Problem(
                    reason:
                        "names a proxy that speaks TLS itself, which is not supported; https hosts are reached through "
                        + "a proxy with http://, too")
            }
            guard scheme == "http" else { throw Problem(reason: "does not start with http://") }
            rest = text[colon...].dropFirst(3)
        }
        let authority = rest.prefix { !"/?#".contains($0) }
        let at = authority.lastIndex(of: "@")
        let url: OutgoingURL
        do throws(OutgoingHTTPError) {
            // A password with a slash would end the host before it.
            guard ["", "/"].contains(rest[authority.endIndex...]) else { throw OutgoingHTTPError(.invalidURL) }
            url = try OutgoingURL(parsing: "http://\(at.map { authority[$0...].dropFirst() } ?? authority)")
        } catch {
            throw Problem(
                reason: "is no URL of a proxy. Write http://host:port; characters of user and password that "
                    + "are not letters or digits are percent-encoded")
        }
        host = url.host.hasPrefix("[") ? String(url.host.dropFirst().dropLast()) : url.host
        port = url.port
        self.variable = variable
        credentials = try at.flatMap { (at) throws(Problem) in try Self.credentials(authority[..<at]) }
    }

    private static func credentials(_ user: Substring) throws(Problem) -> String? {
        if user.isEmpty { return nil }
        let parts = user.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard let name = parts[0].percentDecoded, let password = parts.count == 1 ? "" : parts[1].percentDecoded else {
            throw Problem(reason: "has a user or password that is not percent-encoded UTF-8")
        }
        return String(HTTPClient.Authorization.basic(username: name, password: password).headerValue.dropFirst(6))
    }

    /// As it is named in messages.
    var place: String { "\(host.contains(":") ? "[\(host)]" : host):\(port)" }
}

extension OutgoingProxy: CustomStringConvertible, CustomReflectable {
    /// Host, port and the variable that names it, without user and password.
    public var description: String { "\(place) (\(variable))" }
    /// A mirror of the same parts, so that `dump` shows no credential.
    public var customMirror: Mirror { Mirror(self, children: ["place": place, "variable": variable]) }
}
