public import LIFModel

/// How one partner's LIF API is reached (adapter `lif-to-lif`).
public struct LIFToLIFConfiguration: Sendable, Hashable {
    /// Which header carries the token; deployed LIF APIs take either.
    public enum Authorization: String, Sendable, Hashable, CaseIterable {
        /// `Authorization: Bearer`.
        case bearer
        /// `X-API-Key`.
        case apiKey = "api-key"
    }

    /// The GraphQL endpoint: an absolute `http` or `https` URL such as `https://lif.example.edu/graphql`.
    public var endpoint: String
    /// Sent with every request; `nil` for a partner that asks for none.
    public var token: Secret?
    /// The header that the token goes into.
    public var authorization: Authorization
    /// How long the partner's schema is kept before introspection asks for it again.
    public var schemaLifetime: Duration
    /// Bytes, decompressed, that one answer may have; a longer one fails with reason `answer-too-large`.
    public var maximumAnswerBytes: Int

    /// By default the schema is kept for one hour and an answer has 16 MiB at most.
    public init(
        endpoint: String, token: Secret? = nil, authorization: Authorization = .bearer,
        schemaLifetime: Duration = .seconds(3_600), maximumAnswerBytes: Int = 16 << 20
    ) {
        self.endpoint = endpoint
        self.token = token
        self.authorization = authorization
        self.schemaLifetime = schemaLifetime
        self.maximumAnswerBytes = maximumAnswerBytes
    }
}
