/// Where an Orchestrator runs that is not in this process.
public struct RemoteOrchestratorConfiguration: Sendable, Hashable {
    /// An absolute `http` or `https` URL; `/jobs` is put behind it.
    public var baseURL: String
    /// Sent as `Authorization: Bearer`. Never printed.
    public var token: String?
    /// How long one request may take. A result is waited for in several, so a plan may take longer.
    public var requestTimeout: Duration
    /// Bytes, decompressed, that a job's results may have.
    public var maximumAnswerBytes: Int

    public init(
        baseURL: String, token: String? = nil, requestTimeout: Duration = .seconds(30),
        maximumAnswerBytes: Int = 256 << 20
    ) {
        self.baseURL = baseURL
        self.token = token
        self.requestTimeout = requestTimeout
        self.maximumAnswerBytes = maximumAnswerBytes
    }
}

extension RemoteOrchestratorConfiguration: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String { "RemoteOrchestratorConfiguration(\(baseURL))" }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: ["baseURL": baseURL]) }
}
