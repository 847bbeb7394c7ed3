/// An answer with its whole body, decompressed.
public struct OutgoingResponse: Sendable {
    public let status: Int
    /// In the order received.
    public let headers: [(name: String, value: String)]
    public let body: [UInt8]

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
