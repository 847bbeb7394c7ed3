import Crypto
import Foundation
public import LIFModel

/// Signs webhooks with HMAC-SHA256 by the Standard Webhooks specification 1.0.0, "Signature scheme".
public struct WebhookSignature: Sendable {
    private let key: SymmetricKey

    /// What a secret must be, for a sentence that refuses one.
    package static let form = "\"whsec_\" and base64 of 24 to 64 bytes, such as `openssl rand -base64 32` prints"

    private static let prefix = "whsec_"
    /// The lengths that the specification allows.
    private static let keyBytes = 24...64

    /// The specification's own libraries decode base64 whether or not the prefix stands there, and take a key of any other
    /// form for another key than was meant. So no other form is accepted.
    ///
    /// - Parameter secret: `whsec_` and the key in base64, with its padding.
    /// - Returns: `nil` for a secret of another form, or a key that is shorter or longer than allowed.
    public init?(secret: Secret) {
        let text = secret.reveal()
        guard text.hasPrefix(Self.prefix), let bytes = Data(base64Encoded: String(text.dropFirst(Self.prefix.count))),
            Self.keyBytes.contains(bytes.count)
        else { return nil }
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
