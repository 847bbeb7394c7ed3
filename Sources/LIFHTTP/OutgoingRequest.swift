/// One HTTP request to another system.
public struct OutgoingRequest: Sendable {
    /// The HTTP methods that are used.
    public enum Method: String, Sendable, Hashable, CaseIterable {
        case get = "GET"
        case head = "HEAD"
        case post = "POST"
        case put = "PUT"
        case patch = "PATCH"
        case delete = "DELETE"
    }

    /// The method; nothing is retried, whichever it is.
    public var method: Method
    /// An absolute `http` or `https` URL by RFC 3986. What it is made of must be percent-encoded already.
    public var url: String
    /// Sent as given. `Host` and what frames a message or its connection is the client's own and refused here.
    public var headers: [(name: String, value: String)]
    /// The body's bytes, sent as they are; `nil` for none. `Content-Type` is the caller's to set.
    public var body: [UInt8]?
    /// From the start to the last byte of the answer.
    public var timeout: Duration
    /// The most bytes of this answer, after decompression; `nil` for the client's limit, which is never exceeded.
    public var maximumBodyBytes: Int?

    /// A request to send once. It is checked when it is sent.
    public init(
        _ method: Method = .get, url: String, headers: [(name: String, value: String)] = [], body: [UInt8]? = nil,
        timeout: Duration, maximumBodyBytes: Int? = nil
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.timeout = timeout
        self.maximumBodyBytes = maximumBodyBytes
    }
}
