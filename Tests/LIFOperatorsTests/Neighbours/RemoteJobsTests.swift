import LIFHTTP
import LIFJSON
import LIFModel
import LIFQueryPlanner
import LIFTesting
import Synchronization
import Testing

@testable import LIFNeighbours

/// A query of several learners at an orchestrator whose job can do one.
@Suite(.timeLimit(.minutes(1))) struct RemoteJobsTests {
    private static func part(_ source: String, _ learner: String) -> QueryPlanPart {
        QueryPlanPart(
            informationSourceID: source, adapterID: "lif-to-lif", learner: .school(learner),
            fragmentPaths: [FragmentPath(entity: "Name")])
    }

    private static func jobs(_ parts: (String, String)...) -> [[Int]] {
        RemoteJobs(QueryPlan(parts: parts.map(part)), learners: .one).parts
    }

    @Test("Each learner is a job, with all its sources, in whatever order the plan has them")
    func learners() {
        #expect(Self.jobs(("s", "1"), ("t", "1"), ("s", "2"), ("t", "2")) == [[0, 1], [2, 3]])
        #expect(Self.jobs(("s", "1"), ("s", "2"), ("s", "3"), ("t", "3"), ("t", "1")) == [[0, 4], [1], [2, 3]])
        #expect(Self.jobs(("s", "1"), ("t", "1"), ("u", "1")) == [[0, 1, 2]])
        #expect(Self.jobs() == [])
    }

    @Test("Learners who lack different sources are different jobs, as are identifiers that only a mapper could join")
    func apart() {
        #expect(Self.jobs(("t", "a"), ("s", "b")) == [[0], [1]])
        #expect(Self.jobs(("s", "a1"), ("t", "a2"), ("u", "a3")) == [[0], [1], [2]])
        #expect(Self.jobs(("s", "1"), ("s", "1")) == [[0], [1]])
    }

    @Test("No job has a source twice, and each part is in one job, whatever the plan is like")
    func random() {
        var generator = SeededGenerator(seed: 7)
        for _ in 0..<200 {
            let parts = (0..<Int.random(in: 1...60, using: &generator)).map { _ in
                Self.part(
                    "s\(Int.random(in: 0...5, using: &generator))", "\(Int.random(in: 0...9, using: &generator))")
            }
            let jobs = RemoteJobs(QueryPlan(parts: parts), learners: .one).parts
            #expect(jobs.flatMap(\.self).sorted() == Array(parts.indices))
            for job in jobs {
                #expect(Set(job.map { parts[$0].informationSourceID }).count == job.count)
                #expect(Set(job.map { parts[$0].learner }).count == 1)
            }
        }
    }

    /// As the deployed job does: a part's results are the first ones of its source and adapter.
    private static func results(of submission: RawJSON) -> String {
        let parts = submission["lif_query_plan"]?.elements ?? []
        let results = parts.map { part -> String in
            let first = parts.first { $0["information_source_id"] == part["information_source_id"] } ?? part
            let name = first["person_id"]?["identifier"]?.string ?? ""
            return #"""
                {"information_source_id":\#(first["information_source_id"]?.text ?? ""),"adapter_id":"lif-to-lif",
                "data_timestamp":null,"person_id":\#(first["person_id"]?.text ?? ""),"error":null,
                "fragments":[{"fragment_path":"Person.Name","fragment":[{"firstName":"of \#(name)"}]}]}
                """#
        }
        return #"{"query_plan_part_results":[\#(results.joined(separator: ","))]}"#
    }

    private static let plan = QueryPlan(
        parts: (1...20).flatMap { learner in ["org2", "org3"].map { part($0, "\(learner)") } })

    private static func run(
        _ plan: QueryPlan = plan, learners: RemoteOrchestratorConfiguration.LearnersPerJob = .one, landed: Landed,
        at url: String
    ) async throws {
        try await RemoteOrchestrator(
            configuration: RemoteOrchestratorConfiguration(baseURL: url, learnersPerJob: learners),
            http: OutgoingHTTPClient()
        ).run(plan) { landed.add($0, $1) }
    }

    @Test("Twenty learners get their own data each, by twenty jobs, several and not too many at the same time")
    func twenty() async throws {
        let busy = Mutex((now: 0, most: 0))
        let all = Gate()
        let landed = Landed()
        try await SourceServer.with({ asked in
            let isEighth = busy.withLock { busy in
                busy.now += 1
                busy.most = max(busy.most, busy.now)
                return busy.now == 8
            }
            if isEighth { all.open() }
            try await all.wait()
            busy.withLock { $0.now -= 1 }
            return .json(Self.results(of: asked.json))
        }) { server in
            try await Self.run(landed: landed, at: server.url)
            #expect(server.asked.count == 20)
            for asked in server.asked {
                let learners = asked.json["lif_query_plan"]?.elements.map { $0["person_id"]?.text }
                #expect(Set(learners ?? []).count == 1)
            }
        }
        #expect(landed.indices.sorted() == Array(0..<40))
        for (index, part) in Self.plan.parts.enumerated() {
            #expect(
                landed[index]?.fragments.first?.content.items.text
                    == #"[{"firstName":"of \#(part.learner.identifier)"}]"#)
        }
        #expect(busy.withLock { $0.most } == 8)
    }

    @Test("An orchestrator that can do many learners gets one job")
    func many() async throws {
        let landed = Landed()
        try await SourceServer.with({ _ in .json(#"{"query_plan_part_results":[]}"#) }) { server in
            try await Self.run(learners: .many, landed: landed, at: server.url)
            #expect(server.asked.count == 1)
        }
        #expect(landed.indices == Array(0..<40))
    }

    @Test("A job that is refused, or fails, costs its own learner's parts only")
    func oneFails() async throws {
        let landed = Landed()
        try await SourceServer.with({ asked in
            switch asked.json["lif_query_plan"]?.elements.first?["person_id"]?["identifier"]?.string {
            case "2": .json(#"{"detail":"it cannot be submitted"}"#, status: 500)
            case "3": .json(#"{"code":"OperatorException"}"#, status: 502)
            default: .json(Self.results(of: asked.json))
            }
        }) { server in
            let error = await #expect(throws: LIFError.self) { try await Self.run(landed: landed, at: server.url) }
            #expect(error?.code == .neighbourNotAvailable)
            #expect(error?.message.contains("HTTP 500") == true)
            #expect(server.asked.count == 20)
        }
        #expect(landed.indices.sorted() == Array(0..<40).filter { ![2, 3].contains($0) })
        #expect(landed.indices.filter { landed[$0]?.failure != nil }.sorted() == [4, 5])
    }

    @Test("When the orchestrator is not there, not every job is tried")
    func away() async throws {
        let url = try await SourceServer.with({ _ in .status(200) }) { $0.url }
        let clock = ContinuousClock()
        let landed = Landed()
        let learners = (1...500).map { Self.part("org2", "\($0)") }
        let start = clock.now
        let error = await #expect(throws: LIFError.self) {
            try await Self.run(QueryPlan(parts: learners), landed: landed, at: url)
        }
        #expect(error?.message.contains("no connection") == true)
        #expect(landed.indices == [])
        #expect(clock.now - start < .seconds(20))
    }

    @Test("A caller that leaves has each of the jobs canceled")
    func cancels() async throws {
        let deletions = Mutex<Set<String>>([])
        let (submitted, waiting) = (Tally(), Tally())
        let number = Mutex(0)
        try await SourceServer.with({ asked in
            switch asked.method {
            case "POST":
                submitted.add()
                let id = number.withLock { number in
                    number += 1
                    return number
                }
                return .json(#"{"run_id":"r\#(id)"}"#, status: 202)
            case "DELETE":
                deletions.withLock { _ = $0.insert(asked.target) }
                return .status(204)
            default:
                waiting.add()
                try await Task.sleep(for: .seconds(600))
                return .status(409)
            }
        }) { server in
            let plan = QueryPlan(parts: (1...3).map { Self.part("org2", "\($0)") })
            let run = Task { try await Self.run(plan, landed: Landed(), at: server.url) }
            try await within("three jobs") { try await waiting.wait(for: 3) }
            run.cancel()
            await #expect(throws: CancellationError.self) { try await run.value }
            try await eventually("all are canceled") {
                deletions.withLock { $0 } == ["/jobs/r1", "/jobs/r2", "/jobs/r3"]
            }
            #expect(submitted.count == 3)
        }
    }
}

/// The same numbers each time.
