/// Through which proxy a host is called.
public struct OutgoingProxies: Sendable, Hashable {
    /// For `http` URLs.
    public var http: OutgoingProxy?
    /// For `https` URLs.
    public var https: OutgoingProxy?
    /// The hosts that are called directly all the same.
    public var exceptions: ProxyExceptions

    /// No proxy for any scheme, unless given.
    public init(
        http: OutgoingProxy? = nil, https: OutgoingProxy? = nil, exceptions: ProxyExceptions = ProxyExceptions()
    ) {
        self.http = http
        self.https = https
        self.exceptions = exceptions
    }

    /// - Returns: `nil` for a host that is called directly.
    func proxy(for url: OutgoingURL) -> OutgoingProxy? {
        guard let proxy = url.scheme == "https" ? https : http else { return nil }
        return exceptions.contain(url.host, port: url.port) ? nil : proxy
    }

    /// A sentence for the log of a process; `nil` when there is no proxy. It shows no credential.
    public var summary: String? {
        let ways = [("http", http), ("https", https)].compactMap { scheme, proxy in
            proxy.map { "\(scheme) calls go through the proxy \($0)" }
        }
        guard !ways.isEmpty else { return nil }
        let others = exceptions.isEmpty ? "" : " and the hosts of NO_PROXY"
        return "By the environment, \(ways.joined(separator: ", ")); this machine\(others) directly"
    }
}
