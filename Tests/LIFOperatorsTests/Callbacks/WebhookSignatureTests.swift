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
        let signature = try #require(WebhookSignature(secret: Secret("a key")))
        let other = try #require(WebhookSignature(secret: Secret("another key")))
        let values = [
            signature.value(id: "a", timestamp: 1, body: "x".utf8),
            signature.value(id: "b", timestamp: 1, body: "x".utf8),
            signature.value(id: "a", timestamp: 2, body: "x".utf8),
            signature.value(id: "a", timestamp: 1, body: "y".utf8),
            other.value(id: "a", timestamp: 1, body: "x".utf8),
        ]
        #expect(Set(values).count == values.count)
    }

    @Test("A secret without the prefix is the key itself")
    func plain() throws {
        let plain = try #require(WebhookSignature(secret: Secret("key")))
        let encoded = try #require(WebhookSignature(secret: Secret("whsec_a2V5")))
        #expect(
            plain.value(id: "a", timestamp: 1, body: "x".utf8) == encoded.value(id: "a", timestamp: 1, body: "x".utf8))
    }

    @Test("A secret that can sign nothing is refused", arguments: ["", "whsec_", "whsec_*", "whsec_abc"])
    func refused(secret: String) { #expect(WebhookSignature(secret: Secret(secret)) == nil) }
}
