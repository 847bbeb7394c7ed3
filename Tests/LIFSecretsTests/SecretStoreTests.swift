import LIFJSON
import LIFModel
import LIFSecrets
import Synchronization
import Testing

@Suite("The order of secret sources", .timeLimit(.minutes(1)))
struct SecretStoreTests {
    /// Knows what it is told, and remembers what it was asked.
    final class Source: SecretSource {
        let name = "fake"
        private let secrets: [String: String]
        private let log = Mutex<[String]>([])
        private let wait: (@Sendable () async -> Void)?

        init(_ secrets: [String: String], wait: (@Sendable () async -> Void)? = nil) {
            self.secrets = secrets
            self.wait = wait
        }

        var asked: [String] { log.withLock { $0.sorted() } }

        func secret(named name: String) async throws -> String? {
            log.withLock { $0.append(name) }
            await wait?()
            return secrets[name]
        }
    }

    struct Broken: SecretSource {
        let name = "broken"

        func secret(named name: String) async throws -> String? {
            throw LIFError(.configurationNotValid, "It is broken.", blame: .us, isRetryable: true)
        }
    }

    /// Lets go of those that wait once so many have come.
    actor Rendezvous {
        private let size: Int
        private var waiting: [CheckedContinuation<Void, Never>] = []
        private var present = 0
        private(set) var mostPresent = 0

        init(_ size: Int) { self.size = size }

        func meet() async {
            present += 1
            mostPresent = max(mostPresent, present)
            await withCheckedContinuation { continuation in
                waiting.append(continuation)
                guard waiting.count == size else { return }
                for continuation in waiting { continuation.resume() }
                waiting = []
            }
            present -= 1
        }
    }

    @Test("The first source that has a secret wins, and those after it are not asked for it")
    func order() async throws {
        let first = Source(["a": "1a"])
        let second = Source(["a": "2a", "b": "2b"])
        let third = Source(["a": "3a", "b": "3b", "c": "3c"])
        let values = try await SecretStore([first, second, third]).values(of: ["a", "b", "c", "d"])
        #expect(values == ["a": Secret("1a"), "b": Secret("2b"), "c": Secret("3c")])
        #expect(first.asked == ["a", "b", "c", "d"])
        #expect(second.asked == ["b", "c", "d"])
        #expect(third.asked == ["c", "d"])
    }

    @Test("No source is asked for nothing")
    func nothing() async throws {
        let source = Source(["a": "1"])
        #expect(try await SecretStore([source, Broken()]).values(of: []).isEmpty)
        #expect(try await SecretStore([source, Broken()]).values(of: ["a"]) == ["a": Secret("1")])
        #expect(try await SecretStore([]).values(of: ["a"]).isEmpty)
        #expect(source.asked == ["a"])
    }

    @Test("A source that cannot be asked is not skipped")
    func broken() async throws {
        let last = Source(["a": "1"])
        let message = await fault(isRetryable: true) {
            try await SecretStore([Broken(), last]).values(of: ["a"])
        }
        #expect(message == "It is broken.")
        #expect(last.asked.isEmpty)
    }

    @Test("What is asked of one source is asked at the same time, sixteen at once")
    func concurrency() async throws {
        let rendezvous = Rendezvous(16)
        let names = Set((0..<48).map { "name-\($0)" })
        let secrets = Dictionary(uniqueKeysWithValues: names.map { ($0, $0) })
        let source = Source(secrets, wait: { await rendezvous.meet() })
        let values = try await SecretStore([source]).values(of: names)
        #expect(values.mapValues { $0.reveal() } == secrets)
        #expect(await rendezvous.mostPresent == 16)
    }

    @Test("A path of Vault is asked for once, whatever number of its members is wanted")
    func once() async throws {
        let vault = Vault([
            "lif/org2": .kept(["token": "t2", "user": "u2", "value": "v2"]), "lif/org3": .kept(["token": "t3"]),
        ])
        try await StandInServer.with(vault.answer) { server in
            let names: Set = [
                "lif/org2#token", "lif/org2#user", "lif/org2#missing", "lif/org2", "lif/org3#token", "lif/org3#user",
                "LIF_TOKEN",
            ]
            let store = SecretStore([EnvironmentSecrets(environment: ["LIF_TOKEN": "e"]), try server.vault()])
            let values = try await store.values(of: names).mapValues { $0.reveal() }
            #expect(
                values == [
                    "lif/org2#token": "t2", "lif/org2#user": "u2", "lif/org2": "v2", "lif/org3#token": "t3",
                    "LIF_TOKEN": "e",
                ])
            #expect(server.asked.map(\.target).sorted() == ["/v1/secret/data/lif/org2", "/v1/secret/data/lif/org3"])
        }
    }

    @Test("A secret of AWS is asked for once, whatever number of its members is wanted")
    func onceAtAWS() async throws {
        try await StandInServer.with({ _ in .json(["SecretString": "{\"token\": \"t\", \"user\": \"u\"}"]) }) {
            server in
            let names: Set = ["lif/org2#token", "lif/org2#user", "lif/org2#missing", "lif/org2"]
            let values = try await SecretStore([try server.aws()]).values(of: names).mapValues { $0.reveal() }
            #expect(
                values == [
                    "lif/org2#token": "t", "lif/org2#user": "u", "lif/org2": "{\"token\": \"t\", \"user\": \"u\"}",
                ])
            #expect(server.asked.count == 1)
        }
    }
}
