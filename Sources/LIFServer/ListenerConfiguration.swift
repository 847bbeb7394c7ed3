/// Where a component listens and whom it lets in.
public struct ListenerConfiguration: Sendable {
    /// The address to bind. Anything but loopback needs a token.
    public var host: String
    /// 0 for any free port.
    public var port: Int
    /// When set, requests must carry `Authorization: Bearer` or `X-API-Key` with it. Never printed.
    public var token: String?
    /// When set, `POST /orchestration/results` takes this token too, and never goes without one. Never printed.
    public var resultsToken: String?
    /// Names that a request's `Host` may give beside loopback ones; empty allows any when a token is set.
    public var allowedHosts: [String]
    /// Bytes that a request's body may have.
    public var maximumBodyBytes: Int
    /// A connection on which nothing comes for so long, between requests or inside one, is closed. Whole seconds.
    public var idleTimeout: Duration

    public init(
        host: String = "127.0.0.1", port: Int, token: String? = nil, resultsToken: String? = nil,
        allowedHosts: [String] = [], maximumBodyBytes: Int = 4 << 20, idleTimeout: Duration = .seconds(75)
    ) {
        self.host = host
        self.port = port
        self.token = token
        self.resultsToken = resultsToken
        self.allowedHosts = allowedHosts
        self.maximumBodyBytes = maximumBodyBytes
        self.idleTimeout = idleTimeout
    }

    public var isLoopback: Bool { ["127.0.0.1", "::1", "localhost"].contains(host) }
}
