public import Foundation
public import LIFModel

/// What it means that a request over HTTP has not succeeded: the one table for all who are asked.
///
/// No text holds anything that the one who was asked has said: that may be a learner's.
public struct HTTPFailure: Sendable {
    /// Who was asked: decides what may pass, and the code of the error.
    public enum Peer: Sendable, Hashable, CaseIterable {
        /// An information source, or a service that works on its data: `OperatorException` with a reason.
        case source
        /// Another component of a LIF system: `NeighbourNotAvailable`.
        case neighbour
        /// A receiver of webhooks: `OperatorException` with a reason. Receivers are deployed anew, their proxies answer
        /// meanwhile, tokens change, and whoever mends a setting finds the webhooks still owed: all but 410 may pass.
        case webhook
    }

    /// Who was asked.
    public let peer: Peer
    /// Why an information source's part fails by it.
    public let reason: Failure.Reason
    /// Whether the same request may succeed later.
    public let isRetryable: Bool
    /// It says something about what was asked, and nothing about whether the one who answered is well.
    public let isAboutRequest: Bool
    /// Whether the request may have been carried out: sending it again may make it twice.
    public let mayHaveArrived: Bool
    /// How long the one who answered asks to be left alone; only where it may pass.
    public let retryAfter: Duration?
    /// What it did, as it continues a sentence after its name: `did not answer in time`. Without a full stop.
    public let predicate: String
    /// Why there is no answer.
    public let cause: OutgoingHTTPError?

    /// The status by which a receiver says for good that it wants no more (Standard Webhooks, "Delivery retries").
    private static let gone = 410
    /// A receiver that asks for a longer wait gets this one: its next attempt must not be put off beyond the webhook's time.
    private static let longestWebhookPause = Duration.seconds(3_600)

    /// An answer that is no success.
    public init(_ answer: OutgoingResponse, of peer: Peer, now: Date = Date()) {
        self.peer = peer
        let status = FailureStatus(answer.status)
        reason = status.isRefusal ? .refused : .sourceError
        isRetryable = peer == .webhook ? status.code != Self.gone : status.mayPass
        isAboutRequest = !status.mayPass && !status.isRefusal
        mayHaveArrived = (500..<600).contains(status.code)
        let asked = answer.retryAfter(now: now.timeIntervalSince1970)
        retryAfter = peer == .webhook ? asked.map { min($0, Self.longestWebhookPause) } : asked
        predicate =
            switch status.code {
            case 300..<400: "answered with a redirect (HTTP \(status.code)), which is not followed. Check its address"
            case _ where status.isRefusal:
                "refused our credential (HTTP \(status.code)). Check the token or key that is configured for it"
            default: "answered with HTTP \(status.code)"
            }
        cause = nil
    }

    /// No answer at all.
    public init(_ error: OutgoingHTTPError, of peer: Peer) {
        self.peer = peer
        (reason, predicate) =
            switch error.kind {
            case .timeout: (.timeout, "did not answer in time")
            case .unreachable, .cancelled:
                (
                    .unreachable,
                    "cannot be reached: there is no connection, or it was lost. Check its address, and whether it runs"
                )
            case .tls: (.unreachable, "cannot be reached over a trusted encrypted connection. Check its certificate")
            case .proxy: (.unreachable, "was not reached: \(error.clause)")
            case .tooLarge(let limit):
                (.answerTooLarge, "gave an answer that is larger than the \(limit) bytes that are allowed")
            case .protocolError: (.invalidAnswer, "did not answer with well-formed HTTP")
            case .invalidURL, .invalidHeader, .hostNotAllowed:
                (.internal, "cannot be called as it is configured: \(error.clause)")
            }
        let mayPass =
            switch error.kind {
            case .timeout, .unreachable, .cancelled, .protocolError: true
            case .proxy(let mayPass): mayPass
            case .tls, .tooLarge, .invalidURL, .invalidHeader, .hostNotAllowed: false
            }
        mayHaveArrived = mayPass || reason == .answerTooLarge
        isRetryable = mayPass || (peer == .webhook && reason != .internal)
        isAboutRequest = false
        retryAfter = nil
        cause = error
    }

    /// The error for whoever asked.
    ///
    /// - Parameters:
    ///   - name: Of the one who was asked, as it begins a sentence.
    ///   - other: Says more than `predicate` does.
    public func error(_ name: String, _ other: String? = nil, reason: Failure.Reason? = nil) -> LIFError {
        let predicate = other ?? predicate
        switch peer {
        case .source, .webhook:
            return .source(
                self.reason, "\(name) \(predicate).", isRetryable: isRetryable, isAboutRequest: isAboutRequest,
                retryAfter: retryAfter, cause: cause)
        case .neighbour:
            return LIFError(
                .neighbourNotAvailable, "\(name) is not available: it \(predicate).", blame: .source,
                isRetryable: isRetryable, retryAfter: retryAfter, reason: reason, cause: cause)
        }
    }
}
