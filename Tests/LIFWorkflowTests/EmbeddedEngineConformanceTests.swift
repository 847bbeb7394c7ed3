import LIFEmbeddedEngine
import LIFTesting
import LIFWorkflow
import Testing

@Suite struct EmbeddedEngineConformanceTests {
    @Test(
        "The embedded engine keeps its contract",
        arguments: WorkflowEngineConformance { EmbeddedEngine(poolLimits: $0) }.checks)
    func embeddedEngine(_ check: ConformanceCheck) async throws { try await check.run() }
}
