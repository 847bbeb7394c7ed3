import Crypto
import Foundation
import LIFModel
import Testing

@testable import LIFSecrets

/// The examples that AWS has published: its Signature Version 4 test suite, and the worked example of the IAM User Guide.
@Suite("Signatures of AWS requests")
struct AWSSignatureTests {
    struct Example: Sendable, CustomTestStringConvertible {
        var name: String
        var method = "GET"
        var query = ""
        var headers: [String: String] = [:]
        var body = ""
        var signedHeaders = "host;x-amz-date"
        var signature: String

        var testDescription: String { name }
    }

    static let suite: [Example] = [
        Example(name: "get-vanilla", signature: "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"),
        Example(
            name: "get-vanilla-query-order-key-case", query: "Param1=value1&Param2=value2",
            signature: "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500"),
        Example(
            name: "get-header-value-trim", headers: ["My-Header1": " value1", "My-Header2": " \"a   b   c\""],
            signedHeaders: "host;my-header1;my-header2;x-amz-date",
            signature: "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736"),
        Example(
            name: "post-vanilla", method: "POST",
            signature: "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"),
        Example(
            name: "post-header-key-sort", method: "POST", headers: ["My-Header1": "value1"],
            signedHeaders: "host;my-header1;x-amz-date",
            signature: "c5410059b04c1ee005303aed430f6e6645f61f4dc9e1461ec8f8916fdf18852c"),
        Example(
            name: "post-header-value-case", method: "POST", headers: ["My-Header1": "VALUE1"],
            signedHeaders: "host;my-header1;x-amz-date",
            signature: "cdbc9802e29d2942e5e10b5bccfdd67c5f22c7c4e8ae67b53629efa58b974b7d"),
        Example(
            name: "post-x-www-form-urlencoded", method: "POST",
            headers: ["Content-Type": "application/x-www-form-urlencoded"], body: "Param1=value1",
            signedHeaders: "content-type;host;x-amz-date",
            signature: "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a"),
        Example(
            name: "post-sts-header-before", method: "POST",
            headers: [
                "X-Amz-Security-Token":
                    "AQoDYXdzEPT//////////wEXAMPLEtc764bNrC9SAPBSM22wDOk4x4HIZ8j4FZTwdQWLWsKWHGBuFqwAeMicRXmxfpSPfIeo"
                    + "IYRqTflfKD8YUuwthAx7mSEI/qkPpKPi/kMcGdQrmGdeehM4IC1NtBmUpp2wUE8phUZampKsburEDy0KPkyQDYwT7WZ0wq5VSX"
                    + "Dvp75YU9HFvlRd8Tx6q6fE8YQcHNVXAkiY9q6d+xo0rKwT38xVqr7ZD0u0iPPkUL64lIZbqBAz+scqKmlzm8FDrypNC9Yjc8fP"
                    + "OLn9FX9KSYvKTr4rvx3iSIlTJabIQwj2ICCR/oLxBA=="
            ], signedHeaders: "host;x-amz-date;x-amz-security-token",
            signature: "85d96828115b5dc0cfc3bd16ad9e210dd772bbebba041836c64533a82be05ead"),
    ]

    private func signature(_ service: String) -> AWSSignature {
        AWSSignature(
            accessKeyID: "AKIDEXAMPLE", secretAccessKey: Secret("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"),
            region: "us-east-1", service: service)
    }

    @Test("They are those of AWS's test suite", arguments: suite)
    func testSuite(example: Example) {
        var headers = example.headers.map { (name: $0.key, value: $0.value) }
        headers += [(name: "X-Amz-Date", value: "20150830T123600Z"), (name: "Host", value: "example.amazonaws.com")]
        let authorization = signature("service").authorization(
            method: example.method, query: example.query, headers: headers, body: Array(example.body.utf8),
            timestamp: "20150830T123600Z")
        #expect(
            authorization
                == "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, "
                + "SignedHeaders=\(example.signedHeaders), Signature=\(example.signature)")
    }

    @Test("They are those of the example in the documentation, signing key included")
    func documentedExample() {
        let signature = signature("iam")
        #expect(
            signature.signingKey(day: "20150830").withUnsafeBytes { AWSSignature.hexadecimal(Array($0)) }
                == "c4afb1cc5771d871763a393e44b703571b55cc28424d1a5e86da6ed3c154a4b9")
        let authorization = signature.authorization(
            method: "GET", query: "Action=ListUsers&Version=2010-05-08",
            headers: [
                (name: "Host", value: "iam.amazonaws.com"),
                (name: "Content-Type", value: "application/x-www-form-urlencoded; charset=utf-8"),
                (name: "X-Amz-Date", value: "20150830T123600Z"),
            ], body: [], timestamp: "20150830T123600Z")
        #expect(
            authorization
                == "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request, "
                + "SignedHeaders=content-type;host;x-amz-date, "
                + "Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7")
    }

    @Test(
        "The time is written as AWS reads it, in UTC",
        arguments: [(1_440_938_160.999, "20150830T123600Z"), (0, "19700101T000000Z")])
    func timestamp(seconds: Double, text: String) {
        #expect(AWSSignature.timestamp(Date(timeIntervalSince1970: seconds)) == text)
    }
}
