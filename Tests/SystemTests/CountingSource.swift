import LIFJSON
import NIOHTTP1
import Synchronization

/// A REST source that knows every learner, and counts how often it was asked about each. It answers after a delay, or when
/// the test lets it.
final class CountingSource: Sendable {
    private struct State {
        var counts: [String: Int] = [:]
        var keys: [String] = []
        var left: [String] = []
        var arrivals: [ContinuousClock.Instant] = []
        var running = 0
        var mostAtOnce = 0
        var held: [StandInServer.Exchange] = []
        var isHolding: Bool
    }

    private final class Recorder: Sendable {
        let state: Mutex<State>

        init(isHolding: Bool) { state = Mutex(State(isHolding: isHolding)) }
    }

    private let server: StandInServer
    private let recorder: Recorder
    private let filling: String

    /// - Parameters:
    ///   - delay: In milliseconds, from one to the other, by chance.
    ///   - bytes: Of each answer, at least.
    ///   - isHolding: Whether answers wait for `release`.
    static func start(
        delay: ClosedRange<Int> = 0...0, bytes: Int = 0, isHolding: Bool = false
    ) async throws -> CountingSource {
        let recorder = Recorder(isHolding: isHolding)
        let filling = String(repeating: "x", count: bytes)
        let server = try await StandInServer.start(
            left: { request in recorder.state.withLock { $0.left.append(learner(request)) } },
            receive: { exchange in
                let id = learner(exchange.request)
                let isHeld = recorder.state.withLock { state in
                    state.arrivals.append(.now)
                    state.running += 1
                    state.mostAtOnce = max(state.mostAtOnce, state.running)
                    state.counts[id, default: 0] += 1
                    state.keys += exchange.request.headers["x-key"]
                    if state.isHolding { state.held.append(exchange) }
                    return state.isHolding
                }
                if isHeld { return }
                // A bare task: the answer comes later than this call ends.
                Task {
                    try? await Task.sleep(for: .milliseconds(Int.random(in: delay)))
                    answer(exchange, filling, recorder)
                }
            })
        return CountingSource(server, recorder, filling)
    }

    private init(_ server: StandInServer, _ recorder: Recorder, _ filling: String) {
        self.server = server
        self.recorder = recorder
        self.filling = filling
    }

    private static func learner(_ request: StandInServer.Request) -> String {
        String(request.path.split(separator: "/").last ?? "")
    }

    private static func answer(_ exchange: StandInServer.Exchange, _ filling: String, _ recorder: Recorder) {
        // Before the answer, after which the next request may come.
        recorder.state.withLock { $0.running -= 1 }
        let name =
            #"{"firstName":"Ada","lastName":"of \#(learner(exchange.request).count) letters","suffix":"\#(filling)"}"#
        exchange.answer(#"{"name":[\#(name)]}"#)
    }

    var port: Int { server.port }

    /// How often it was asked, by learner.
    var counts: [String: Int] { recorder.state.withLock { $0.counts } }

    /// How often it was asked.
    var count: Int { counts.values.reduce(0, +) }

    /// What each request had as `x-key`.
    var keys: [String] { recorder.state.withLock { $0.keys } }

    /// When each request came.
    var arrivals: [ContinuousClock.Instant] { recorder.state.withLock { $0.arrivals } }

    /// How many requests were under way together, at most.
    var mostAtOnce: Int { recorder.state.withLock { $0.mostAtOnce } }

    /// The learners whose request was given up before its answer.
    var left: [String] { recorder.state.withLock { $0.left } }

    /// Answers what waits, and from now on at once.
    func release() {
        let held = recorder.state.withLock { state in
            defer { (state.isHolding, state.held) = (false, []) }
            return state.held
        }
        for exchange in held { Self.answer(exchange, filling, recorder) }
    }

    func stop() async { await server.stop() }

    /// The source's block in a configuration file.
    func yaml(_ id: String, _ settings: String = "") -> String {
        """
          - information_source_id: \(id)
            adapter_id: rest
            ttl_hours: 24
            rest:
              url: "http://127.0.0.1:\(port)/users/{identifier}"
              mapping: {Person.Name: name}
            lif_fragment_paths: [Person.Name]
        \(settings.isEmpty ? "" : "    \(settings)\n")
        """
    }

    /// A part of a query plan.
    static func part(_ source: String, adapter: String = "rest", learner: String = "100001") -> JSONValue {
        [
            "information_source_id": .string(source), "adapter_id": .string(adapter),
            "person_id": ["identifier": .string(learner), "identifierType": "SCHOOL_ASSIGNED_NUMBER"],
            "lif_fragment_paths": ["Person.Name"], "translation": nil,
        ]
    }
}
