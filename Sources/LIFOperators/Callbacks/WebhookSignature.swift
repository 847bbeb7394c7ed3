import Crypto
import Foundation
public import LIFModel

/// Signs webhooks with HMAC-SHA256 by the Standard Webhooks specification 1.0.0, "Signature scheme".
public struct WebhookSignature: Sendable {
    private let key: SymmetricKey

    /// - Parameter secret: `whsec_` and the key in base64; any other text is the key itself, as UTF-8.
    /// - Returns: `nil` when the key is empty or what follows `whsec_` is not base64.
    public init?(secret: Secret) {
        let text = secret.reveal()
        let prefix = "whsec_"
        let bytes = text.hasPrefix(prefix) ? Data(base64Encoded: String(text.dropFirst(prefix.count))) : Data(text.utf8)
        guard let bytes, !bytes.isEmpty else { return nil }
        key = SymmetricKey(data: bytes)
    }

    /// The value of `webhook-signature` for one message.
    ///
    /// - Parameters:
    ///   - id: The value of `webhook-id`; without a full stop.
    ///   - timestamp: The value of `webhook-timestamp`: the time of the attempt, in whole seconds since 1970.
    ///   - body: As it is sent.
    public func value(id: String, timestamp: Int, body: some Sequence<UInt8>) -> String {
        let signed = Array("\(id).\(timestamp).".utf8) + body
        return "v1," + Data(HMAC<SHA256>.authenticationCode(for: signed, using: key)).base64EncodedString()
    }
}
