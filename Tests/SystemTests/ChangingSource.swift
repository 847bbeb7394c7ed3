import LIFJSON
import Synchronization

/// A REST source whose answers a test changes.
final class ChangingSource: Sendable {
    private struct State {
        var status = 200
        var body: String
        var count = 0
    }

    private final class Recorder: Sendable {
        let state: Mutex<State>

        init(_ body: String) { state = Mutex(State(body: body)) }
    }

    private let server: StandInServer
    private let recorder: Recorder

    static func start(_ body: String) async throws -> ChangingSource {
        let recorder = Recorder(body)
        let server = try await StandInServer.start { exchange in
            let (status, body) = recorder.state.withLock { state in
                state.count += 1
                return (state.status, state.body)
            }
            exchange.answer(status: status, body)
        }
        return ChangingSource(server, recorder)
    }

    private init(_ server: StandInServer, _ recorder: Recorder) {
        self.server = server
        self.recorder = recorder
    }

    /// How often it was asked.
    var count: Int { recorder.state.withLock { $0.count } }

    func answer(status: Int = 200, _ body: String) {
        recorder.state.withLock { ($0.status, $0.body) = (status, body) }
    }

    func stop() async { await server.stop() }

    /// The source's block in a configuration file.
    func yaml(_ id: String, _ settings: String = "ttl_hours: 24") -> String {
        """
          - information_source_id: \(id)
            adapter_id: rest
            rest:
              url: "http://127.0.0.1:\(server.port)/users/{identifier}"
              mapping: {Person.Name: name, Person.CredentialAward: awards}
            lif_fragment_paths: [Person.Name, Person.CredentialAward]
            \(settings)

        """
    }
}

extension Home {
    /// A source that ends with the home.
    func changingSource(_ body: String) async throws -> ChangingSource {
        let source = try await ChangingSource.start(body)
        atEnd { await source.stop() }
        return source
    }
}
