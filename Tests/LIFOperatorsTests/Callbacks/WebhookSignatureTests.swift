import Foundation
import LIFModel
import Testing

@testable import LIFOperators

@Suite struct WebhookSignatureTests {
    /// The test vector that the libraries of the Standard Webhooks project share.
    @Test("The specification's example has its signature")
    func vector() throws {
        let signature = try #require(
            WebhookSignature(secret: Secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")))
        let value = signature.value(
            id: "msg_p5jXN8AQM9LWM0D4loKWxJek", timestamp: 1_614_265_330, body: #"{"test": 2432232314}"#.utf8)
        #expect(value == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")
    }

    @Test("Id, time, body and key all count")
    func sensitive() throws {
        let signature = try #require(WebhookSignature(secret: Secret("whsec_YSBrZXkgb2YgdHdlbnR5LWZvdXIgYnl0")))
        let other = try #require(WebhookSignature(secret: Secret("whsec_YW5vdGhlciBrZXkgb2YgdHdlbnR5LTRi")))
        let values = [
            signature.value(id: "a", timestamp: 1, body: "x".utf8),
            signature.value(id: "b", timestamp: 1, body: "x".utf8),
            signature.value(id: "a", timestamp: 2, body: "x".utf8),
            signature.value(id: "a", timestamp: 1, body: "y".utf8),
            other.value(id: "a", timestamp: 1, body: "x".utf8),
        ]
        #expect(Set(values).count == values.count)
    }

    @Test(
        "A secret that the standard's libraries read as another key, or not at all, is refused",
        arguments: [
            "", "key", "whsec_", "whsec_*", "whsec_abc", "whsec_a2V5", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
            "v1,whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "WHSEC_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
            " whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n",
            "whsec_whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_MfKQ9r8G-_qrTwjUPD8ILPZIo2LaLaSw",
        ])
    func refused(secret: String) { #expect(WebhookSignature(secret: Secret(secret)) == nil) }

    @Test("A key has 24 to 64 bytes", arguments: [(23, false), (24, true), (25, true), (64, true), (65, false)])
    func length(bytes: Int, isAccepted: Bool) {
        let secret = "whsec_" + Data(repeating: 7, count: bytes).base64EncodedString()
        #expect((WebhookSignature(secret: Secret(secret)) != nil) == isAccepted)
    }
}
