/// The limits that an `OutgoingHTTPClient` sets on every request.
public struct OutgoingHTTPConfiguration: Sendable, Hashable {
    /// How long a connection may take to come about, name look-up and TLS included.
    public var connectTimeout: Duration
    /// The most bytes a body may have, after decompression. A request may ask for less.
    public var maximumBodyBytes: Int
    /// The hosts that may be called, each as `host` (any port) or `host:port`, in any case; `nil` for all.
    public var allowedHosts: Set<String>?
    /// How long an unused connection is kept. Shorter than the five seconds after which common servers close theirs: a
    /// request on a connection that is just being closed would fail, and nothing is sent twice.
    public var idleTimeout: Duration
    /// Allowed hosts are checked whichever way a call takes.
    public var proxies: OutgoingProxies

    /// By default any host may be called directly, a connection has 3 seconds to come about, and a body 16 MiB at most.
    public init(
        connectTimeout: Duration = .seconds(3), maximumBodyBytes: Int = 16 << 20, allowedHosts: Set<String>? = nil,
        idleTimeout: Duration = .seconds(4), proxies: OutgoingProxies = OutgoingProxies()
    ) {
        self.connectTimeout = connectTimeout
        self.maximumBodyBytes = maximumBodyBytes
        self.allowedHosts = allowedHosts
        self.idleTimeout = idleTimeout
        self.proxies = proxies
    }

    func allows(_ url: OutgoingURL) -> Bool { allowedHosts.map(url.isAmong) ?? true }
}
