/// What an HTTP status that is no success says about the one who answered.
struct FailureStatus: Sendable {
    let code: Int

    init(_ code: Int) { self.code = code }

    /// The same request may succeed later: 408, 425, 429, and 5xx but for what is not implemented (501, 505) and a loop (508).
    var mayPass: Bool {
        [408, 425, 429].contains(code) || ((500..<600).contains(code) && ![501, 505, 508].contains(code))
    }

    /// Our credential was refused, so each request of ours will be: 401 and 403, and 407 of a proxy.
    var isRefusal: Bool { [401, 403, 407].contains(code) }
}
