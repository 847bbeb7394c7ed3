public import LIFModel

/// Where a Metadata Repository (MDR) runs, and what is taken from it.
public struct MDRConfiguration: Sendable, Hashable {
    /// An absolute `http` or `https` URL; `/datamodels/…` is appended to it.
    public var baseURL: String
    /// Sent as `X-API-Key`; `nil` for an MDR that asks for none.
    public var apiKey: Secret?
    /// Sent as `X-API-Tenant-Schema`; `nil` for the tenant that the MDR takes by itself.
    public var tenantSchema: String?
    /// The id of the data model of LIF records; `nil` to take transformations only.
    public var dataModelID: String?
    /// After how long what was fetched is fetched again.
    public var expiry: Duration
    /// For one request.
    public var timeout: Duration
    /// Bytes, decompressed, that one answer may have.
    public var maximumAnswerBytes: Int

    /// By default what was fetched is used for one hour, and one request takes 30 seconds at most.
    public init(
        baseURL: String, apiKey: Secret? = nil, tenantSchema: String? = nil, dataModelID: String? = nil,
        expiry: Duration = .seconds(3_600), timeout: Duration = .seconds(30), maximumAnswerBytes: Int = 32 << 20
    ) {
        self.baseURL = baseURL
        self.apiKey = apiKey
        self.tenantSchema = tenantSchema
        self.dataModelID = dataModelID
        self.expiry = expiry
        self.timeout = timeout
        self.maximumAnswerBytes = maximumAnswerBytes
    }
}
