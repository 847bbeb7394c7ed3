/// An answer with its whole body, decompressed.
public struct OutgoingResponse: Sendable {
    /// The HTTP status code, whatever it is: redirects are not followed.
    public let status: Int
    /// In the order received.
    public let headers: [(name: String, value: String)]
    /// The whole body, decompressed; empty when there is none, when it could not be read, or when only the head was asked for.
    public let body: [UInt8]

    /// An answer made of its parts, as the client reads it and as stand-ins give it.
    public init(status: Int, headers: [(name: String, value: String)] = [], body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// The first header of that name, in any case.
    public func header(_ name: String) -> String? {
        let asked = name.lowercased()
        return headers.first { $0.name.lowercased() == asked }?.value
    }

    /// 200 to 299.
    public var isSuccess: Bool { (200..<300).contains(status) }
}
