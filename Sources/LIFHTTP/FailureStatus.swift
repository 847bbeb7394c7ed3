/// What an HTTP status that is no success says about the one who answered: the one rule for information sources and
/// neighbours. Whether a callback is tried again its receiver decides otherwise.
public struct FailureStatus: Sendable, Hashable {
    /// The status as it was received.
    public let code: Int

    /// Takes a status that is no success; of any other the properties say nothing.
    public init(_ code: Int) { self.code = code }

    /// The same request may succeed later: 408, 425, 429 and 5xx.
    public var mayPass: Bool { [408, 425, 429].contains(code) || (500..<600).contains(code) }

    /// Our credential was refused, so each request of ours will be: 401 and 403, and 407 of a proxy.
    public var isRefusal: Bool { [401, 403, 407].contains(code) }

    /// It says something about what was asked, and nothing about whether the one who answered is well. Another request
    /// may succeed at once.
    public var isAboutRequest: Bool { !mayPass && !isRefusal }
}
