import LIFHTTP
import LIFModel
import LIFSecrets
import Testing

@Suite(
    "AWS Secrets Manager, as moto serves it",
    .enabled(if: MotoServer.isOnPath || MotoServer.isRequired, "\(MotoServer.absence)"),
    .timeLimit(.minutes(2)))
struct MotoTests {
    @Test("Secrets are read by name and by member, and what is not there is none")
    func reading() async throws {
        try await MotoServer.with { moto in
            try await moto.create("lif/org2", ("SecretString", "{\"token\": \"t2\", \"user\": \"u2\"}"))
            try await moto.create("lif/plain", ("SecretString", "p-ä-\"1\""))
            try await moto.create("lif/binary", ("SecretBinary", "YmluYXJ5LXRleHQ="))
            let source = try AWSSecretsManager(
                region: "us-east-1", accessKeyID: "any", secretAccessKey: Secret("any"), endpoint: moto.url,
                http: OutgoingHTTPClient())
            let values = try await SecretStore([source]).values(
                of: [
                    "lif/org2#token", "lif/org2#user", "lif/org2#missing", "lif/plain", "lif/binary", "lif/missing",
                    "lif/missing#token",
                ])
            #expect(
                values.mapValues { $0.reveal() } == [
                    "lif/org2#token": "t2", "lif/org2#user": "u2", "lif/plain": "p-ä-\"1\"",
                    "lif/binary": "binary-text",
                ])

            try await moto.delete("lif/plain")
            let message = await fault { try await source.secret(named: "lif/plain") }
            #expect(message.contains("marked for deletion"), "\(message)")
        }
    }

    @Test("Requests are signed as AWS checks it, and what the key may not do is an error")
    func signing() async throws {
        try await MotoServer.with { moto in
            try await moto.create("lif/org2", ("SecretString", "{\"token\": \"t2\"}"))
            let key = try await moto.accessKey(of: "lif", mayRead: true)
            let other = try await moto.accessKey(of: "other", mayRead: false)
            try await moto.startToCheckSignatures()
            func ask(_ id: String, _ secret: Secret) async throws -> String? {
                let source = try AWSSecretsManager(
                    region: "us-east-1", accessKeyID: id, secretAccessKey: secret, endpoint: moto.url,
                    http: OutgoingHTTPClient())
                return try await source.secret(named: "lif/org2#token")
            }
            #expect(try await ask(key.id, key.secret) == "t2")
            for (id, secret) in [(key.id, other.secret), ("AKIAUNKNOWN", key.secret), (other.id, other.secret)] {
                let message = await fault { try await ask(id, secret) }
                #expect(message.contains("refused to give \"lif/org2\""), "\(message)")
            }
        }
    }
}
