import NIOHTTP1

/// The exchanges of requests and answers on one connection (RFC 9110, RFC 9112), as a state machine.
///
/// Hummingbird knows neither the version of a request nor `Expect`. This rewrites heads so that it need not.
struct ConnectionExchange {
    /// What to do when an answer was written to its end.
    enum Next: Equatable {
        /// The request was read to its end, so the next one may come.
        case goOn
        /// The rest of the request's body is read and dropped, but not for ever.
        case awaitRest
        /// The client holds its body back until it is asked to send it. It never will be.
        case stopWriting
    }

    private struct Request {
        let isHTTP10: Bool
        let closesConnection: Bool
        /// It waits for `100 Continue` before it sends its body.
        var isHeldBack: Bool
    }

    /// Requests without the end of their answers, oldest first. Only the last one may still be coming in.
    private var unanswered: [Request] = []
    private var isReceiving = false

    /// Whether a client waits for `100 Continue` before it sends the body. One of HTTP/1.0 does not.
    static func isHeldBack(_ head: HTTPRequestHead) -> Bool {
        (head.version.major, head.version.minor) >= (1, 1)
            && head.headers[canonicalForm: "Expect"].contains { $0.lowercased() == "100-continue" }
    }

    /// Takes a request's head, and changes it to what the routes understand.
    mutating func receive(_ head: inout HTTPRequestHead) {
        isReceiving = true
        let isHTTP10 = (head.version.major, head.version.minor) < (1, 1)
        // Several become a list, which is no host; none becomes an empty one, but in HTTP/1.0, where none is needed.
        let hosts = head.headers["Host"]
        if hosts.count > 1 || (hosts.isEmpty && !isHTTP10) {
            head.headers.replaceOrAdd(name: "Host", value: hosts.joined(separator: ", "))
        }
        // RFC 9110, 10.1.1: of a client of HTTP/1.0 it comes from one after it that does not hear the answer.
        if isHTTP10 { head.headers.remove(name: "Expect") }
        // In HTTP/1.0 a compressed answer would end without a length; HEAD has no body to compress.
        let takesGzip =
            !isHTTP10 && head.method != .HEAD && Compression.isWanted(head.headers["Accept-Encoding"])
        head.headers.remove(name: "Accept-Encoding")
        if takesGzip { head.headers.add(name: "Accept-Encoding", value: "gzip") }
        let closes =
            isHTTP10 || head.headers[canonicalForm: "Connection"].contains { $0.lowercased() == "close" }
        if closes { head.headers.replaceOrAdd(name: "Connection", value: "close") }
        unanswered.append(
            Request(
                isHTTP10: isHTTP10, closesConnection: closes, isHeldBack: Self.isHeldBack(head)))
    }

    /// The request that came in last has ended.
    mutating func receiveEnd() {
        isReceiving = false
    }

    /// Whether to write `100 Continue` before the answer that is next, whose request's body is to be read.
    mutating func mayContinue() -> Bool {
        guard isReceiving, unanswered.count == 1, unanswered[0].isHeldBack else { return false }
        unanswered[0].isHeldBack = false
        return true
    }

    /// Changes an answer's head to what the request's client understands.
    func answer(_ head: inout HTTPResponseHead) {
        guard let request = unanswered.first else { return }
        // Without a length, an answer to HTTP/1.0 ends where the connection does: there are no chunks.
        if request.isHTTP10 { head.version = .http1_0 }
        if request.closesConnection || isHoldingBack { head.headers.replaceOrAdd(name: "Connection", value: "close") }
    }

    /// The oldest answer has been written to its end.
    mutating func answerEnd() -> Next {
        let isHoldingBack = isHoldingBack
        if !unanswered.isEmpty { unanswered.removeFirst() }
        guard isReceiving, unanswered.isEmpty else { return .goOn }
        return isHoldingBack ? .stopWriting : .awaitRest
    }

    /// Whether the answer that is next is to a request whose body was never asked for.
    private var isHoldingBack: Bool { isReceiving && unanswered.count == 1 && unanswered[0].isHeldBack }
}
