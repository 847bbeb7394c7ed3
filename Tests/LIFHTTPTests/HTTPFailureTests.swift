import Foundation
import LIFHTTP
import LIFModel
import Testing

@Suite("What has failed over HTTP")
struct HTTPFailureTests {
    /// One row: what came, its reason, whether another request may succeed for a source and a neighbour, whether for a webhook,
    /// whether it says something about the request alone, and whether the request may have been carried out.
    private typealias Row = (
        status: Int, reason: Failure.Reason, mayPass: Bool, mayPassForWebhook: Bool, isAboutRequest: Bool,
        mayHaveArrived: Bool
    )

    private static let statuses: [Row] = [
        (301, .sourceError, false, true, true, false), (304, .sourceError, false, true, true, false),
        (400, .sourceError, false, true, true, false), (401, .refused, false, true, false, false),
        (403, .refused, false, true, false, false), (404, .sourceError, false, true, true, false),
        (405, .sourceError, false, true, true, false), (407, .refused, false, true, false, false),
        (408, .sourceError, true, true, false, false), (409, .sourceError, false, true, true, false),
        (410, .sourceError, false, false, true, false), (413, .sourceError, false, true, true, false),
        (422, .sourceError, false, true, true, false), (425, .sourceError, true, true, false, false),
        (429, .sourceError, true, true, false, false), (451, .sourceError, false, true, true, false),
        (500, .sourceError, true, true, false, true), (501, .sourceError, false, true, true, true),
        (502, .sourceError, true, true, false, true), (503, .sourceError, true, true, false, true),
        (504, .sourceError, true, true, false, true), (505, .sourceError, false, true, true, true),
        (507, .sourceError, true, true, false, true), (508, .sourceError, false, true, true, true),
        (522, .sourceError, true, true, false, true),
    ]

    @Test("The table of statuses", arguments: statuses.indices)
    func status(_ index: Int) {
        let row = Self.statuses[index]
        for peer in HTTPFailure.Peer.allCases {
            let failure = HTTPFailure(OutgoingResponse(status: row.status), of: peer)
            #expect(failure.reason == row.reason)
            #expect(failure.isRetryable == (peer == .webhook ? row.mayPassForWebhook : row.mayPass))
            #expect(failure.isAboutRequest == row.isAboutRequest)
            #expect(failure.mayHaveArrived == row.mayHaveArrived)
            #expect(failure.predicate.contains("HTTP \(row.status)"))
        }
    }

    private typealias Fault = (
        kind: OutgoingHTTPError.Kind, reason: Failure.Reason, mayPass: Bool, mayPassForWebhook: Bool,
        mayHaveArrived: Bool
    )

    private static let faults: [Fault] = [
        (.timeout, .timeout, true, true, true), (.unreachable, .unreachable, true, true, true),
        (.cancelled, .unreachable, true, true, true), (.protocolError, .invalidAnswer, true, true, true),
        (.proxy(mayPass: true), .unreachable, true, true, true),
        (.proxy(mayPass: false), .unreachable, false, true, false), (.tls, .unreachable, false, true, false),
        (.tooLarge(limit: 10), .answerTooLarge, false, true, true), (.invalidURL, .internal, false, false, false),
        (.invalidHeader, .internal, false, false, false), (.hostNotAllowed, .internal, false, false, false),
    ]

    @Test("The table of faults without an answer", arguments: faults.indices)
    func noAnswer(_ index: Int) {
        let row = Self.faults[index]
        for peer in HTTPFailure.Peer.allCases {
            let failure = HTTPFailure(OutgoingHTTPError(row.kind), of: peer)
            #expect(failure.reason == row.reason)
            #expect(failure.isRetryable == (peer == .webhook ? row.mayPassForWebhook : row.mayPass))
            #expect(!failure.isAboutRequest)
            #expect(failure.mayHaveArrived == row.mayHaveArrived)
            #expect(failure.cause?.kind == row.kind)
            #expect(failure.retryAfter == nil)
        }
    }

    @Test("Retry-After is read where the status may pass, and a webhook's is an hour at most")
    func retryAfter() {
        func asked(_ status: Int, _ text: String, _ peer: HTTPFailure.Peer) -> Duration? {
            HTTPFailure(
                OutgoingResponse(status: status, headers: [(name: "retry-after", value: text)]), of: peer,
                now: Date(timeIntervalSince1970: 1_700_000_000)
            ).retryAfter
        }
        #expect(asked(503, "7200", .source) == .seconds(7_200))
        #expect(asked(429, "7200", .neighbour) == .seconds(7_200))
        #expect(asked(503, "7200", .webhook) == .seconds(3_600))
        #expect(asked(503, "30", .webhook) == .seconds(30))
        #expect(asked(503, "Tue, 14 Nov 2023 22:13:50 GMT", .source) == .seconds(30))
        for peer in HTTPFailure.Peer.allCases {
            #expect(asked(404, "30", peer) == nil)
            #expect(asked(501, "30", peer) == nil)
            #expect(asked(503, "soon", peer) == nil)
        }
    }

    @Test("The error names who was asked, and has the code of such a one")
    func errors() {
        let busy = OutgoingResponse(status: 503, headers: [(name: "Retry-After", value: "7")])
        let source = HTTPFailure(busy, of: .source).error("The source")
        #expect(source.code == .operatorException && source.reason == .sourceError && source.blame == .source)
        #expect(source.isRetryable && source.retryAfter == .seconds(7))
        #expect(source.message == "The source answered with HTTP 503.")
        let neighbour = HTTPFailure(OutgoingHTTPError(.timeout), of: .neighbour).error("The MDR")
        #expect(neighbour.code == .neighbourNotAvailable && neighbour.reason == nil && neighbour.isRetryable)
        #expect(neighbour.message == "The MDR is not available: it did not answer in time.")
        #expect(neighbour.cause is OutgoingHTTPError)
        let webhook = HTTPFailure(OutgoingResponse(status: 404), of: .webhook).error("The receiver")
        #expect(webhook.code == .operatorException && webhook.isRetryable)
        let other = HTTPFailure(OutgoingResponse(status: 404), of: .neighbour).error("The MDR", "is elsewhere")
        #expect(other.message == "The MDR is not available: it is elsewhere." && !other.isRetryable)
    }
}
