import LIFHTTP
import LIFJSON
import LIFModel
import LIFSecrets
import Testing

@Suite("Secrets in Vault", .timeLimit(.minutes(1)))
struct VaultSecretsTests {
    let vault = Vault([
        "lif/org2": .kept([
            "token": "t2", "value": "v2", "port": 8443, "tls": true, "none": nil, "empty": "",
            "list": ["s3cr3t"], "object": ["a": "s3cr3t"],
        ]),
        "lif/gone": .deleted, "ümläut & co/a+b": .kept(["value": "odd"]), "a": .kept(["b#c": "hash"]),
    ])

    @Test("A name is a path and a member of what lies there, \"value\" if it says none")
    func names() async throws {
        try await StandInServer.with(vault.answer) { server in
            let source = try server.vault()
            #expect(source.name == "vault at 127.0.0.1:\(server.port)")
            #expect(try await source.secret(named: "lif/org2#token") == "t2")
            #expect(try await source.secret(named: "lif/org2") == "v2")
            #expect(try await source.secret(named: "lif/org2#missing") == nil)
            #expect(try await source.secret(named: "lif/org2#empty") == nil)
            #expect(try await source.secret(named: "lif/org2#none") == nil)
            #expect(try await source.secret(named: "a#b#c") == nil)
        }
    }

    @Test("A number and a boolean are their text; an array and an object are errors that do not show them")
    func kinds() async throws {
        try await StandInServer.with(vault.answer) { server in
            let source = try server.vault()
            #expect(try await source.secret(named: "lif/org2#port") == "8443")
            #expect(try await source.secret(named: "lif/org2#tls") == "true")
            for key in ["list", "object"] {
                let message = await fault { try await source.secret(named: "lif/org2#\(key)") }
                #expect(message.contains("\"\(key)\"") && message.contains("Store it as text"), "\(message)")
            }
        }
    }

    @Test("What was never there or has been deleted is no secret")
    func absent() async throws {
        try await StandInServer.with(vault.answer) { server in
            let source = try server.vault()
            #expect(try await source.secret(named: "lif/org9#token") == nil)
            #expect(try await source.secret(named: "lif/gone#token") == nil)
            #expect(server.asked.count == 2)
        }
        try await StandInServer.with({ _ in .json(["data": ["data": nil]]) }) { server in
            let source = try server.vault()
            #expect(try await source.secret(named: "lif/org2") == nil)
        }
    }

    @Test("Segments of a path are percent-encoded")
    func encoding() async throws {
        try await StandInServer.with(vault.answer) { server in
            let source = try server.vault()
            #expect(try await source.secret(named: "ümläut & co/a+b") == "odd")
            #expect(server.asked.map(\.target) == ["/v1/secret/data/%C3%BCml%C3%A4ut%20%26%20co/a%2Bb"])
        }
    }

    @Test("A path that leads elsewhere is no secret, and Vault is not asked")
    func traversal() async throws {
        try await StandInServer.with(vault.answer) { server in
            let source = try server.vault()
            for name in [
                "../sys/seal-status#x", "lif/../../metadata/a", "/lif/org2", "lif//org2", "lif/org2/", "", ".",
            ] {
                #expect(try await source.secret(named: name) == nil, "\(name)")
            }
            #expect(server.asked.isEmpty)
        }
    }

    @Test("Mount and namespace are the configured ones")
    func mountAndNamespace() async throws {
        var vault = vault
        vault.namespaces["org1/team"] = ["team/kv": ["a": .kept(["value": "there"])]]
        try await StandInServer.with(vault.answer) { server in
            let source = try server.vault(mount: "/team/kv/", namespace: "org1/team")
            #expect(try await source.secret(named: "a") == "there")
            #expect(server.asked.map(\.target) == ["/v1/team/kv/data/a"])
            #expect(server.asked.first?.header("X-Vault-Namespace") == "org1/team")
        }
    }

    @Test("An address may have a path, as behind a proxy")
    func basePath() async throws {
        try await StandInServer.with({ _ in .json(["data": ["data": ["value": "v"]]]) }) { server in
            let source = try VaultSecrets(
                address: server.url + "/tools/vault/", token: Secret(Vault.token), http: OutgoingHTTPClient())
            #expect(try await source.secret(named: "a") == "v")
            #expect(server.asked.map(\.target) == ["/tools/vault/v1/secret/data/a"])
        }
    }

    @Test(
        "Nothing is asked with settings that cannot be right",
        arguments: [
            ("http://vault.example:8200", "secret", "t", "https://"),
            ("http://127.0.0.example", "secret", "t", "https://"),
            ("https://user:s3cr3t@vault:8200", "secret", "t", "address"), ("vault:8200", "secret", "t", "address"),
            ("https://vault:8200?a=s3cr3t", "secret", "t", "query"),
            ("https://vault:8200/#s3cr3t", "secret", "t", "fragment"),
            ("https://vault:8200", "a/../b", "t", "mount"), ("https://vault:8200", "/", "t", "mount"),
            ("https://vault:8200", "secret", "", "token is empty"),
            ("https://vault:8200", "secret", "s3cr3t\n", "line end"),
        ])
    func settings(address: String, mount: String, token: String, expected: String) async {
        let message = await fault {
            try VaultSecrets(address: address, mount: mount, token: Secret(token), http: OutgoingHTTPClient())
        }
        #expect(message.contains(expected), "\(message)")
    }

    @Test("Only loopback may be asked without encryption", arguments: ["localhost", "127.0.0.1", "127.1.2.3", "[::1]"])
    func loopback(host: String) throws {
        _ = try VaultSecrets(address: "http://\(host):8200", token: Secret("t"), http: OutgoingHTTPClient())
    }

    @Test("It shows no token")
    func description() throws {
        let source = try VaultSecrets(
            address: "https://vault:8200", token: Secret(Vault.token), http: OutgoingHTTPClient())
        var dumped = ""
        dump(source, to: &dumped)
        for text in ["\(source)", String(reflecting: source), dumped] { #expect(!text.contains("s3cr3t")) }
    }
}
