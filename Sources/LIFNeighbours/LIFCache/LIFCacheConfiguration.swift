public import LIFModel

/// Where a LIF Cache runs.
public struct LIFCacheConfiguration: Sendable, Hashable {
    /// An absolute `http` or `https` URL; `/query` and `/save` are put behind it.
    public var baseURL: String
    /// Sent as `Authorization: Bearer`.
    public var token: Secret?
    /// How long one request may take.
    public var timeout: Duration
    /// Whether what was fetched is written where the cache has nothing; else it is only read.
    public var isWritten: Bool
    /// Bytes, decompressed, that an answer may have.
    public var maximumAnswerBytes: Int

    public init(
        baseURL: String, token: Secret? = nil, timeout: Duration = .seconds(5), isWritten: Bool = true,
        maximumAnswerBytes: Int = 64 << 20
    ) {
        self.baseURL = baseURL
        self.token = token
        self.timeout = timeout
        self.isWritten = isWritten
        self.maximumAnswerBytes = maximumAnswerBytes
    }
}
