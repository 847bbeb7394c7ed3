import Foundation
import LIFHTTP
import LIFJSON
import LIFModel
import LIFQueryPlanner
import LIFSQLite
import LIFTesting
import Testing

/// `POST /orchestration/results`, over real HTTP.
@Suite(.timeLimit(.minutes(1))) struct OrchestrationResultsRouteTests {
    private static let id = RandomID()
    private static let plan = QueryPlan(parts: [
        QueryPlanPart(
            informationSourceID: "org2", adapterID: "lif-to-lif", learner: .known,
            fragmentPaths: [FragmentPath(entity: "Name")])
    ])

    private static func document(_ parts: String...) -> String {
        #"{"run_id":"\#(id)","query_plan_part_results":[\#(parts.joined(separator: ","))]}"#
    }

    private static func runs(
        _ store: RunStore = RunStore(), holding: Duration = .milliseconds(50), heldLimit: Int = 64,
        heldByteLimit: Int = 64 << 20, now: @escaping @Sendable () -> Date = { Date() }
    ) async throws -> OrchestrationRuns {
        let runs = OrchestrationRuns(
            store: store,
            configuration: OrchestrationRunsConfiguration(
                holdingTime: holding, heldLimit: heldLimit, heldByteLimit: heldByteLimit, retention: .seconds(3_600)),
            now: now)
        try await runs.register(id, plan: plan)
        return runs
    }

    @Test("Results are kept also when nobody waits for them any more, and once however often they are posted")
    func keptOnce() async throws {
        let kept = Landed()
        let runs = try await Self.runs()
        try await ResultsListener.with(runs, kept: kept) { (listener) async throws in
            for _ in 0..<3 {
                let answer = try await listener.post(Self.document(PostedResults.part("org2")))
                #expect(answer.status == 200)
                #expect(answer.body == .null)
            }
        }
        #expect(kept.indices == [1])
        #expect(kept[1]?.fragments.map(\.content.items.text) == [#"[{"firstName":"Ada"}]"#])
    }

    @Test("Results of a run whose results came with an answer are taken with 200 at once, and change nothing")
    func closedRun() async throws {
        let kept = Landed()
        let runs = try await Self.runs(holding: .seconds(60))
        await runs.close(Self.id)
        let other = RandomID()
        try await ResultsListener.with(runs, kept: kept) { (listener) async throws in
            for document in [
                Self.document(PostedResults.part("org2")), Self.document(PostedResults.part("org2", nil)),
                Self.document(),
            ] {
                let answer = try await listener.post(document)
                #expect(answer.status == 200)
                #expect(answer.body == .null)
            }
            // The results may be posted before the answer that has them has come.
            async let early = listener.post(PostedResults.document(run: other.text, PostedResults.part("org2")))
            await runs.close(other)
            #expect(try await early.status == 200)
        }
        #expect(kept.indices == [])
        #expect(try await runs.arrived(of: Self.id, except: []) == [:])
    }

    @Test("A part of which the orchestrator has left something out is not kept as if that were all")
    func leftOut() async throws {
        let kept = Landed()
        let runs = try await Self.runs()
        try await ResultsListener.with(runs, kept: kept) { (listener) async throws in
            let part = PostedResults.part("org2")
            let posted = part.dropLast() + #","left_out":["Person.birthDate"]}"#
            #expect(try await listener.post(Self.document(String(posted))).status == 200)
            #expect(kept.indices == [])
            // Whole results of it are taken then.
            #expect(try await listener.post(Self.document(part)).status == 200)
        }
        #expect(kept.indices == [1])
    }

    @Test(
        "Results with a duration or a time that cannot be are refused with the place, and taken once that is mended",
        arguments: [
            #""duration_ms":9300000000000000"#, #""duration_ms":-9223372036854775808"#, #""duration_ms":1e400"#,
            #""data_timestamp":"the day before""#, #""data_timestamp":"99999-01-01T00:00:00Z""#,
        ])
    func misstated(_ member: String) async throws {
        let kept = Landed()
        let folder = FileManager.default.temporaryDirectory.appending(path: "lif-runs-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        let database = try LIFDatabase(folder: folder)
        let runs = try await Self.runs(RunStore(database))
        try await ResultsListener.with(runs, kept: kept) { (listener) async throws in
            // The last one of a name counts, as in all JSON.
            let part = PostedResults.part("org2").dropLast() + ",\(member)}"
            let answer = try await listener.post(Self.document(String(part)))
            #expect(answer.status == 422)
            #expect(answer.code == "QueryParseException")
            let name = member.split(separator: "\"")[0]
            #expect(answer.detail.contains("query_plan_part_results[0].\(name)"))
            #expect(kept.indices == [])
            let mended = PostedResults.part("org2").dropLast() + #","duration_ms":12.5}"#
            #expect(try await listener.post(Self.document(String(mended))).status == 200)
        }
        #expect(kept[1]?.duration == .microseconds(12_500))
        try await database.close()
    }

    @Test("The first outcome of a part stays, also against another one")
    func firstStays() async throws {
        let runs = try await Self.runs()
        try await ResultsListener.with(runs) { (listener) async throws in
            try await listener.post(Self.document(PostedResults.part("org2")))
            #expect(try await listener.post(Self.document(PostedResults.part("org2", nil))).status == 200)
        }
        #expect(try await runs.arrived(of: Self.id, except: [])[0]?.failure == nil)
    }

    @Test("Results of a run that was submitted before the planner was restarted are taken")
    func afterARestart() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "lif-runs-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        let former = try LIFDatabase(folder: folder)
        _ = try await Self.runs(RunStore(former))
        try await former.close()
        let database = try LIFDatabase(folder: folder)
        let kept = Landed()
        let runs = OrchestrationRuns(store: RunStore(database))
        try await ResultsListener.with(runs, kept: kept) { (listener) async throws in
            #expect(try await listener.post(Self.document(PostedResults.part("org2"))).status == 200)
        }
        #expect(kept.indices == [1])
        try await database.close()
    }

    @Test("A source's data outside the paths it was asked for is not saved")
    func outsidePaths() async throws {
        let kept = Landed()
        let runs = try await Self.runs()
        try await ResultsListener.with(runs, kept: kept) { (listener) async throws in
            let part = PostedResults.part(
                "org2",
                #"{"fragment_path":"Person.Contact","fragment":[{"c":1}]},"#
                    + #"{"fragment_path":"Person.Name","fragment":[{"n":1}]}"#
            )
            #expect(try await listener.post(Self.document(part)).status == 200)
        }
        #expect(kept[1]?.fragments.map(\.content.items.text) == [#"[{"n":1}]"#])
        #expect(kept[1]?.fragments.map(\.path.entity) == ["Name"])
    }

    @Test("What is dropped is counted by source")
    func counted() async throws {
        let runs = try await Self.runs()
        let part = PostedResults.part(
            "org2", #"{"fragment_path":"Person.Contact","fragment":[]},{"fragment_path":"Course.Name","fragment":[]}"#)
        let dropped = try await runs.receive(try raw(Self.document(part))) { _, _, _ in }
        #expect(dropped == ["org2": 2])
    }

    @Test(
        "Results that the run's plan does not ask for are refused as a whole, with the place and without values",
        arguments: [
            (PostedResults.part("org9"), "information_source_id"),
            (PostedResults.part("org2", adapter: "x"), "adapter_id"),
            (PostedResults.part("org2", learner: .school("someone-else")), "person_id"),
        ])
    func foreign(_ part: String, _ member: String) async throws {
        let kept = Landed()
        let runs = try await Self.runs()
        try await ResultsListener.with(runs, kept: kept) { (listener) async throws in
            let answer = try await listener.post(Self.document(PostedResults.part("org2"), part))
            #expect(answer.status == 400)
            #expect(answer.code == "QueryParseException")
            #expect(answer.detail.contains("query_plan_part_results[1].\(member)"))
            #expect(!answer.detail.contains("someone-else"))
        }
        #expect(kept.indices.isEmpty)
        #expect(try await runs.arrived(of: Self.id, except: []).isEmpty)
    }

    @Test(
        "A document of another shape is refused with the place",
        arguments: [
            ("[]", "run_id"), ("{}", "run_id"), (#"{"run_id":7}"#, "run_id"), (#"{"run_id":"../x"}"#, "run_id"),
            (#"{"run_id":"ID"}"#, "query_plan_part_results"),
            (#"{"run_id":"ID","query_plan_part_results":[{}]}"#, "query_plan_part_results[0].person_id"),
            (
                #"{"run_id":"ID","query_plan_part_results":[{"person_id":{"identifier":7}}]}"#,
                "query_plan_part_results[0].information_source_id"
            ),
        ])
    func shape(_ text: String, _ place: String) async throws {
        let runs = try await Self.runs()
        try await ResultsListener.with(runs) { (listener) async throws in
            let answer = try await listener.post(text.replacing("ID", with: Self.id.text))
            #expect(answer.status == 422)
            #expect(answer.code == "QueryParseException")
            #expect(answer.detail.contains(place))
        }
    }

    @Test("A part without error must have fragments: what lacks them is not taken for empty")
    func withoutFragments() async throws {
        let runs = try await Self.runs()
        try await ResultsListener.with(runs) { (listener) async throws in
            let part = PostedResults.part("org2").replacing(#""fragments":["#, with: #""other":["#)
            let answer = try await listener.post(Self.document(part))
            #expect(answer.status == 422)
            #expect(answer.detail.contains("fragments"))
        }
    }

    @Test("What is no JSON is refused")
    func noJSON() async throws {
        try await ResultsListener.with(try await Self.runs()) { (listener) async throws in
            #expect(try await listener.post("{").status == 400)
        }
    }

    @Test("Results of an unknown run are answered with 404, after they have been held")
    func unknownRun() async throws {
        try await ResultsListener.with(try await Self.runs()) { (listener) async throws in
            let answer = try await listener.post(PostedResults.document(PostedResults.part("org2")))
            #expect(answer.status == 404)
            #expect(answer.code == "JobNotFoundException")
        }
    }

    @Test("More results than may wait for their run are asked to come again")
    func heldLimit() async throws {
        let store = RunStore()
        let runs = try await Self.runs(store, holding: .seconds(60), heldLimit: 1)
        let early = RandomID()
        try await ResultsListener.with(runs) { (listener) async throws in
            let document = PostedResults.document(run: early.text, PostedResults.part("org2"))
            async let held = listener.post(document).status
            try await eventually("the first results are held") { store.listenerCount == 1 }
            let refused = try await listener.post(
                PostedResults.document(run: RandomID().text, PostedResults.part("org2")))
            #expect(refused.status == 503)
            #expect(refused.code == "Overloaded")
            try await runs.register(early, plan: Self.plan)
            #expect(try await held == 200)
        }
    }

    @Test("Results that wait for their run are bounded in bytes too, and what they had is free again afterwards")
    func heldBytes() async throws {
        let store = RunStore()
        let early = RandomID()
        let document = PostedResults.document(run: early.text, PostedResults.part("org2"))
        let size = try raw(document).bytes.count
        let runs = try await Self.runs(store, holding: .seconds(60), heldByteLimit: size * 2 - 1)
        try await ResultsListener.with(runs) { (listener) async throws in
            for run in [early, RandomID()] {
                let document = PostedResults.document(run: run.text, PostedResults.part("org2"))
                async let held = listener.post(document).status
                try await eventually("the first results are held") { store.listenerCount == 1 }
                let refused = try await listener.post(
                    PostedResults.document(run: RandomID().text, PostedResults.part("org2")))
                #expect(refused.status == 503)
                #expect(refused.code == "Overloaded")
                try await runs.register(run, plan: Self.plan)
                #expect(try await held == 200)
                try await eventually("nothing is held") { store.listenerCount == 0 }
            }
        }
    }

    @Test("Results of exactly as many bytes as may wait are held, of one more they are refused", arguments: [0, 1])
    func exactlyHeldBytes(excess: Int) async throws {
        let store = RunStore()
        let early = RandomID()
        let document = PostedResults.document(run: early.text, PostedResults.part("org2"))
        let size = try raw(document).bytes.count
        let runs = try await Self.runs(store, holding: .seconds(60), heldByteLimit: size - excess)
        try await ResultsListener.with(runs) { (listener) async throws in
            async let status = listener.post(document).status
            if excess == 0 {
                try await eventually("the results are held") { store.listenerCount == 1 }
                try await runs.register(early, plan: Self.plan)
            }
            #expect(try await status == (excess == 0 ? 200 : 503))
        }
    }

    @Test("Runs are removed after their retention, so that the store does not grow for ever")
    func retention() async throws {
        let time = ManualTime()
        let store = RunStore()
        let runs = try await Self.runs(store, now: { time.now })
        #expect(try await store.run(Self.id) != nil)
        time.advance(by: .seconds(3_700))
        try await runs.register(RandomID(), plan: Self.plan)
        #expect(try await store.run(Self.id) == nil)
    }

    @Test("The results' own token opens this route and no other; the listener's opens both")
    func tokens() async throws {
        let runs = try await Self.runs()
        try await ResultsListener.with(runs, token: "main", resultsToken: "results") { (listener) async throws in
            let document = Self.document(PostedResults.part("org2"))
            #expect(try await listener.post(document).status == 401)
            #expect(try await listener.post(document, headers: [("X-API-Key", "other")]).status == 401)
            #expect(try await listener.post(document, headers: [("X-API-Key", "results")]).status == 200)
            #expect(try await listener.post(document, headers: [("Authorization", "Bearer results")]).status == 200)
            #expect(try await listener.post(document, headers: [("Authorization", "Bearer main")]).status == 200)
            #expect(try await listener.send(.get, "/query", nil, [("X-API-Key", "results")]).status == 401)
            #expect(try await listener.send(.get, "/query", nil, [("X-API-Key", "main")]).status == 200)
        }
    }

    @Test("A results' token is asked for also where the listener has none")
    func onlyResultsToken() async throws {
        try await ResultsListener.with(try await Self.runs(), resultsToken: "results") { (listener) async throws in
            let document = Self.document(PostedResults.part("org2"))
            #expect(try await listener.post(document).status == 401)
            #expect(try await listener.post(document, headers: [("X-API-Key", "results")]).status == 200)
            #expect(try await listener.send(.get, "/query").status == 200)
        }
    }
}
