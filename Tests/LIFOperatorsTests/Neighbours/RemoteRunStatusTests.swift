import LIFHTTP
import LIFJSON
import LIFModel
import LIFQueryPlanner
import LIFTesting
import Synchronization
import Testing

@testable import LIFNeighbours

/// Runs at an orchestrator elsewhere that end in another way than completed or failed, or do not end.
@Suite(.timeLimit(.minutes(1))) struct RemoteRunStatusTests {
    private static let plan = QueryPlan(
        parts: ["org2", "org3"].map { source in
            QueryPlanPart(
                informationSourceID: source, adapterID: "lif-to-lif", learner: .known,
                fragmentPaths: [FragmentPath(entity: "Name")])
        })

    /// - Parameter meanwhile: What happens at the planner's route for results while the run is waited for.
    private static func run(
        _ answer: @escaping @Sendable (SourceServer.Asked) async -> SourceServer.Reply,
        timeout: Duration = .seconds(300), settlingTime: Duration = .seconds(30),
        meanwhile: @escaping @Sendable (ResultsListener, Landed) async throws -> Void = { _, _ in }
    ) async throws -> (landed: Landed, asked: [String]) {
        let landed = Landed()
        let runs = OrchestrationRuns(store: RunStore())
        let asked = try await SourceServer.with(answer) { (server) async throws in
            try await ResultsListener.with(runs) { (listener) async throws in
                let orchestrator = RemoteOrchestrator(
                    configuration: RemoteOrchestratorConfiguration(baseURL: server.url, settlingTime: settlingTime),
                    http: OutgoingHTTPClient(), runs: runs, runTimeout: { _ in timeout },
                    sleep: { _ in try await Task.sleep(for: .milliseconds(20)) })
                async let running: Void = orchestrator.run(plan) { landed.add($0, $1) }
                try await meanwhile(listener, landed)
                try await running
            }
            return server
        }
        return (landed, asked.asked.map { "\($0.method) \($0.target)" })
    }

    @Test(
        "A canceled run ends its parts at once, with the engine's word",
        arguments: ["CANCELED", "Cancelled", "CANCELING"])
    func canceled(_ word: String) async throws {
        let reference = ReferenceOrchestrator()
        reference.set(word)
        let (landed, _) = try await Self.run { await reference.answer($0) }
        #expect(landed.indices == [0, 1])
        #expect(landed[0]?.failure?.reason == .cancelled)
        #expect(landed[0]?.failure?.message.contains(word) == true)
    }

    @Test("What has come of a canceled run stays")
    func canceledInPart() async throws {
        let reference = ReferenceOrchestrator()
        let (landed, _) = try await Self.run({ await reference.answer($0) }) { listener, landed in
            try await reference.submissions.wait(for: 1)
            try await listener.post(PostedResults.document(PostedResults.part("org3")))
            try await landed.wait(for: 1)
            reference.set("CANCELED")
        }
        #expect(landed.indices == [1, 0])
        #expect(landed[1]?.failure == nil)
        #expect(landed[0]?.failure?.reason == .cancelled)
    }

    @Test("A status that nobody knows ends its parts when it stays, with the word, bounded and printable")
    func unknown() async throws {
        for (word, shown) in [
            ("PAUSED_BY_OPERATOR", "PAUSED_BY_OPERATOR."), ("<b>\u{7}x\u{202E}", "bx."),
            (String(repeating: "A", count: 5_000), String(repeating: "A", count: 40) + "."), ("…", "other characters."),
        ] {
            let (landed, _) = try await Self.run { asked in
                switch (asked.method, asked.target) {
                case ("POST", _): .json(#"{"run_id":"r1"}"#)
                case (_, "/jobs/r1"):
                    .json(String(decoding: RawJSON(["job_id": "r1", "status": .string(word)]).bytes, as: UTF8.self))
                default: .json(#"{"detail":"Not Found"}"#, status: 404)
                }
            }
            #expect(landed[0]?.failure?.reason == .sourceError)
            let message = landed[0]?.failure?.message ?? ""
            #expect(message.contains(shown), "\(message)")
        }
    }

    @Test("A status that nobody knows, between two that are known, ends nothing")
    func unknownInPassing() async throws {
        let words = Mutex(["QUEUED", "ALLOCATING", "STARTED", "ALLOCATING", "SUCCESS"])
        let (landed, _) = try await Self.run({ asked in
            switch (asked.method, asked.target) {
            case ("POST", _): return .json(#"{"run_id":"r1"}"#)
            case (_, "/jobs/r1"):
                let word = words.withLock { $0.count > 1 ? $0.removeFirst() : $0[0] }
                return .json(#"{"job_id":"r1","status":"\#(word)"}"#)
            default: return .json(#"{"detail":"Not Found"}"#, status: 404)
            }
        }) { listener, _ in
            let document = PostedResults.document(run: "r1", PostedResults.part("org2"), PostedResults.part("org3"))
            try await eventually("the run succeeds") { words.withLock { $0.count } == 1 }
            try await listener.post(document)
        }
        #expect(landed[0]?.failure == nil)
        #expect(landed[1]?.failure == nil)
    }

    @Test("A status that nobody knows is not believed for one answer that took long")
    func unknownSlowly() async throws {
        let statusRequests = Tally()
        let (landed, _) = try await Self.run({ asked in
            switch (asked.method, asked.target) {
            case ("POST", _): return .json(#"{"run_id":"r1"}"#)
            case (_, "/jobs/r1"):
                statusRequests.add()
                guard statusRequests.count == 1 else { return .json(#"{"job_id":"r1","status":"SUCCESS"}"#) }
                try? await Task.sleep(for: .milliseconds(1_200))
                return .json(#"{"job_id":"r1","status":"ALLOCATING"}"#)
            default: return .json(#"{"detail":"Not Found"}"#, status: 404)
            }
        }) { listener, landed in
            try await eventually("the run succeeds, or is given up") {
                statusRequests.count == 2 || !landed.indices.isEmpty
            }
            try await listener.post(
                PostedResults.document(run: "r1", PostedResults.part("org2"), PostedResults.part("org3")))
        }
        #expect(landed.indices.sorted() == [0, 1])
        #expect(landed[0]?.failure == nil)
        #expect(landed[1]?.failure == nil)
    }

    @Test("A run that a deployed orchestrator has no word for is what its engine's word says, and not lost")
    func unmapped() async throws {
        let word = Mutex("NOT_STARTED")
        let asked = Tally()
        let (landed, _) = try await Self.run(
            { request in
                switch (request.method, request.target) {
                case ("POST", _): return .json(#"{"run_id":"r1"}"#)
                case (_, "/jobs/r1"):
                    asked.add()
                    let detail = "The run has an unmapped status '\(word.withLock { $0 })' at 'dagster'"
                    return .json(#"{"detail":"\#(detail)"}"#, status: 404)
                default: return .json(#"{"detail":"Not Found"}"#, status: 404)
                }
            }, settlingTime: .milliseconds(1)
        ) { _, landed in
            try await within("the status is asked for") { try await asked.wait(for: 5) }
            #expect(landed.indices == [])
            word.withLock { $0 = "CANCELED" }
        }
        #expect(landed[0]?.failure?.reason == .cancelled)
        #expect(landed[0]?.failure?.message.contains("CANCELED") == true)
    }

    @Test("A run that never starts ends at the time that is configured, is canceled there, and asked for no more")
    func stuck() async throws {
        let reference = ReferenceOrchestrator()
        let landed = Landed()
        let runs = OrchestrationRuns(store: RunStore())
        try await SourceServer.with({ await reference.answer($0) }) { (server) async throws in
            let orchestrator = RemoteOrchestrator(
                configuration: RemoteOrchestratorConfiguration(baseURL: server.url), http: OutgoingHTTPClient(),
                runs: runs, runTimeout: { _ in .milliseconds(300) })
            try await orchestrator.run(Self.plan) { landed.add($0, $1) }
            #expect(landed.indices == [0, 1])
            #expect(landed[0]?.failure?.reason == .timeout)
            #expect(landed[0]?.failure?.message.contains("orchestrator_run_timeout") == true)
            try await eventually("it is canceled") { server.asked.contains { $0.method == "DELETE" } }
            let count = reference.statusRequests.count
            // What comes later is taken all the same.
            try await ResultsListener.with(runs) { (listener) async throws in
                let late = try await listener.post(PostedResults.document(PostedResults.part("org2")))
                #expect(late.status == 200)
            }
            #expect(reference.statusRequests.count == count)
        }
        let id = try #require(RandomID(ReferenceOrchestrator.runID))
        #expect(try await runs.arrived(of: id, except: [])[0]?.failure == nil)
    }
}
