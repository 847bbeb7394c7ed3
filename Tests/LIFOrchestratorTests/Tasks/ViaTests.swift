import LIFJSON
import LIFModel
import LIFTesting
import LIFWorkflow
import Synchronization
import Testing

@testable import LIFOrchestrator

/// The planners that a plan came through, on the way from who submits it to the operators.
@Suite(.timeLimit(.minutes(1))) struct ViaTests {
    /// Keeps the path that it is told, attempt by attempt; the first one fails.
    private final class ViaOperator: TaskOperator {
        private let told = Mutex<[FederationPath]>([])

        var paths: [FederationPath] { told.withLock { $0 } }

        func run(
            _ part: QueryPlanPart, context: OperatorContext, emit: @Sendable (OperatorItem) async throws -> Void
        ) async throws -> OperatorReport {
            told.withLock { $0.append(context.via) }
            if context.attempt == 1 { throw LIFError.away }
            return OperatorReport(learnerKnown: true)
        }

        func check() async throws -> String { "" }
    }

    private func setup(_ operation: any TaskOperator) -> OrchestratorSetup {
        OrchestratorSetup(
            policy: TaskPolicy(retries: 1, timeout: .seconds(30)), runner: .impatient,
            register: { $0.register(OrchestratorSetup.adapter(0)) { _ in operation } })
    }

    @Test("An operator is given the path of a plan that is run for a caller, at each attempt")
    func run() async throws {
        let operation = ViaOperator()
        let setup = setup(operation)
        let via = try FederationPath(["org9", "us"])
        try await setup.orchestrator.run(QueryPlan(parts: [OrchestratorSetup.part(0)], via: via)) { _, _ in }
        #expect(operation.paths == [via, via])
    }

    @Test("The path of a submitted job is read, kept and passed on")
    func submitted() async throws {
        let operation = ViaOperator()
        let setup = setup(operation)
        let plan = QueryPlan(parts: [OrchestratorSetup.part(0)]).json.value()
        let (submission, _) = try setup.orchestrator.parser.submission(
            ["lif_query_plan": plan, "via": ["org9", "us"]])
        let job = try await setup.orchestrator.submit(submission)
        _ = try await setup.finished(job.id)
        let via = try FederationPath(["org9", "us"])
        #expect(operation.paths == [via, via])
        #expect(try await setup.storage.jobs.job(job.id)?.plan.via == via)
    }

    @Test("Without a path, or with null, an operator is given none")
    func none() async throws {
        for via in [nil, JSONValue.null] as [JSONValue?] {
            let operation = ViaOperator()
            let setup = setup(operation)
            let plan = QueryPlan(parts: [OrchestratorSetup.part(0)]).json.value()
            let document: JSONValue = via.map { ["lif_query_plan": plan, "via": $0] } ?? ["lif_query_plan": plan]
            let (submission, _) = try setup.orchestrator.parser.submission(document)
            let job = try await setup.orchestrator.submit(submission)
            _ = try await setup.finished(job.id)
            #expect(operation.paths == [FederationPath(), FederationPath()])
        }
    }

    @Test("A path that is none is refused with its place, and the ids are not repeated")
    func refused() throws {
        let parser = setup(ViaOperator()).orchestrator.parser
        let plan = QueryPlan(parts: [OrchestratorSetup.part(0)]).json.value()
        let long = JSONValue.string(String(repeating: "x", count: 129))
        for (via, places) in [
            ("org1", ["via"]), (["org1", 2, ""], ["via[1]", "via[2]"]),
            ([long, "a\nb", "é"], ["via[0]", "via[1]", "via[2]"]),
            (.array(Array(repeating: "org1", count: 17)), ["via"]),
        ] as [(JSONValue, [String])] {
            let error = try #require(throws: LIFError.self) {
                try parser.submission(["lif_query_plan": plan, "via": via])
            }
            #expect(error.code == .queryParseException)
            #expect(error.faults.map(\.place) == places)
            #expect(!error.message.contains("xxx"))
        }
    }
}
