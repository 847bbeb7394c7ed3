import LIFEmbeddedEngine
import LIFModel
import LIFOrchestrator
import LIFTesting
import LIFWorkflow
import Testing

@Suite struct OrchestratorConformanceTests {
    private static let conformance = PlanRunnerConformance { catalogue, operators in
        var registry = OperatorRegistry()
        for source in catalogue.sources {
            guard let adapter = operators[source.id] else { continue }
            registry.register(source.adapterID) { _ in adapter }
        }
        return Orchestrator(
            configuration: OrchestratorConfiguration(catalogue: catalogue), registry: registry,
            scheduler: EmbeddedEngine(),
            stores: .memory())
    }

    @Test("The orchestrator runs plans as a planner may expect", arguments: conformance.checks)
    func runsPlans(_ check: ConformanceCheck) async throws { try await check.run() }
}
