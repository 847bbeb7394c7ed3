import LIFConcurrency
import LIFJSON
import LIFModel
import LIFTesting
import Testing

@testable import LIFQueryPlanner

/// Queries of more learners than fit into a page.
@Suite(.timeLimit(.minutes(2))) struct PagesTests {
    private let time = ManualTime()
    private let sources = [source("org1", ["Name"]), source("org2", ["Name"])]

    /// org1 knows all but 100; org2 fails for those at a page's edge, and knows nobody else.
    private var runner: LearnersRunner {
        LearnersRunner(time) { part in
            if part.informationSourceID == "org1" {
                return part.learner.identifier == "100"
                    ? .empty(learnerKnown: false) : try LearnersRunner.named(part)
            }
            if ["0", "99", "100", "199", "200", "249"].contains(part.learner.identifier) { throw LIFError.refused }
            return .empty(learnerKnown: false)
        }
    }

    @Test("Many learners are answered in the order asked, each once, and each with its own completeness")
    func manyLearners() async throws {
        let runner = runner
        let setup = PlannerSetup(sources, time: time, runner: runner)
        let asked = Array(learners((0..<250).reversed()))
        let query = LIFQuery(learners: asked + [asked[0], asked[249], asked[120]], selectedFields: [])
        let kept = try #require(try await setup.planner.reply(to: query).kept)

        let records = try await kept.native()["records"]?.elements.map(\.text) ?? []
        let expected = (0..<250).reversed().map {
            $0 == 100 ? #"{"Person":[]}"# : #"{"Person":[{"Name":["org1 \#($0)"]}]}"#
        }
        #expect(records.count == 250)
        #expect(zip(records, expected).filter { $0 != $1 }.isEmpty)
        let compatible = try RawJSON(validating: Array(try await kept.compatible().utf8)).elements.map(\.text)
        #expect(compatible.count == 249)
        #expect(zip(compatible, expected.filter { $0.contains("Name") }).filter { $0 != $1 }.isEmpty)
        #expect(kept.progress.landed == [.fetched: 249, .empty: 245, .missing: 6])
        #expect(kept.mayKnowLearner)
        #expect(try await kept.gaps().map { "\($0.sourceID) \($0.path) \($0.outcome)" } == ["org2 Person.Name missing"])
        let missing = try await setup.requests.outcomes(of: kept.request.id, after: 0, limit: 1_000)
            .map(\.landed.part).filter { $0.outcome == .missing }
        // As an index into what was asked, whichever page it is on.
        #expect(Set(missing.map(\.learner)) == Set([0, 99, 100, 199, 200, 249].map { 249 - $0 }))
        #expect(runner.partCount == 500, "each pair was asked for once")
    }

    @Test("The answer of many learners is the same in memory and page by page from the store")
    func sameAnswer() async throws {
        let setup = PlannerSetup(sources, time: time, runner: runner)
        let query = LIFQuery(learners: learners(0..<250), selectedFields: ["Person.Name"])
        let kept = try #require(try await setup.planner.reply(to: query).kept)
        let again = PlannerSetup(sources, time: time, runner: runner)
        let answer = try await again.planner.run(query)
        #expect(try await kept.compatible() == answer.compatibleJSON.text)
        #expect(kept.mayKnowLearner == answer.mayKnowLearner)
        #expect(kept.progress.oldestData == answer.oldestData)
    }

    @Test(
        "A client that reads its answer of many learners leaves nothing pending, and one that leaves cancels the work")
    func leaves() async throws {
        let gate = Gate()
        let runner = LearnersRunner(time) { part in
            try await gate.wait()
            return try LearnersRunner.named(part)
        }
        let setup = PlannerSetup(sources, time: time, runner: runner)
        let planner = setup.planner
        let query = LIFQuery(learners: learners(0..<150), selectedFields: [])
        let asked = Task { try await planner.reply(to: query) }
        try await runner.waitForParts(300)
        #expect(try await setup.requests.pendingCount() == 1)
        asked.cancel()
        await #expect(throws: CancellationError.self) { try await asked.value }
        #expect(try await setup.requests.pendingCount() == 0)
        try await eventually("cancelled parts") { runner.cancelled == 300 }

        gate.open()
        let kept = try #require(try await planner.reply(to: query).kept)
        await planner.discard(kept.request.id)
        #expect(try await planner.request(kept.request.id).state == .expired)
    }

    @Test("A query of many learners is its client's while that waits, and asynchronous once the client has its id")
    func told() async throws {
        let gate = Gate()
        let runner = LearnersRunner(time) { part in
            try await gate.wait()
            return try LearnersRunner.named(part)
        }
        let store = ProcessedRequestStore()
        let setup = PlannerSetup(sources, time: time, runner: runner, requests: store)
        let planner = setup.planner
        let query = LIFQuery(learners: learners(0..<150), selectedFields: [])
        let waiting = Task { try await planner.reply(to: query) }
        try await runner.waitForParts(300)
        // As another process sees it when this one dies.
        let seen = try await store.claim(living: [], by: HolderID(), limit: 9)
        #expect(seen.map(\.isUntold) == [true])
        waiting.cancel()
        _ = await waiting.result
        let options = QueryOptions(wait: .milliseconds(200))
        let id = try #require(try await planner.reply(to: query, options).correlationID)
        #expect(try await store.request(id)?.isUntold == false)
        await planner.shutdown()
    }

    @Test("All sources failing for all of many learners is an error, as it is for one")
    func allFail() async throws {
        let setup = PlannerSetup(sources, time: time, runner: LearnersRunner(time) { _ in throw LIFError.refused })
        let error = await #expect(throws: LIFError.self) {
            try await setup.planner.reply(to: LIFQuery(learners: learners(0..<101), selectedFields: []))
        }
        #expect(error?.code == .sourcesNotAvailable)
        #expect(try await setup.requests.pendingCount() == 0)
    }

    @Test("Of one query eight pages are worked on at the same time, of all large ones twelve")
    func pagesInFlight() async throws {
        let gate = Gate()
        let runner = LearnersRunner(time) { part in
            try await gate.wait()
            return try LearnersRunner.named(part)
        }
        let setup = PlannerSetup([source("org1", ["Name"])], time: time, runner: runner)
        let planner = setup.planner
        var ids: [RandomID] = []
        for query in 0..<3 {
            let asked = LIFQuery(learners: learners((0..<1_000).map { $0 + query * 1_000 }), selectedFields: [])
            ids.append(try #require(try await planner.reply(to: asked, .noTime).correlationID))
            if query == 0 {
                try await eventually("eight pages") { runner.partCount == 800 }
                #expect(planner.services.gate.ledger.freePlaces == 8)
            }
        }
        try await eventually("twelve pages") { runner.partCount == 1_200 }
        try await eventually("the others wait") { planner.services.gate.waitingCount == 12 }
        #expect(runner.partCount == 1_200)
        gate.open()
        for id in ids {
            #expect(try await planner.request(id, waitingFor: .seconds(60)).state == .completed)
            #expect(try await planner.progress(of: id).count == 1_000)
        }
        #expect(planner.services.gate.ledger.freePlaces == 16)
    }

    @Test("Large queries of a slow source hold up neither small ones nor those whose pages the cache has")
    func slowSource() async throws {
        let gate = Gate()
        let runner = LearnersRunner(time) { part in
            if (Int(part.learner.identifier) ?? 0) >= 1_000 { try await gate.wait() }
            return try LearnersRunner.named(part)
        }
        let planner = PlannerSetup([source("org1", ["Name"])], time: time, runner: runner).planner
        func accept(_ numbers: Range<Int>) async throws -> RandomID {
            let asked = LIFQuery(learners: learners(numbers), selectedFields: [])
            // Also what the cache has: taken up as by a planner that has just been started.
            let request = try await planner.requests.accept(try await planner.inquiry(asked, QueryOptions()))
            try await planner.requests.takeUp()
            return request.id
        }
        let cached = try await accept(0..<300)
        #expect(try await planner.request(cached, waitingFor: .seconds(60)).state == .completed)
        let slow = [try await accept(1_000..<2_000), try await accept(2_000..<3_000)]
        try await eventually("the places are taken") { planner.services.gate.waitingCount == 4 }
        let again = try await accept(0..<300)
        let small = try await accept(500..<600)
        for id in [again, small] {
            #expect(
                try await within("its end") { try await planner.request(id, waitingFor: .seconds(60)).state }
                    == .completed)
            #expect(try await planner.progress(of: id).landed.keys.contains(id == again ? .cached : .fetched))
        }
        #expect(!gate.isOpen)
        gate.open()
        for id in slow {
            #expect(try await planner.request(id, waitingFor: .seconds(60)).state == .completed)
            #expect(try await planner.progress(of: id).count == 1_000)
        }
        #expect(planner.services.gate.ledger.freePlaces == 16)
    }

    @Test("Learners whom a source knows by one identifier are fetched once, and each gets the data")
    func aliases() async throws {
        let runner = LearnersRunner(time, LearnersRunner.named)
        let known = LearnerIdentifier(identifier: "x", identifierType: "T")
        let setup = PlannerSetup(
            [source("org1", ["Name"])], time: time, runner: runner, identities: GivenIdentities(["org1": known]))
        let answer = try await setup.planner.run(LIFQuery(learners: learners(1...2), selectedFields: []))
        #expect(
            answer.compatibleJSON.text == #"[{"Person":[{"Name":["org1 x"]}]},{"Person":[{"Name":["org1 x"]}]}]"#)
        // Also over the edge of a page.
        setup.time.advance(by: .seconds(3_600))
        let kept = try #require(
            try await setup.planner.reply(to: LIFQuery(learners: learners(0..<101), selectedFields: [])).kept)
        #expect(kept.progress.landed.values.reduce(0, +) == 101)
        #expect(runner.count("org1", "x") == 2, "once by each query")
    }

    @Test("A query that no source supplies, and one of no learners, are answered at once")
    func nothingToDo() async throws {
        let setup = PlannerSetup(sources, time: time, runner: runner)
        let unsupplied = LIFQuery(learners: learners(0..<150), selectedFields: ["Person.Proficiency"])
        let cached = try #require(try await setup.planner.reply(to: unsupplied).cached)
        #expect(cached.mayKnowLearner, "none is there that could tell")
        #expect(try await cached.compatible() == "[]")
        #expect(try await cached.native()["records"]?.elements.count == 150)
        let nobody = try await setup.planner.reply(to: LIFQuery(learners: [], selectedFields: []))
        #expect(nobody.answer?.compatible.text == "[]")
    }
}
