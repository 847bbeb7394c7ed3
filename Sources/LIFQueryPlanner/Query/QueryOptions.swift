public import LIFModel

/// How a query is to be answered, beside what it asks.
public struct QueryOptions: Sendable, Hashable {
    /// Whether the client takes a correlation id instead of the answer.
    public enum Asynchrony: Sendable, Hashable {
        /// It waits. When its time is up it gets an error that says so.
        case refused
        /// For a large query, or when its time is up.
        case allowed
        /// For whatever the cache cannot answer.
        case preferred
    }

    /// How old data may be at most; zero for none that is kept, `nil` for any that is fresh (`Cache-Control` of a request,
    /// RFC 9111, 5.2.1).
    public var maximumAge: Duration?
    /// The organisations whose planners the query came through.
    public var via: FederationPath
    /// Whether the client takes a correlation id, so that the query may go on when its request has ended.
    public var asynchrony: Asynchrony
    /// How long the client waits; the configured time when `nil`. Never longer than that.
    public var wait: Duration?

    /// Options; by default those of a client that waits for fresh data as long as the configuration allows, and takes no
    /// correlation id.
    public init(
        maximumAge: Duration? = nil, via: FederationPath = FederationPath(), asynchrony: Asynchrony = .refused,
        wait: Duration? = nil
    ) {
        self.maximumAge = maximumAge
        self.via = via
        self.asynchrony = asynchrony
        self.wait = wait
    }
}
