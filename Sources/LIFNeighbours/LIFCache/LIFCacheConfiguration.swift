public import LIFModel

/// Where a LIF Cache runs.
public struct LIFCacheConfiguration: Sendable, Hashable {
    /// What queries use it for.
    public enum Role: String, Sendable, Hashable, CaseIterable {
        /// The organisation's own records in it are a source; it is never written.
        case ownSource = "own-source"
        /// It is asked for paths that no source supplies, and where sources fail; it gets what was fetched.
        case fallback
        /// Nothing.
        case off
    }

    /// An absolute `http` or `https` URL; `/query` and `/save` are appended to it.
    public var baseURL: String
    /// Sent as `Authorization: Bearer`.
    public var token: Secret?
    /// How long one request may take.
    public var timeout: Duration
    /// What queries use the cache for.
    public var role: Role
    /// How long the organisation's own records stay fresh here after they were read; zero: each query reads them.
    public var timeToLive: Duration
    /// As a fallback: whether what was fetched is written where the cache has nothing; else it is only read.
    public var isWritten: Bool
    /// Bytes, decompressed, that an answer may have.
    public var maximumAnswerBytes: Int

    /// By default the cache is a source of the organisation's own records, which each query reads anew.
    public init(
        baseURL: String, token: Secret? = nil, timeout: Duration = .seconds(5), role: Role = .ownSource,
        timeToLive: Duration = .zero, isWritten: Bool = true, maximumAnswerBytes: Int = 64 << 20
    ) {
        self.baseURL = baseURL
        self.token = token
        self.timeout = timeout
        self.role = role
        self.timeToLive = timeToLive
        self.isWritten = isWritten
        self.maximumAnswerBytes = maximumAnswerBytes
    }
}
