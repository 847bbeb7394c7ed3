public import LIFModel

/// Where callbacks may be posted, and how they are signed.
public struct HTTPCallbackConfiguration: Sendable, Hashable {
    /// A host that callbacks may go to.
    public struct Host: Sendable, Hashable {
        /// `host` (any port) or `host:port`, in any case.
        public var name: String
        /// Sent as `Authorization: Bearer`; `nil` for a host that asks for none.
        public var token: Secret?
        /// Signs what goes to this host, instead of the secret for all.
        public var signingSecret: Secret?

        public init(_ name: String, token: Secret? = nil, signingSecret: Secret? = nil) {
            self.name = name
            self.token = token
            self.signingSecret = signingSecret
        }
    }

    /// Nothing is sent to any other. Of two that fit, the one with a port holds.
    public var hosts: [Host]
    /// Signs callbacks by the Standard Webhooks specification; `nil` for none. `WebhookSignature` says what it may be.
    public var signingSecret: Secret?
    /// For one attempt.
    public var requestTimeout: Duration

    public init(hosts: [Host], signingSecret: Secret? = nil, requestTimeout: Duration = .seconds(15)) {
        self.hosts = hosts
        self.signingSecret = signingSecret
        self.requestTimeout = requestTimeout
    }
}
