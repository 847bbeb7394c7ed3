/// Why a request has no answer. Its text never holds the URL, a header's value, or anything of a body.
public struct OutgoingHTTPError: Error, Sendable, Hashable {
    /// The reason why a request has no answer.
    public enum Kind: Sendable, Hashable {
        /// Not an `http` or `https` URL, or one with characters or parts that are refused. Nothing was sent.
        case invalidURL
        /// A header that is refused. Nothing was sent.
        case invalidHeader
        /// The host is not among the allowed ones. Nothing was sent.
        case hostNotAllowed
        /// There is no connection to the host, or it was lost before the answer was complete.
        case unreachable
        /// The answer was not complete within the request's time-out.
        case timeout
        /// The body has more bytes than this, after decompression.
        case tooLarge(limit: Int)
        /// The encrypted connection could not be made, or its certificate is not trusted.
        case tls
        /// What came back is not a well-formed HTTP answer.
        case protocolError
        /// The proxy that the call goes through was not reached, or did not let it through.
        case proxy(mayPass: Bool)
        /// The task was cancelled, or the client shut down.
        case cancelled
    }

    /// What programs act on.
    public let kind: Kind
    /// A sentence for people.
    public let message: String

    /// An error of a kind; without a message it has the kind's own sentence.
    public init(_ kind: Kind, _ message: String? = nil) {
        self.kind = kind
        self.message = message ?? kind.sentence
    }
}

extension OutgoingHTTPError {
    /// The message as it continues a sentence of the caller's, which ends it: `The MDR is not available: …`.
    package var clause: String {
        let text = message.hasSuffix(".") ? message.dropLast() : message[...]
        return text.prefix(1).lowercased() + text.dropFirst()
    }
}

extension OutgoingHTTPError: CustomStringConvertible {
    /// The message.
    public var description: String { message }
}

extension OutgoingHTTPError.Kind {
    fileprivate var sentence: String {
        switch self {
        case .invalidURL: "The URL cannot be called."
        case .invalidHeader: "A header is not allowed."
        case .hostNotAllowed: "The host is not among the allowed ones."
        case .unreachable: "No connection could be made."
        case .timeout: "There was no complete answer in time."
        case .tooLarge(let limit): "The answer is larger than \(limit) bytes."
        case .tls: "No trusted encrypted connection could be made."
        case .protocolError: "The answer is not well-formed HTTP."
        case .proxy: "The proxy did not let the call through."
        case .cancelled: "The request was cancelled."
        }
    }
}
