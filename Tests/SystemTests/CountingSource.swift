import Hummingbird
import LIFJSON
import Logging
import NIOCore
import ServiceLifecycle
import Synchronization

/// A REST source that knows every learner, and counts how often it was asked about each. It answers after a delay.
final class CountingSource: Sendable {
    fileprivate struct State {
        var counts: [String: Int] = [:]
        var running = 0
        var mostAtOnce = 0
    }

    let port: Int
    private let state: Recorder
    private let group: ServiceGroup
    private let task: Task<Void, any Error>

    fileprivate final class Recorder: Sendable {
        let state = Mutex(State())
    }

    /// - Parameter delay: From one to the other, by chance.
    static func start(delay: ClosedRange<Int> = 0...0) async throws -> CountingSource {
        let recorder = Recorder()
        let router = Router()
        router.get("users/:id") { _, context -> Response in
            let id = context.parameters.get("id") ?? ""
            recorder.state.withLock { state in
                state.counts[id, default: 0] += 1
                state.running += 1
                state.mostAtOnce = max(state.mostAtOnce, state.running)
            }
            defer { recorder.state.withLock { $0.running -= 1 } }
            // The delay of a source, not a wait for luck.
            try await Task.sleep(for: .milliseconds(Int.random(in: delay)))
            let body = #"{"name":[{"firstName":"Ada","lastName":"of \#(id.count) letters"}]}"#
            return Response(
                status: .ok, headers: [.contentType: "application/json"],
                body: .init(byteBuffer: ByteBuffer(string: body)))
        }
        var logger = Logger(label: "source")
        logger.logLevel = .critical
        let (ports, continuation) = AsyncStream.makeStream(of: Int.self)
        let server = Application(
            router: router, configuration: .init(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { continuation.yield($0.localAddress?.port ?? 0) }, logger: logger)
        let group = ServiceGroup(services: [server], logger: logger)
        let task = Task { try await group.run() }
        for await port in ports { return CountingSource(port, recorder, group, task) }
        throw CancellationError()
    }

    private init(
        _ port: Int, _ state: Recorder, _ group: ServiceGroup, _ task: Task<Void, any Error>
    ) {
        self.port = port
        self.state = state
        self.group = group
        self.task = task
    }

    /// How often it was asked, by learner.
    var counts: [String: Int] { state.state.withLock { $0.counts } }

    var mostAtOnce: Int { state.state.withLock { $0.mostAtOnce } }

    func stop() async {
        await group.triggerGracefulShutdown()
        _ = await task.result
    }

    /// The source's block in a configuration file.
    func yaml(_ id: String) -> String {
        """
          - information_source_id: \(id)
            adapter_id: rest
            ttl_hours: 24
            rest:
              url: "http://127.0.0.1:\(port)/users/{identifier}"
              mapping: {Person.Name: name}
            lif_fragment_paths: [Person.Name]

        """
    }

    static func part(_ source: String, learner: String) -> JSONValue {
        [
            "information_source_id": .string(source), "adapter_id": "rest",
            "person_id": ["identifier": .string(learner), "identifierType": "SCHOOL_ASSIGNED_NUMBER"],
            "lif_fragment_paths": ["Person.Name"], "translation": nil,
        ]
    }
}
