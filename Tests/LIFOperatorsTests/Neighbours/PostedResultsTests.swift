import Foundation
import LIFHTTP
import LIFJSON
import LIFModel
import LIFNeighbours
import LIFQueryPlanner
import LIFSQLite
import LIFTesting
import Synchronization
import Testing

/// An orchestrator that gives results only by posting them to the planner.
@Suite(.timeLimit(.minutes(1))) struct PostedResultsTests {
    private static let plan = QueryPlan(parts: [part("org2", "Name", "Contact"), part("org3", "Name")])

    private static func part(
        _ source: String, learner: LearnerIdentifier = .known, _ paths: String...
    ) -> QueryPlanPart {
        QueryPlanPart(
            informationSourceID: source, adapterID: "lif-to-lif", learner: learner,
            fragmentPaths: paths.map(FragmentPath.init(entity:)))
    }

    private static let name = #"[{"firstName":"Ada"}]"#

    private static func runs(_ store: RunStore = RunStore()) -> OrchestrationRuns {
        OrchestrationRuns(store: store, configuration: OrchestrationRunsConfiguration(holdingTime: .seconds(20)))
    }

    private static func orchestrator(
        _ server: SourceServer, _ runs: OrchestrationRuns, outageTolerance: Duration = .milliseconds(300)
    ) -> RemoteOrchestrator {
        RemoteOrchestrator(
            configuration: RemoteOrchestratorConfiguration(
                baseURL: server.url, outageTolerance: outageTolerance, settlingTime: .milliseconds(200)),
            http: OutgoingHTTPClient(), runs: runs, sleep: { _ in try await Task.sleep(for: .milliseconds(5)) })
    }

    /// Runs the plan against a stand-in while the body has its way with both.
    private static func run(
        _ plan: QueryPlan = Self.plan, reference: ReferenceOrchestrator = ReferenceOrchestrator(),
        runs: OrchestrationRuns = Self.runs(), posting other: OrchestrationRuns? = nil,
        _ body: @escaping @Sendable (ReferenceOrchestrator, ResultsListener, Landed) async throws -> Void
    ) async throws -> Landed {
        let landed = Landed()
        try await SourceServer.with({ await reference.answer($0) }) { (server) async throws in
            try await ResultsListener.with(other ?? runs) { (listener) async throws in
                async let running: Void = orchestrator(server, runs).run(plan) { landed.add($0, $1) }
                try await within("the submission") { try await reference.submissions.wait(for: 1) }
                try await body(reference, listener, landed)
                try await running
            }
        }
        return landed
    }

    @Test("Results land as they are posted, each part once")
    func asTheyArrive() async throws {
        let landed = try await Self.run { (reference, listener, landed) async throws in
            let first = try await listener.post(PostedResults.document(PostedResults.part("org3")))
            #expect(first.status == 200)
            #expect(first.body == .null)
            // The run goes on, and what has come is there.
            try await landed.wait(for: 1)
            #expect(landed.indices == [1])
            try await listener.post(
                PostedResults.document(PostedResults.part("org2"), PostedResults.part("org3", nil)))
        }
        #expect(landed.indices == [1, 0])
        #expect(landed[0]?.fragments.map(\.content.items.text) == [Self.name])
        #expect(landed[0]?.fragments.map(\.path.entity) == ["Name"])
        #expect(landed[1]?.failure == nil)
    }

    @Test("Results that are posted before the run's id is known are held, and land")
    func beforeTheID() async throws {
        let runs = Self.runs()
        let (statuses, status) = AsyncStream.makeStream(of: Int.self)
        let landed = Landed()
        try await ResultsListener.with(runs) { (listener) async throws in
            let reference = ReferenceOrchestrator { _ in
                // The job is faster than the answer to its submission: it posts on its own.
                Task {
                    let document = PostedResults.document(PostedResults.part("org2"), PostedResults.part("org3"))
                    status.yield((try? await listener.post(document).status) ?? 0)
                    status.finish()
                }
                try? await Task.sleep(for: .milliseconds(100))
            }
            try await SourceServer.with({ await reference.answer($0) }) { (server) async throws in
                try await Self.orchestrator(server, runs).run(Self.plan) { landed.add($0, $1) }
            }
        }
        for await status in statuses { #expect(status == 200) }
        #expect(landed.indices == [0, 1])
        #expect(landed[0]?.fragments.count == 1)
    }

    @Test("Results that are posted to another planner process on the store land in the one that waits")
    func otherProcess() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "lif-runs-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        let (one, other) = (try LIFDatabase(folder: folder), try LIFDatabase(folder: folder))
        let landed = try await Self.run(
            runs: Self.runs(RunStore(one)), posting: Self.runs(RunStore(other))
        ) { (_, listener, landed) async throws in
            #expect(try await listener.post(PostedResults.document(PostedResults.part("org2"))).status == 200)
            try await landed.wait(for: 1)
            #expect(try await listener.post(PostedResults.document(PostedResults.part("org3"))).status == 200)
        }
        #expect(landed.indices == [0, 1])
        #expect(landed[0]?.fragments.map(\.content.items.text) == [Self.name])
        try await one.close()
        try await other.close()
    }

    @Test("A failed run reaches whoever waits at once; what had arrived of it stays")
    func failedRun() async throws {
        let landed = try await Self.run { (reference, listener, landed) async throws in
            try await listener.post(PostedResults.document(PostedResults.part("org3")))
            try await landed.wait(for: 1)
            reference.set("FAILED")
        }
        #expect(landed.indices == [1, 0])
        #expect(landed[1]?.failure == nil)
        #expect(landed[0]?.failure?.reason == .sourceError)
    }

    @Test("A failing source is reported as a failure, and its words are not repeated")
    func failingSource() async throws {
        let landed = try await Self.run { (_, listener, _) async throws in
            try await listener.post(
                PostedResults.document(PostedResults.part("org2", nil), PostedResults.part("org3")))
        }
        #expect(landed[0]?.failure?.reason == .sourceError)
        #expect(landed[0]?.failure?.message.contains("Pipeline") == false)
        #expect(landed[1]?.fragments.count == 1)
    }

    @Test("A completed run without results fails its parts as an invalid answer")
    func completedWithoutResults() async throws {
        let landed = try await Self.run { (reference, listener, landed) async throws in
            try await listener.post(PostedResults.document(PostedResults.part("org3")))
            try await landed.wait(for: 1)
            reference.set("COMPLETED")
        }
        #expect(landed[0]?.failure?.reason == .invalidAnswer)
        #expect(landed[1]?.fragments.count == 1)
    }

    @Test("A run that a restarted orchestrator has lost fails its parts")
    func lostRun() async throws {
        let landed = try await Self.run { reference, _, _ in reference.forget() }
        #expect(landed.indices == [0, 1])
        #expect(landed[0]?.failure?.reason == .sourceError)
        #expect(landed[0]?.failure?.message.contains("no longer knows") == true)
    }

    @Test("An orchestrator that dies in between is reported as not available, by name")
    func gone() async throws {
        let reference = ReferenceOrchestrator()
        let runs = Self.runs()
        let running = try await SourceServer.with({ await reference.answer($0) }) { (server) async throws in
            let orchestrator = Self.orchestrator(server, runs)
            let running = Task { try await orchestrator.run(Self.plan) { _, _ in } }
            try await within("a request for the status") { try await reference.statusRequests.wait(for: 1) }
            return running
        }
        let error = await #expect(throws: LIFError.self) { try await running.value }
        #expect(error?.code == .neighbourNotAvailable)
        #expect(error?.message.contains("Orchestrator") == true)
    }

    @Test("An orchestrator that is away for a moment costs nothing")
    func awayForAMoment() async throws {
        let away = Mutex(3)
        let reference = ReferenceOrchestrator()
        let runs = Self.runs()
        let landed = Landed()
        try await SourceServer.with({ asked in
            let isAway =
                asked.method == "GET"
                && away.withLock { left in
                    left -= 1
                    return left >= 0
                }
            return isAway ? .status(503) : await reference.answer(asked)
        }) { (server) async throws in
            try await ResultsListener.with(runs) { (listener) async throws in
                async let running: Void = Self.orchestrator(server, runs, outageTolerance: .seconds(30))
                    .run(Self.plan) { landed.add($0, $1) }
                try await within("a request for the status") { try await reference.statusRequests.wait(for: 1) }
                try await listener.post(
                    PostedResults.document(PostedResults.part("org2"), PostedResults.part("org3")))
                try await running
            }
        }
        #expect(landed.indices == [0, 1])
    }

    @Test("An identifier such as SVU-20250001 goes out and comes back as it is", arguments: hardIdentifiers)
    func identifiers(_ identifier: String) async throws {
        let learner = LearnerIdentifier.school(identifier)
        let plan = QueryPlan(parts: [Self.part("org2", learner: learner, "Name")])
        let sent = Mutex<String?>(nil)
        let reference = ReferenceOrchestrator { submission in
            sent.withLock { $0 = submission["lif_query_plan"]?.elements[0]["person_id"]?["identifier"]?.string }
        }
        let landed = try await Self.run(plan, reference: reference) { (_, listener, _) async throws in
            let document = PostedResults.document(PostedResults.part("org2", learner: learner))
            #expect(try await listener.post(document).status == 200)
        }
        #expect(sent.withLock { $0 } == identifier)
        #expect(landed[0]?.fragments.count == 1)
    }

    @Test("Results as deep as any JSON that is taken land")
    func deep() async throws {
        // Around a fragment's data there are six levels.
        let depth = JSONLimits.greatestDepth - 6
        let item = String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        let landed = try await Self.run { (_, listener, _) async throws in
            let fragment = #"{"fragment_path":"Person.Name","fragment":[\#(item)]}"#
            let document = PostedResults.document(
                PostedResults.part("org2", fragment), PostedResults.part("org3"))
            #expect(try await listener.post(document).status == 200)
            let deeper = fragment.replacing("[\(item)]", with: "[[\(item)]]")
            #expect(
                try await listener.post(PostedResults.document(PostedResults.part("org2", deeper))).status == 400)
        }
        #expect(landed[0]?.fragments.map(\.content.items.text) == ["[\(item)]"])
    }

    @Test("Without a place for posted results, an orchestrator that only posts them is not available")
    func withoutRuns() async throws {
        let reference = ReferenceOrchestrator()
        try await SourceServer.with({ await reference.answer($0) }) { (server) async throws in
            let orchestrator = RemoteOrchestrator(
                configuration: RemoteOrchestratorConfiguration(baseURL: server.url), http: OutgoingHTTPClient())
            let error = await #expect(throws: LIFError.self) { try await orchestrator.run(Self.plan) { _, _ in } }
            #expect(error?.code == .neighbourNotAvailable)
            #expect(error?.message.contains("posting") == true)
        }
    }
}
