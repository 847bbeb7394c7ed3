import LIFEmbeddedEngine
import LIFTesting
import LIFWorkflow
import Testing

@Suite struct EmbeddedEngineConformanceTests {
    @Test(
        "The embedded engine keeps its contract",
        arguments: TaskSchedulerConformance { EmbeddedEngine(limits: $0) }.checks)
    func embeddedEngine(_ check: ConformanceCheck) async throws { try await check.run() }
}
