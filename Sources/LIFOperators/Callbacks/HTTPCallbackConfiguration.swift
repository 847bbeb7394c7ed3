public import LIFModel

/// Where callbacks may be posted, and how they are signed.
public struct HTTPCallbackConfiguration: Sendable, Hashable {
    /// An origin that callbacks may go to.
    public struct Host: Sendable, Hashable {
        /// `host` or `host:port` for `https`, or with `http://` before it for `http`; without a port the scheme's own is
        /// meant.
        public var name: String
        /// Sent as `Authorization: Bearer`; `nil` for a host that asks for none.
        public var token: Secret?
        /// Signs what goes to this host, instead of the secret for all.
        public var signingSecret: Secret?

        /// An origin to allow. Its name is checked when an `HTTPCallbackOperator` is made.
        public init(_ name: String, token: Secret? = nil, signingSecret: Secret? = nil) {
            self.name = name
            self.token = token
            self.signingSecret = signingSecret
        }
    }

    /// Nothing is sent to any other.
    public var hosts: [Host]
    /// Signs callbacks by the Standard Webhooks specification; `nil` for none. `WebhookSignature` says what it may be.
    public var signingSecret: Secret?
    /// For one attempt: until its answer's status is there.
    public var requestTimeout: Duration

    /// By default callbacks are not signed and one attempt takes 15 seconds at most.
    public init(hosts: [Host], signingSecret: Secret? = nil, requestTimeout: Duration = .seconds(15)) {
        self.hosts = hosts
        self.signingSecret = signingSecret
        self.requestTimeout = requestTimeout
    }
}
