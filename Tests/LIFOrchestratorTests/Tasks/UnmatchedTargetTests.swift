import LIFModel
import LIFTesting
import LIFWorkflow
import Testing

@testable import LIFOrchestrator

/// What a source's mapping found nothing for.
@Suite(.timeLimit(.minutes(1))) struct UnmatchedTargetTests {
    private struct Mapping: TaskOperator {
        func run(
            _ part: QueryPlanPart, context: OperatorContext, emit: @Sendable (OperatorItem) async throws -> Void
        ) async throws -> OperatorReport {
            try await emit(.fragment(try fragment("Name", "[1]")))
            return OperatorReport(
                learnerKnown: true, unmatched: [UnmatchedTarget(target: "Person.Name.lastName", paths: ["surnam"])])
        }

        func check() async throws -> String { "" }
    }

    @Test("It is counted by name, stands in the job's log, and the data that there is lands")
    func counted() async throws {
        let metrics = RecordedMetrics()
        let setup = OrchestratorSetup(
            metrics: metrics, register: { $0.register("mapping") { _ in Mapping() } },
            configure: { $0.catalogue = OrchestratorSetup.catalogue(1, adapters: [0: "mapping"]) })
        for count in 1...2 {
            let job = try await setup.submit(
                QueryPlan(parts: [OrchestratorSetup.part(0, ["Name"], adapter: "mapping")]))
            _ = try await setup.finished(job.id)
            #expect(try await setup.outcomes(job.id)[0]?.fragments == [try fragment("Name", "[1]")])
            #expect(
                metrics.total("lif_mapping_unmatched_total{source=org1,target=Person.Name.lastName}") == Int64(count))
            let entries = try await setup.orchestrator.log(job.id).filter { $0.event == "unmatched" }
            #expect(entries.map(\.message) == ["org1: the mapping of Person.Name.lastName found nothing at surnam."])
        }
    }

    @Test("The process's log says it once for each member, until the configuration is loaded anew")
    func once() {
        let targets = ToldOnce()
        #expect(targets.isFirst(source: "a", "x") && targets.isFirst(source: "b", "x"))
        #expect(!targets.isFirst(source: "a", "x") && targets.isFirst(source: "a", "y"))
    }
}
