import LIFSecrets
import Testing

@Suite("Secrets in the environment")
struct EnvironmentSecretsTests {
    let source = EnvironmentSecrets(environment: ["ORG2_TOKEN": "s3cr3t", "EMPTY": "", "PADDED": " s3cr3t\n"])

    @Test("A secret is the variable of exactly its name, as it stands")
    func exactName() async throws {
        #expect(try await source.secret(named: "ORG2_TOKEN") == "s3cr3t")
        #expect(try await source.secret(named: "PADDED") == " s3cr3t\n")
        #expect(try await source.secret(named: "org2_token") == nil)
        #expect(try await source.secret(named: "ORG2_TOKEN ") == nil)
    }

    @Test("An empty variable is no secret")
    func empty() async throws {
        #expect(try await source.secret(named: "EMPTY") == nil)
    }

    @Test("It shows no value")
    func description() {
        var dumped = ""
        dump(source, to: &dumped)
        for text in ["\(source)", String(reflecting: source), dumped] { #expect(!text.contains("s3cr3t")) }
    }
}
