import LIFHTTP
import LIFJSON
import LIFModel
import LIFSecrets
import Testing

@Suite("Faults of Vault", .timeLimit(.minutes(1)))
struct VaultFaultTests {
    let vault = Vault(["lif/org2": .kept(["token": "s3cr3t-2"])])

    @Test("A refused token is an error that says what its policy must allow")
    func forbidden() async throws {
        try await StandInServer.with(vault.answer) { server in
            let message = await fault { try await server.vault(token: "s3cr3t-other").secret(named: "lif/org2#token") }
            #expect(message.contains("vault at 127.0.0.1"), "\(message)")
            #expect(message.contains("allows \"read\" on \"secret/data/lif/org2\""), "\(message)")
        }
    }

    @Test("One path that the policy forbids is an error, whatever else is asked")
    func policy() async throws {
        var vault = vault
        vault.readable = "secret/data/lif/"
        try await StandInServer.with(vault.answer) { [vault] server in
            #expect(vault.readable == "secret/data/lif/")
            let source = try server.vault()
            #expect(try await source.secret(named: "lif/org2#token") == "s3cr3t-2")
            let message = await fault { try await source.secrets(named: ["lif/org2#token", "other#token"]) }
            #expect(message.contains("\"secret/data/other\""), "\(message)")
        }
    }

    @Test("A sealed Vault is an error that may pass")
    func sealed() async throws {
        var vault = vault
        vault.isSealed = true
        try await StandInServer.with(vault.answer) { server in
            let message = await fault(isRetryable: true) { try await server.vault().secret(named: "lif/org2#token") }
            #expect(message.contains("Unseal it"), "\(message)")
            #expect(server.asked.count == 1)
        }
    }

    @Test("A mount that is not there is an error and not a missing secret")
    func unmounted() async throws {
        try await StandInServer.with(vault.answer) { server in
            let message = await fault { try await server.vault(mount: "secrets").secret(named: "lif/org2#token") }
            #expect(message.contains("Nothing is mounted at \"secrets\""), "\(message)")
        }
    }

    @Test(
        "An answer that is not Vault's is an error that shows nothing of it",
        arguments: [
            "", "<html>s3cr3t</html>", "{\"data\": {\"data\": {\"value\": \"s3cr3t\"", "[\"s3cr3t\"]", "\"s3cr3t\"",
            // An engine of version 1.
            "{\"data\": {\"value\": \"s3cr3t\"}}", "{\"data\": {\"data\": \"s3cr3t\"}}",
            "{\"data\": {\"data\": [\"s3cr3t\"]}}",
        ])
    func garbage(body: String) async throws {
        try await StandInServer.with({ _ in .init(status: 200, body: body) }) { server in
            let message = await fault { try await server.vault().secret(named: "lif/org2") }
            #expect(message.contains("Check its address"), "\(message)")
        }
    }

    @Test("An answer that never ends is given up")
    func tooLarge() async throws {
        let body = "{\"data\": {\"data\": {\"value\": \"" + String(repeating: "s3cr3t", count: 1 << 20) + "\"}}}"
        try await StandInServer.with({ _ in .init(status: 200, body: body) }) { server in
            let message = await fault { try await server.vault().secret(named: "lif/org2") }
            #expect(message.contains("Check its address"), "\(message)")
        }
    }

    @Test(
        "Whether an error may pass is decided by its status",
        arguments: [
            (400, false), (401, false), (405, false), (412, true), (429, true), (473, true), (500, true), (502, true),
            (503, true), (504, true),
        ])
    func status(status: Int, isRetryable: Bool) async throws {
        let reply = StandInServer.Reply(status: status, body: "{\"errors\": [\"s3cr3t\"]}")
        try await StandInServer.with({ _ in reply }) { server in
            let message = await fault(isRetryable: isRetryable) { try await server.vault().secret(named: "lif/org2") }
            #expect(message.hasPrefix("Secrets cannot be read from vault at 127.0.0.1"), "\(message)")
            #expect(server.asked.count == 1)
        }
    }

    @Test("A redirect is not followed: the token would go along")
    func redirect() async throws {
        try await StandInServer.with(vault.answer) { [vault] target in
            #expect(!vault.isSealed)
            let reply = StandInServer.Reply(
                status: 307, body: "", headers: ["Location": target.url + "/v1/secret/data/lif/org2"])
            try await StandInServer.with({ _ in reply }) { server in
                let message = await fault { try await server.vault().secret(named: "lif/org2#token") }
                #expect(message.contains("redirect"), "\(message)")
            }
            #expect(target.asked.isEmpty)
        }
    }

    @Test("A silent Vault is an error after the time-out, and may pass")
    func silent() async throws {
        try await StandInServer.with({ _ in
            try await Task.sleep(for: .seconds(3_600))
            return .json([:])
        }) { server in
            let source = try server.vault(timeout: .milliseconds(150))
            let message = await fault(isRetryable: true) { try await source.secret(named: "lif/org2") }
            #expect(message.contains("within 150 ms"), "\(message)")
        }
    }

    @Test("A Vault that does not run is an error that may pass")
    func refused() async throws {
        // A service that is out of use (tcpmux, RFC 1078).
        let source = try VaultSecrets(
            address: "http://127.0.0.1:1", token: Secret(Vault.token), http: OutgoingHTTPClient())
        let message = await fault(isRetryable: true) { try await source.secret(named: "lif/org2") }
        #expect(message.contains("no connection"), "\(message)")
    }

    @Test("Cancelling the task ends the request, and is no error of Vault's")
    func cancellation() async throws {
        try await StandInServer.with({ _ in
            try await Task.sleep(for: .seconds(3_600))
            return .json([:])
        }) { server in
            let source = try server.vault(timeout: .seconds(3_600))
            let asking = Task { try await SecretStore([source]).values(of: ["lif/org2"]) }
            for await _ in server.arrivals { break }
            asking.cancel()
            await #expect(throws: CancellationError.self) { try await asking.value }
        }
    }
}
