public import LIFModel

/// Where a LIF Translator runs.
public struct TranslatorConfiguration: Sendable, Hashable {
    /// An absolute `http` or `https` URL; `/translate/…` is appended to it.
    public var baseURL: String
    /// Sent as `Authorization: Bearer`; `nil` for a Translator that asks for none.
    public var token: Secret?
    /// Sent as `X-API-Tenant-Schema`; the Translator asks its MDR for that tenant. `nil` for the one taken by itself.
    public var tenantSchema: String?
    /// For one request; the time-out of the task, over all attempts, is `TaskRunner`'s.
    public var requestTimeout: Duration
    /// Bytes, decompressed, that one record may have; a longer one fails with reason `answer-too-large`.
    public var maximumAnswerBytes: Int

    /// By default one request takes 60 seconds at most and a record has 16 MiB at most.
    public init(
        baseURL: String, token: Secret? = nil, tenantSchema: String? = nil, requestTimeout: Duration = .seconds(60),
        maximumAnswerBytes: Int = 16 << 20
    ) {
        self.baseURL = baseURL
        self.token = token
        self.tenantSchema = tenantSchema
        self.requestTimeout = requestTimeout
        self.maximumAnswerBytes = maximumAnswerBytes
    }
}
