public import Foundation
public import LIFHTTP
import LIFJSON
public import LIFModel
public import LIFWorkflow

/// Delivers callbacks by posting them as JSON to their URL.
///
/// Only to origins that the configuration allows: for any other nothing is sent. Redirects are not followed. A status from 200
/// to 299 is a delivery, whatever becomes of the answer's body. Any other may pass: receivers are deployed anew, their proxies
/// answer meanwhile, and tokens change; only 410 says for good that nobody wants it. Each has the
/// headers of the Standard Webhooks specification: `webhook-id` (the same for each attempt), `webhook-timestamp`, and
/// with a secret `webhook-signature`.
public struct HTTPCallbackOperator: CallbackOperator {
    private struct Receiver: Sendable {
        let token: Secret?
        let signature: WebhookSignature?
    }

    private let receivers: [WebOrigin: Receiver]
    private let timeout: Duration
    private let http: OutgoingHTTPClient
    private let now: @Sendable () -> Date

    /// A receiver that asks for a longer wait gets this one: its next attempt must not be put off beyond the callback's time.
    private static let longestRetryAfter = Duration.seconds(3_600)
    /// The status by which a receiver says for good that it wants no more (Standard Webhooks, "Delivery retries").
    private static let gone = 410

    /// An operator for the configured hosts, whose secrets are checked here so that no callback fails for them later.
    ///
    /// - Throws: `LIFError` `ConfigurationNotValid` when a secret cannot sign, or an allowed host cannot be read.
    public init(
        configuration: HTTPCallbackConfiguration, http: OutgoingHTTPClient,
        now: @escaping @Sendable () -> Date = { Date() }
    ) throws(LIFError) {
        var receivers: [WebOrigin: Receiver] = [:]
        for host in configuration.hosts {
            var signature: WebhookSignature?
            if let secret = host.signingSecret ?? configuration.signingSecret {
                signature = WebhookSignature(secret: secret)
                if signature == nil {
                    throw LIFError(
                        .configurationNotValid,
                        "The secret that signs callbacks to \"\(host.name)\" cannot be used; write \(WebhookSignature.form).",
                        blame: .us)
                }
            }
            let origin: WebOrigin
            do throws(OutgoingHTTPError) {
                origin = try WebOrigin(written: host.name)
            } catch {
                throw LIFError(
                    .configurationNotValid,
                    "\"\(host.name)\" is no host that callbacks can go to. Write host or host:port, with http:// before it "
                        + "for one without TLS.", blame: .us, cause: error)
            }
            receivers[origin] = Receiver(token: host.token, signature: signature)
        }
        self.receivers = receivers
        timeout = configuration.requestTimeout
        self.http = http
        self.now = now
    }

    /// Whether callbacks to the URL may be sent at all, to be asked before one is promised.
    ///
    /// - Throws: `LIFError` `OperatorException` that says why not; its message does not repeat the URL.
    public func admit(_ url: String) throws(LIFError) { _ = try receiver(of: url) }

    /// Posts the message once, signed anew with the time of this attempt, and waits for the status of the answer.
    ///
    /// - Throws: `LIFError` `OperatorException`; `CancellationError`. Not retryable are status 410 and a URL that may not be
    ///   called. A `Retry-After` of the receiver counts for one hour at most.
    public func deliver(_ message: CallbackMessage) async throws {
        let target = message.callback.target
        let receiver = try receiver(of: target)
        let id = message.callback.id.text
        let timestamp = Int(now().timeIntervalSince1970)
        var headers = [
            (name: "Content-Type", value: "application/json"), (name: "webhook-id", value: id),
            (name: "webhook-timestamp", value: String(timestamp)),
        ]
        if let signature = receiver.signature {
            let value = signature.value(id: id, timestamp: timestamp, body: message.body.bytes)
            headers.append(("webhook-signature", value))
        }
        if let token = receiver.token { headers.append(("Authorization", "Bearer \(token.reveal())")) }
        let request = OutgoingRequest(
            .post, url: target, headers: headers, body: Array(message.body.bytes), timeout: timeout)
        let answer: OutgoingResponse
        do throws(OutgoingHTTPError) {
            answer = try await http.sendForHead(request)
        } catch {
            try Task.checkCancellation()
            throw Self.failure(error)
        }
        guard answer.isSuccess else { throw failure(answer) }
    }

    private func receiver(of target: String) throws(LIFError) -> Receiver {
        let url: OutgoingURL
        do throws(OutgoingHTTPError) {
            url = try OutgoingURL(parsing: target)
        } catch {
            throw LIFError.source(.internal, "A callback's target cannot be called. \(error.message)", cause: error)
        }
        guard let receiver = receivers[url.origin] else {
            throw LIFError.source(
                .internal,
                "Scheme, host and port of a callback's URL are none that \"orchestrator.callbacks.allowed_hosts\" names, "
                    + "so nothing was sent. Name them there (https is meant unless http:// is written), or give another URL."
            )
        }
        return receiver
    }

    private func failure(_ answer: OutgoingResponse) -> LIFError {
        let status = FailureStatus(answer.status)
        let retryAfter = answer.retryAfter(now: now().timeIntervalSince1970)
        return .source(
            status.isRefusal ? .refused : .sourceError,
            "The receiver of a callback answered with HTTP \(status.code).", isRetryable: status.code != Self.gone,
            retryAfter: retryAfter.map { min($0, Self.longestRetryAfter) })
    }

    private static func failure(_ error: OutgoingHTTPError) -> LIFError {
        switch error.kind {
        case .timeout:
            .source(.timeout, "The receiver of a callback did not answer in time.", isRetryable: true, cause: error)
        // Whoever mends the proxy's settings finds the callbacks still owed.
        case .unreachable, .cancelled, .tls, .proxy:
            .source(
                .unreachable, "There is no trusted connection to the receiver of a callback. \(error.message)",
                isRetryable: true, cause: error)
        case .tooLarge, .protocolError:
            .source(
                .invalidAnswer, "What the receiver of a callback answered cannot be read. \(error.message)",
                isRetryable: true, cause: error)
        case .invalidURL, .invalidHeader, .hostNotAllowed:
            .source(.internal, "A callback cannot be sent as it is configured. \(error.message)", cause: error)
        }
    }
}
