import LIFHTTP
import LIFJSON
import LIFModel
import LIFSecrets
import Testing

@Suite("Requests to AWS Secrets Manager and its answers", .timeLimit(.minutes(1)))
struct AWSSecretsManagerTests {
    @Test("One signed request asks for a secret")
    func request() async throws {
        try await StandInServer.with({ _ in .json(["SecretString": "s3cr3t"]) }) { server in
            let source = try server.aws(sessionToken: "s3cr3t-session")
            #expect(source.name == "AWS Secrets Manager in us-east-1")
            #expect(try await source.secret(named: "lif/org2") == "s3cr3t")
            let asked = try #require(server.asked.first)
            #expect(server.asked.count == 1)
            #expect(asked.method == "POST" && asked.target == "/")
            #expect(asked.json == ["SecretId": "lif/org2"])
            #expect(asked.header("X-Amz-Target") == "secretsmanager.GetSecretValue")
            #expect(asked.header("Content-Type") == "application/x-amz-json-1.1")
            #expect(asked.header("X-Amz-Date") == "20150830T123600Z")
            #expect(asked.header("X-Amz-Security-Token") == "s3cr3t-session")
            #expect(
                asked.header("Authorization")?.hasPrefix(
                    "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/secretsmanager/aws4_request, "
                        + "SignedHeaders=content-type;host;x-amz-date;x-amz-security-token;x-amz-target, Signature=")
                    == true)
        }
    }

    @Test("With a key, the text is an object and the secret a member of it")
    func members() async throws {
        let text =
            "{\"token\": \"t\", \"port\": 8443, \"tls\": false, \"none\": null, \"empty\": \"\", \"list\": [\"s3cr3t\"]}"
        try await StandInServer.with({ _ in .json(["SecretString": .string(text)]) }) { server in
            let source = try server.aws()
            #expect(try await source.secret(named: "a#token") == "t")
            #expect(try await source.secret(named: "a#port") == "8443")
            #expect(try await source.secret(named: "a#tls") == "false")
            for key in ["none", "empty", "missing"] { #expect(try await source.secret(named: "a#\(key)") == nil) }
            #expect(await fault { try await source.secret(named: "a#list") }.contains("Store it as text"))
        }
    }

    @Test("A secret that is no object has no members", arguments: ["s3cr3t", "[\"s3cr3t\"]", "{\"token\": s3cr3t}"])
    func noObject(text: String) async throws {
        try await StandInServer.with({ _ in .json(["SecretString": .string(text)]) }) { server in
            let message = await fault { try await server.aws().secret(named: "lif/org2#token") }
            #expect(message.contains("\"lif/org2\" is no JSON object"), "\(message)")
        }
    }

    @Test("A binary secret is taken if it is text")
    func binary() async throws {
        // "tök" and two bytes that are no text, in base64.
        for (encoded, secret) in [("dMO2aw==", "tök"), ("//4=", nil), ("s3cr3t!", nil)] {
            try await StandInServer.with({ _ in .json(["SecretBinary": .string(encoded)]) }) { server in
                let source = try server.aws()
                if let secret {
                    #expect(try await source.secret(named: "lif/org2") == secret)
                } else {
                    let message = await fault { try await source.secret(named: "lif/org2") }
                    #expect(message.contains("SecretString"), "\(message)")
                }
            }
        }
    }

    @Test("What cannot be a secret's name is no secret, and AWS is not asked")
    func names() async throws {
        try await StandInServer.with({ _ in .json(["SecretString": "s3cr3t"]) }) { server in
            let source = try server.aws()
            for name in ["", "#key", "a b", "ümlaut", "a\nb", "a\"b", String(repeating: "x", count: 2_049)] {
                #expect(try await source.secret(named: name) == nil)
            }
            #expect(server.asked.isEmpty)
            let name = "arn:aws:secretsmanager:us-east-1:123456789012:secret:lif/org2-AbCdEf"
            #expect(try await source.secret(named: name) == "s3cr3t")
        }
    }

    struct Refusal: Sendable {
        let type: String
        var status = 400
        var isRetryable = false
        /// Nil for a secret that is not there.
        let says: String?
    }

    @Test(
        "Each error of AWS has its meaning",
        arguments: [
            Refusal(type: "ResourceNotFoundException", says: nil),
            Refusal(type: "com.amazonaws.secretsmanager#ResourceNotFoundException", says: nil),
            Refusal(type: "AccessDeniedException", says: "secretsmanager:GetSecretValue"),
            Refusal(type: "UnrecognizedClientException", says: "Check access key id"),
            Refusal(type: "InvalidSignatureException", says: "clock"),
            Refusal(type: "SignatureDoesNotMatch", status: 403, says: "clock"),
            Refusal(type: "ExpiredTokenException", says: "have expired"),
            Refusal(type: "DecryptionFailure", says: "KMS"),
            Refusal(type: "InvalidRequestException", says: "marked for deletion"),
            Refusal(type: "InvalidParameterException", says: "not accepted as the name"),
            Refusal(type: "ThrottlingException", isRetryable: true, says: "Try again later"),
            Refusal(type: "InternalServiceError", status: 500, isRetryable: true, says: "Try again later"),
            Refusal(type: "s3cr3t", status: 500, isRetryable: true, says: "HTTP 500"),
            Refusal(type: "s3cr3t", says: "HTTP 400"),
            Refusal(type: "s3cr3t", status: 403, says: "refused to give"),
            Refusal(type: "", status: 404, says: "HTTP 404"),
        ])
    func refusals(refusal: Refusal) async throws {
        let inBody = StandInServer.Reply.json(
            ["__type": .string(refusal.type), "message": "s3cr3t"], status: refusal.status)
        let inHeader = StandInServer.Reply(
            status: refusal.status, body: "{\"Message\": \"s3cr3t\"}",
            headers: ["x-amzn-ErrorType": refusal.type + ":http://internal.amazon.com/"])
        for reply in [inBody, inHeader] {
            try await StandInServer.with({ _ in reply }) { server in
                let source = try server.aws()
                guard let says = refusal.says else {
                    #expect(try await source.secret(named: "lif/org2") == nil)
                    return
                }
                let message = await fault(isRetryable: refusal.isRetryable) {
                    try await server.aws().secret(named: "lif/org2")
                }
                #expect(
                    message.hasPrefix("Secrets cannot be read from AWS Secrets Manager in us-east-1."), "\(message)")
                #expect(message.contains(says), "\(message)")
                #expect(server.asked.count == 1)
            }
        }
    }

    @Test(
        "An answer that is not AWS's is an error",
        arguments: ["", "<html>s3cr3t</html>", "{}", "{\"SecretString\": 1}"])
    func garbage(body: String) async throws {
        try await StandInServer.with({ _ in .init(status: 200, body: body) }) { server in
            let message = await fault { try await server.aws().secret(named: "lif/org2") }
            #expect(message.contains("Check its address"), "\(message)")
        }
    }

    @Test(
        "Nothing is asked with settings that cannot be right",
        arguments: [
            ("us-east-1", "http://secretsmanager.us-east-1.amazonaws.com", "AKID", "s3cr3t", "https://"),
            ("us-east-1", "https://host/path", "AKID", "s3cr3t", "no path"),
            ("evil.example/", nil, "AKID", "s3cr3t", "region"), ("", nil, "AKID", "s3cr3t", "region"),
            ("us-east-1", nil, "", "s3cr3t", "access key id is empty"),
            ("us-east-1", nil, "AKID", "s3cr3t\n", "secret access key has"),
        ])
    func settings(region: String, endpoint: String?, key: String, secret: String, expected: String) async {
        let message = await fault {
            try AWSSecretsManager(
                region: region, accessKeyID: key, secretAccessKey: Secret(secret), endpoint: endpoint,
                http: OutgoingHTTPClient())
        }
        #expect(message.contains(expected), "\(message)")
    }

    @Test("It shows no secret")
    func description() throws {
        let source = try AWSSecretsManager(
            region: "cn-north-1", accessKeyID: "AKID", secretAccessKey: Secret("s3cr3t"),
            sessionToken: Secret("s3cr3t-session"), http: OutgoingHTTPClient())
        var dumped = ""
        dump(source, to: &dumped)
        for text in ["\(source)", String(reflecting: source), dumped] { #expect(!text.contains("s3cr3t")) }
    }
}
