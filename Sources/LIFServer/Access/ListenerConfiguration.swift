import LIFModel

/// Where a component listens and whom it lets in.
public struct ListenerConfiguration: Sendable {
    /// What becomes of a request that brings no token, where one is configured.
    public enum TokenMode: String, Sendable, Hashable, CaseIterable {
        case enforce, accept
    }

    /// The address to bind. Anything but loopback needs a token, or `isOpen`.
    public var host: String
    /// 0 for any free port.
    public var port: Int
    /// Whether requests are answered without a token although others than this machine may send them. Only without `token`.
    public var isOpen: Bool
    /// When set, requests must carry `Authorization: Bearer` or `X-API-Key` with it. Never printed.
    public var token: String? {
        get { secret?.reveal() }
        set { secret = newValue.map { Secret($0) } }
    }
    /// `accept`: a request without any token is answered, counted and logged; one with a wrong token is refused as usual.
    public var tokenMode: TokenMode
    /// When set, `POST /orchestration/results` takes this token too, and never goes without one. Never printed.
    public var resultsToken: String? {
        get { resultsSecret?.reveal() }
        set { resultsSecret = newValue.map { Secret($0) } }
    }
    private var secret: Secret?
    private var resultsSecret: Secret?
    /// Names that a request's `Host` may give beside loopback ones; empty allows any when a token is set, or `isOpen`.
    public var allowedHosts: [String]
    /// Bytes that a request's body may have.
    public var maximumBodyBytes: Int
    /// Bytes that the bodies of all requests in work may have together; one that is larger waits until it is alone.
    public var bodyBudget: Int
    /// Connections that may be open at the same time, and a few more that get answers to `/health` and `/metrics` only.
    public var maximumConnections: Int
    /// A connection on which nothing comes for so long, between requests or inside one, is closed. Whole seconds.
    public var idleTimeout: Duration

    /// Listens on loopback without a token unless other values are given; nothing is checked here.
    public init(
        host: String = "127.0.0.1", port: Int, isOpen: Bool = false, token: String? = nil,
        tokenMode: TokenMode = .enforce, resultsToken: String? = nil, allowedHosts: [String] = [],
        maximumBodyBytes: Int = 4 << 20, bodyBudget: Int = 64 << 20, maximumConnections: Int = 4_096,
        idleTimeout: Duration = .seconds(75)
    ) {
        self.host = host
        self.port = port
        self.isOpen = isOpen
        secret = token.map { Secret($0) }
        self.tokenMode = tokenMode
        resultsSecret = resultsToken.map { Secret($0) }
        self.allowedHosts = allowedHosts
        self.maximumBodyBytes = maximumBodyBytes
        self.bodyBudget = bodyBudget
        self.maximumConnections = maximumConnections
        self.idleTimeout = idleTimeout
    }

    /// The same with no more connections than a process can have beside its work with sources and files, for which half of
    /// its descriptors are left.
    ///
    /// - Parameters:
    ///   - descriptors: That the process may have.
    ///   - components: That listen in the process.
    public func bounded(byDescriptors descriptors: Int, components: Int) -> ListenerConfiguration {
        var bounded = self
        let share = descriptors / 2 / max(components, 1) - Connections.reserve
        bounded.maximumConnections = min(maximumConnections, max(share, 1))
        return bounded
    }

    /// Whether only this machine can connect to the host.
    public var isLoopback: Bool { Loopback.contains(host: host) }
    /// Whether the address stands for all addresses of the machine.
    public var isEveryInterface: Bool { ["0.0.0.0", "::"].contains(host) }
    /// Whether requests without a token are answered although a token is known.
    public var acceptsNoToken: Bool { token != nil && tokenMode == .accept }

    /// What whoever starts the component must be warned of: that it answers requests without a token.
    ///
    /// - Parameter component: Whose listener this is.
    public func warnings(for component: ListeningService.Component) -> [String] {
        let place = isEveryInterface ? "all interfaces (\(host))" : host
        if isOpen {
            return [
                "The \(component.title) is open: it answers at \(place), port \(port), without a token. Whoever reaches it "
                    + "can read learners' records. Let only the services that need it reach it, or set "
                    + "\(component.settings).token."
            ]
        }
        if acceptsNoToken {
            return [
                "The \(component.title) also answers requests without its token at \(place), port \(port) "
                    + "(\(component.settings).token_mode: accept). The log names the addresses that they come from. Set "
                    + "\(component.settings).token_mode to enforce when none come any more."
            ]
        }
        return []
    }
}
