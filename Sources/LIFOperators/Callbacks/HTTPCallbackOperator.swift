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

    private static let name = "The receiver of a callback"

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

    /// Whether callbacks to the URL may be sent at all, to be asked before one is accepted.
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
            throw HTTPFailure(error, of: .webhook).error(Self.name)
        }
        guard answer.isSuccess else { throw HTTPFailure(answer, of: .webhook, now: now()).error(Self.name) }
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
}
