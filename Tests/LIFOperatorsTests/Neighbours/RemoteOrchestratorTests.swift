import Foundation
import LIFHTTP
import LIFJSON
import LIFModel
import LIFNeighbours
import LIFQueryPlanner
import LIFTesting
import LIFWorkflow
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(1))) struct RemoteOrchestratorTests {
    private static let plan = QueryPlan(parts: [
        part("org2", paths: ["Name", "Contact"]), part("org3", paths: ["Name"]), part("org4", paths: ["Name"]),
    ])

    private static func part(_ source: String, paths: [String]) -> QueryPlanPart {
        QueryPlanPart(
            informationSourceID: source, adapterID: "lif-to-lif", learner: .known,
            fragmentPaths: paths.map(FragmentPath.init(entity:)))
    }

    /// Results for the first two parts, in another order than the plan's.
    private static let results = """
        {"run_id":"run-1","query_plan_part_results":[
        {"information_source_id":"org3","adapter_id":"lif-to-lif","data_timestamp":null,
        "person_id":{"identifier":"100001","identifierType":"SCHOOL_ASSIGNED_NUMBER"},"fragments":[],"error":"boom"},
        {"information_source_id":"org2","adapter_id":"lif-to-lif","data_timestamp":"2026-03-01T10:00:00Z",
        "person_id":{"identifier":"100001","identifierType":"SCHOOL_ASSIGNED_NUMBER"},
        "fragments":[{"fragment_path":"Person.Name","fragment":[{"firstName":"Ada","n":1.0}]}],"error":null}]}
        """

    private typealias Landed = [(index: Int, outcome: Outcome)]

    private static func run(
        _ server: SourceServer, token: String? = nil, runs: OrchestrationRuns? = nil,
        sleep: @escaping @Sendable (Duration) async throws -> Void = { _ in }
    ) async throws -> Landed {
        let landed = Mutex<Landed>([])
        let orchestrator = RemoteOrchestrator(
            configuration: RemoteOrchestratorConfiguration(baseURL: server.url, token: token),
            http: OutgoingHTTPClient(), runs: runs, sleep: sleep)
        try await orchestrator.run(plan) { index, outcome in landed.withLock { $0.append((index, outcome)) } }
        return landed.withLock { $0 }
    }

    private static func expectResults(_ landed: Landed) {
        #expect(landed.map(\.index) == [0, 1, 2])
        #expect(landed[0].outcome.fragments.first?.content.items.text == #"[{"firstName":"Ada","n":1.0}]"#)
        #expect(landed[0].outcome.dataTimestamp == Date(iso8601: "2026-03-01T10:00:00Z"))
        #expect(landed[1].outcome.failure?.reason == .sourceError)
        #expect(landed[2].outcome.failure?.reason == .invalidAnswer)
    }

    @Test("Results that come with the submission land, and a part without a result has failed")
    func synchronous() async throws {
        try await SourceServer.with({ _ in .json(Self.results) }) { server in
            Self.expectResults(try await Self.run(server, token: "t0k"))
            let asked = try #require(server.asked.first)
            #expect(server.asked.count == 1)
            #expect(asked.method == "POST")
            #expect(asked.target == "/jobs")
            #expect(asked.header("Authorization") == "Bearer t0k")
            #expect(asked.json["async"]?.text == "false")
            #expect(asked.json["lif_query_plan"]?.text == Self.plan.json.text)
        }
    }

    @Test("What results state about themselves that cannot be costs none of their data")
    func misstated() async throws {
        let results = Self.results.replacing(
            #""data_timestamp":"2026-03-01T10:00:00Z""#,
            with: #""data_timestamp":"long ago","duration_ms":9300000000000000"#)
        try await SourceServer.with({ _ in .json(results) }) { server in
            let outcome = try #require(try await Self.run(server).first?.outcome)
            #expect(outcome.fragments.count == 1)
            #expect(outcome.duration == .zero)
            #expect(outcome.dataTimestamp == nil)
        }
    }

    @Test(
        "An orchestrator that is asked too often, or is away for a moment, is asked again when it says so",
        arguments: [408, 429, 503])
    func busy(status: Int) async throws {
        let gets = Mutex(0)
        let slept = Mutex<[Duration]>([])
        try await SourceServer.with({ asked in
            if asked.method == "POST" { return .json(#"{"run_id":"run-1"}"#, status: 202) }
            let number = gets.withLock {
                $0 += 1; return $0
            }
            return number < 3
                ? SourceServer.Reply(status: status, body: [], headers: number == 1 ? ["Retry-After": "7"] : [:])
                : .json(#"{"job_id":"run-1","result":\#(Self.results)}"#)
        }) { server in
            Self.expectResults(try await Self.run(server, sleep: { wait in slept.withLock { $0.append(wait) } }))
            #expect(slept.withLock { $0 } == [.seconds(7), .milliseconds(250)])
        }
    }

    @Test("A job that takes longer is waited for", arguments: [200, 202])
    func waits(status: Int) async throws {
        let gets = Mutex(0)
        let slept = Mutex<[Duration]>([])
        try await SourceServer.with({ asked in
            if asked.method == "POST" { return .json(#"{"run_id":"run-1"}"#, status: status) }
            let number = gets.withLock {
                $0 += 1; return $0
            }
            return number < 3
                ? .json(#"{"code":"JobNotFinished"}"#, status: 409)
                : .json(#"{"job_id":"run-1","result":\#(Self.results)}"#)
        }) { server in
            Self.expectResults(try await Self.run(server, sleep: { wait in slept.withLock { $0.append(wait) } }))
            #expect(server.asked.map(\.target) == ["/jobs"] + Array(repeating: "/jobs/run-1/result", count: 3))
            #expect(server.asked.last?.header("Prefer") == "wait=10")
            // The server does not wait, so the client does.
            #expect(slept.withLock { $0 } == [.milliseconds(250), .milliseconds(250)])
        }
    }

    @Test(
        "Results that came with an answer are not wanted again: when they are posted, that is 200 at once",
        arguments: ["POST", "GET"])
    func postedToo(method: String) async throws {
        let runs = OrchestrationRuns(
            store: RunStore(), configuration: OrchestrationRunsConfiguration(holdingTime: .seconds(30)))
        let kept = LIFOperatorsTests.Landed()
        try await SourceServer.with({ asked in
            if asked.method == method {
                return .json(method == "POST" ? Self.results : #"{"result":\#(Self.results)}"#)
            }
            return .json(#"{"run_id":"run-1"}"#, status: 202)
        }) { (server) async throws in
            let orchestrator = RemoteOrchestrator(
                configuration: RemoteOrchestratorConfiguration(baseURL: server.url), http: OutgoingHTTPClient(),
                runs: runs, sleep: { _ in })
            let landed = LIFOperatorsTests.Landed()
            try await orchestrator.run(Self.plan) { landed.add($0, $1) }
            #expect(landed.indices == [0, 1, 2])
        }
        try await ResultsListener.with(runs, kept: kept) { (listener) async throws in
            let answer = try await listener.post(Self.results)
            #expect(answer.status == 200)
            #expect(answer.body == .null)
        }
        #expect(kept.indices == [])
    }

    @Test("A caller that leaves has the job cancelled")
    func cancels() async throws {
        let (deletions, delete) = AsyncStream.makeStream(of: String.self)
        let (waits, wait) = AsyncStream.makeStream(of: Void.self)
        try await SourceServer.with({ asked in
            switch asked.method {
            case "POST": return .json(#"{"run_id":"run-1"}"#, status: 202)
            case "DELETE":
                delete.yield(asked.target)
                return .status(204)
            default:
                wait.yield()
                try await Task.sleep(for: .seconds(600))
                return .status(409)
            }
        }) { server in
            let run = Task { try await Self.run(server).count }
            for await _ in waits { break }
            run.cancel()
            await #expect(throws: CancellationError.self) { try await run.value }
            for await target in deletions {
                #expect(target == "/jobs/run-1")
                break
            }
        }
    }

    @Test(
        "A caller that leaves before the orchestrator has answered leaves at once; the run is known then, and cancelled"
    )
    func leavesWhileSubmitting() async throws {
        let (posts, post) = AsyncStream.makeStream(of: Void.self)
        let (deletions, delete) = AsyncStream.makeStream(of: String.self)
        let answer = Gate()
        let store = RunStore()
        let runs = OrchestrationRuns(store: store)
        try await SourceServer.with({ asked in
            if asked.method == "DELETE" {
                delete.yield(asked.target)
                return .status(204)
            }
            post.yield()
            try await answer.wait()
            return .json(#"{"run_id":"run-1"}"#)
        }) { server in
            let run = Task { try await Self.run(server, runs: runs).count }
            for await _ in posts { break }
            run.cancel()
            await #expect(throws: CancellationError.self) { try await run.value }
            answer.open()
            for await target in deletions {
                #expect(target == "/jobs/run-1")
                break
            }
            let id = try #require(RandomID("run-1"))
            #expect(try await store.run(id) != nil)
        }
    }

    @Test("A job that failed as a whole fails each part", arguments: ["POST", "GET"])
    func failedJob(method: String) async throws {
        try await SourceServer.with({ asked in
            asked.method == method
                ? .json(#"{"code":"OperatorException","detail":"x"}"#, status: 502) : .json(#"{"run_id":"run-1"}"#)
        }) { server in
            let landed = try await Self.run(server)
            #expect(landed.map(\.index) == [0, 1, 2])
            #expect(landed.allSatisfy { $0.outcome.failure?.reason == .sourceError })
        }
    }

    /// As an orchestrator that takes so many parts, and knows some sources.
    private static func picky(_ asked: SourceServer.Asked, limit: Int, known: Set<String>, tells: Bool)
        -> SourceServer.Reply
    {
        let parts = asked.json["lif_query_plan"]?.elements ?? []
        let sources = parts.map { $0["information_source_id"]?.string ?? "" }
        if parts.count > limit {
            return .json(
                #"{"code":"QueryParseException","faults":[{"place":"lif_query_plan","message":"too many"}]}"#,
                status: 400)
        }
        let unknown = sources.indices.filter { !known.contains(sources[$0]) }
        if !unknown.isEmpty {
            let faults =
                tells ? unknown.map { #"{"place":"lif_query_plan[\#($0)].information_source_id","message":"x"}"# } : []
            return .json(
                #"{"code":"OperatorNotFoundException","faults":[\#(faults.joined(separator: ","))]}"#, status: 400)
        }
        let results = sources.map { source in
            #"{"information_source_id":"\#(source)","adapter_id":"lif-to-lif","data_timestamp":null,"person_id":{"identifier":"100001","identifierType":"SCHOOL_ASSIGNED_NUMBER"},"fragments":[{"fragment_path":"Person.Name","fragment":[{"firstName":"\#(source)"}]}],"error":null}"#
        }
        return .json(#"{"query_plan_part_results":[\#(results.joined(separator: ","))]}"#)
    }

    @Test(
        "An orchestrator that knows one source less, or takes fewer parts, gets what it takes",
        arguments: [(100, true), (100, false), (2, true), (1, false), (3, false)])
    func takesSome(limit: Int, tells: Bool) async throws {
        let sources = (1...9).map { "org\($0)" }
        let known = Set(sources).subtracting(["org4"])
        let plan = QueryPlan(parts: sources.map { Self.part($0, paths: ["Name"]) })
        let landed = Mutex<Landed>([])
        try await SourceServer.with({ Self.picky($0, limit: limit, known: known, tells: tells) }) { server in
            let orchestrator = RemoteOrchestrator(
                configuration: RemoteOrchestratorConfiguration(baseURL: server.url), http: OutgoingHTTPClient())
            let error = await #expect(throws: LIFError.self) {
                try await orchestrator.run(plan) { index, outcome in landed.withLock { $0.append((index, outcome)) } }
            }
            #expect(error?.reason == .operatorNotFound && error?.isRetryable == false)
            if limit == 100, tells { #expect(server.asked.count == 2) }
        }
        let all = landed.withLock { $0 }
        #expect(all.map(\.index).sorted() == [0, 1, 2, 4, 5, 6, 7, 8])
        #expect(
            all.allSatisfy {
                $0.outcome.fragments.first?.content.items.text == #"[{"firstName":"org\#($0.index + 1)"}]"#
            })
    }

    @Test(
        "Whether the same plan may be taken later is reported, and when",
        arguments: [
            (503, #"{"code":"Overloaded"}"#, true), (503, "", true), (502, "<html>", true), (429, "", true),
            (500, "{}", true),
            (501, "", false), (401, "", false), (404, "", false), (400, #"{"code":"QueryParseException"}"#, false),
            (302, "", false),
        ])
    func mayPass(status: Int, body: String, isRetryable: Bool) async throws {
        let reply = SourceServer.Reply(status: status, body: Array(body.utf8), headers: ["Retry-After": "7"])
        try await SourceServer.with({ _ in reply }) { server in
            let error = await #expect(throws: LIFError.self) { try await Self.run(server) }
            #expect(error?.isRetryable == isRetryable)
            #expect(error?.retryAfter == (isRetryable ? .seconds(7) : nil))
        }
    }

    @Test(
        "That it cannot take the plan at present is passed on; no other problem becomes that of the planner's client",
        arguments: [
            (503, LIFError.Code.jobPostException, true), (503, .overloaded, true),
            (503, .outputQueueNotAvailableException, true), (400, .queryParseException, false),
            (422, .queryParseException, false), (400, .operatorNotFoundException, false),
            (404, .jobNotFoundException, false), (413, .requestTooLarge, false), (400, .queryNotValid, false),
            (421, .hostNotAllowed, false), (508, .federationLoop, false), (500, .internalFault, false),
        ])
    func problems(status: Int, code: LIFError.Code, isPassedOn: Bool) async throws {
        try await SourceServer.with({ _ in
            .json(#"{"status":\#(status),"code":"\#(code.rawValue)","detail":"SECRET 100001"}"#, status: status)
        }) { server in
            let error = await #expect(throws: LIFError.self) { try await Self.run(server) }
            #expect(error?.code == (isPassedOn ? code : .neighbourNotAvailable))
            #expect(error?.blame == .source)
            #expect(error?.message.contains("Orchestrator") == true)
            #expect(error?.message.contains(code.rawValue) == true)
            #expect(error?.message.contains("SECRET") == false)
            #expect(error?.message.contains("100001") == false)
            #expect(error?.isShapeError == false)
        }
    }

    @Test(
        "Any other answer means that the Orchestrator is not available",
        arguments: [
            (500, "{}"), (502, "<html>"), (401, #"{"code":"NotAuthorized","detail":"x"}"#), (302, ""),
            (404, #"{"detail":"SECRET"}"#),
            (200, "{}"), (200, "SECRET"), (200, #"{"run_id":"../../x"}"#), (200, #"{"query_plan_part_results":[{}]}"#),
        ])
    func unavailable(status: Int, body: String) async throws {
        try await SourceServer.with({ _ in .json(body, status: status) }) { server in
            let error = await #expect(throws: LIFError.self) { try await Self.run(server) }
            #expect(error?.code == .neighbourNotAvailable)
            #expect(error?.message.contains("Orchestrator") == true)
            #expect(error?.message.contains("SECRET") == false)
            #expect(server.asked.count == 1)
        }
    }

    @Test("An orchestrator that does not run is named")
    func refused() async throws {
        let url = try await SourceServer.with({ _ in .status(200) }) { $0.url }
        let orchestrator = RemoteOrchestrator(
            configuration: RemoteOrchestratorConfiguration(baseURL: url + "/"), http: OutgoingHTTPClient())
        let error = await #expect(throws: LIFError.self) { try await orchestrator.run(Self.plan) { _, _ in } }
        #expect(error?.code == .neighbourNotAvailable)
        #expect(error?.message.contains("no connection") == true)
        #expect(error?.isRetryable == true)
    }

    @Test("A configuration that is printed does not show its token")
    func secret() {
        let configuration = RemoteOrchestratorConfiguration(baseURL: "http://h", token: "t0k")
        var text = "\(configuration) \(String(reflecting: configuration))"
        dump(configuration, to: &text)
        #expect(!text.contains("t0k"))
    }
}
