import HTTPTypes
import LIFModel

/// A header field that the library has no name for.
struct LIFField: Sendable {
    static let accelBuffering = LIFField("X-Accel-Buffering")
    static let apiKey = LIFField("X-API-Key")
    /// Fetch Metadata Request Headers (W3C), section 2.3.
    static let fetchSite = LIFField("Sec-Fetch-Site")
    static let idempotencyKey = LIFField("Idempotency-Key")
    static let lastEventID = LIFField("Last-Event-ID")
    static let missing = LIFField("LIF-Missing")
    static let prefer = LIFField("Prefer")
    static let via = LIFField(FederationPath.headerName)

    /// Each of the names above is one.
    fileprivate let name: HTTPField.Name?

    private init(_ name: String) { self.name = HTTPField.Name(name) }
}

extension HTTPFields {
    subscript(field: LIFField) -> String? {
        get { field.name.flatMap { self[$0] } }
        set { if let name = field.name { self[name] = newValue } }
    }

    func values(of field: LIFField) -> [String] { field.name.map { self[values: $0] } ?? [] }
}
