public import LIFModel

/// Where a remote Identity Mapper runs, and how long what it says is used.
public struct IdentityMapperConfiguration: Sendable, Hashable {
    /// An absolute `http` or `https` URL; `/organizations/…` is appended to it.
    public var baseURL: String
    /// Sent as `Authorization: Bearer`; `nil` for a mapper that asks for none.
    public var token: Secret?
    /// Our own organisation, as the mapper names it.
    public var organization: String
    /// How long a person's mappings are used without asking again.
    public var timeToLive: Duration
    /// How long after that they are used when the mapper is down; zero for never.
    public var staleWhenDown: Duration
    /// For one request.
    public var timeout: Duration

    /// By default mappings are used for one hour, and for a week more when the mapper is down.
    public init(
        baseURL: String, token: Secret? = nil, organization: String, timeToLive: Duration = .seconds(3_600),
        staleWhenDown: Duration = .seconds(7 * 86_400), timeout: Duration = .seconds(5)
    ) {
        self.baseURL = baseURL
        self.token = token
        self.organization = organization
        self.timeToLive = timeToLive
        self.staleWhenDown = staleWhenDown
        self.timeout = timeout
    }
}
