import LIFJSON
import LIFModel
import LIFTesting
import LIFWorkflow
import Testing

@testable import LIFOrchestrator

/// What `orchestrator.results_url` gets, where a deployed planner may be.
@Suite(.timeLimit(.minutes(1))) struct PostedResultsTests {
    private static let url = "http://planner.example/orchestration/results"

    private static func setup(
        _ recorder: RecordingCallback, withScalars: Bool = false, runner: TaskRunner = .impatient
    ) throws -> OrchestratorSetup {
        let fragments = [
            Fragment(path: FragmentPath(entity: "Name"), content: try #require(try content(#"[{"firstName":"Ada"}]"#))),
            Fragment(
                path: FragmentPath(entity: "Contact"), content: try #require(try content(#""100001@example.edu""#))),
        ]
        return OrchestratorSetup(
            [ScriptedOperator(.fragments(fragments)), ScriptedOperator(.fragments(fragments))], runner: runner,
            register: { $0.registerCallbackURLs { _ in recorder } },
            configure: {
                $0.resultsURL = url
                $0.resultsHaveScalars = withScalars
            })
    }

    private static func content(_ text: String) throws -> FragmentContent? {
        FragmentContent(member: try RawJSON(validating: Array(text.utf8)))
    }

    private static let plan = QueryPlan(parts: [0, 1].map { OrchestratorSetup.part($0, ["Name", "Contact"]) })

    private static func paths(_ body: RawJSON) -> [[String?]] {
        (body["query_plan_part_results"]?.elements ?? []).map { part in
            (part["fragments"]?.elements ?? []).map { $0["fragment_path"]?.string }
        }
    }

    @Test("A scalar is left out there, with one line for each path in the job's log, and the queue has it still")
    func leftOut() async throws {
        let recorder = RecordingCallback(failures: [LIFError.away, LIFError.away])
        let setup = try Self.setup(recorder)
        let job = try await setup.submit(Self.plan)
        try await recorder.waitForDeliveries(1)
        try await setup.leavesNothing()
        let body = try #require(recorder.delivered.first).body
        #expect(Self.paths(body) == [["Person.Name"], ["Person.Name"]])
        for part in body["query_plan_part_results"]?.elements ?? [] {
            for fragment in part["fragments"]?.elements ?? [] {
                #expect(fragment["fragment"]?.elements.allSatisfy(\.isObject) == true)
            }
        }
        let notices = try await setup.orchestrator.log(job.id).filter { $0.event == "scalar-left-out" }
        #expect(notices.count == 1, "once for the path, over parts and attempts")
        #expect(notices.first?.message.contains("Person.Contact") == true)
        #expect(notices.first?.message.contains("100001") == false)
        let kept = try await setup.orchestrator.results(job.id).json
        #expect(Self.paths(kept) == [["Person.Name", "Person.Contact"], ["Person.Name", "Person.Contact"]])
    }

    @Test("A planner that takes scalars gets them, by the setting; so does a job's own receiver")
    func whole() async throws {
        let recorder = RecordingCallback()
        let setup = try Self.setup(recorder, withScalars: true)
        let job = try await setup.submit(Self.plan)
        try await recorder.waitForDeliveries(1)
        #expect(recorder.delivered.first?.body == (try await setup.orchestrator.results(job.id)).json)

        let other = RecordingCallback()
        let second = try Self.setup(other)
        _ = try await second.submit(Self.plan, callback: "http://other.example/results")
        try await other.waitForDeliveries(2)
        let own = other.delivered.first { $0.callback.target == "http://other.example/results" }
        #expect(Self.paths(try #require(own).body).first == ["Person.Name", "Person.Contact"])
    }
}
