import LIFJSON
import LIFModel
import LIFTesting
import LIFWorkflow
import Testing

@testable import LIFOrchestrator

/// No learner's value leaves by another way than the results.
@Suite(.timeLimit(.minutes(1))) struct PrivacyTests {
    private let secret = "Ada-Lovelace-1815"

    @Test("No learner's value, and no job id, is in a log; no value in a job's log, a notice, a failure or a label")
    func nothingTold() async throws {
        let (log, metrics, notices) = (RecordedLog(), RecordedMetrics(), RecordingCallback())
        let talkative = Talkative(words: "no such person \(secret)")
        let name = try fragment("Name", "[\"\(secret)\"]")
        let receiver = RecordingCallback(failures: [LIFError.away, talkative])
        let setup = OrchestratorSetup(
            [
                ScriptedOperator(.document(try raw("{\"name\":\"\(secret)\"}"))),
                ScriptedOperator(.failure(talkative)), ScriptedOperator(.fragments([name])),
                ScriptedOperator(.fragments([name])), ScriptedOperator(.failure(LIFError.away), .fragments([name])),
                ScriptedOperator(.hang),
            ], policy: TaskPolicy(retries: 1, timeout: .seconds(30)), breaker: BreakerPolicy(failures: 1),
            runner: .impatient, translation: OrchestratorSetup.translation, metrics: metrics, logger: log.logger,
            register: { registry in
                registry.register("default", translator: ScriptedTranslator { _ in throw talkative })
                registry.register("notify", callback: notices)
                registry.register("receive", callback: receiver)
                registry.register(
                    "failing-steps",
                    pipeline: DataPipeline(
                        adapterID: OrchestratorSetup.adapter(3), steps: [ScriptedStep("fail") { _ in throw talkative }])
                )
            },
            configure: {
                $0.catalogue = OrchestratorSetup.catalogue(
                    6, translation: OrchestratorSetup.translation, adapters: [3: "failing-steps"])
            })
        let learner = LearnerIdentifier(identifier: secret, identifierType: "T")
        let parts = (0..<6).map { index in
            OrchestratorSetup.part(
                index, learner: learner, translation: index == 0 ? OrchestratorSetup.translation : nil,
                adapter: index == 3 ? "failing-steps" : nil)
        }
        var workflow = WorkflowSettings(sla: .milliseconds(1))
        workflow.callbacks.slaMiss = "notify"
        (workflow.callbacks.completion, workflow.callbacks.success) = ("notify", "notify")
        let job = try await setup.submit(QueryPlan(parts: parts), workflow: workflow, callback: "receive")
        let orchestrator = setup.orchestrator
        try await eventually("all but the last part") { try await orchestrator.report(job.id).progress.count == 5 }
        try await notices.waitForDeliveries(1)
        _ = try await orchestrator.cancel(job.id)
        try await eventually("giving up") { setup.storage.callbacks.closed.contains { $0.givenUp != nil } }
        let circuit = try await setup.submit(QueryPlan(parts: [parts[1]]))
        _ = try await setup.finished(circuit.id)
        _ = await #expect(throws: LIFError.self) {
            try await setup.submit(QueryPlan(parts: parts), callback: secret + "-x")
        }
        try await notices.waitForDeliveries(2)
        try await setup.leavesNothing()

        let report = try await orchestrator.report(job.id)
        let reasons = (0..<6).map { report.progress[$0]?.failure?.reason }
        #expect(reasons == [.internal, .internal, nil, .internal, nil, .cancelled], "each kind of fault is met")
        #expect(report.progress.values.allSatisfy { $0.failure?.message.contains(secret) != true })
        #expect(log.lines.count > 8)
        for line in log.lines {
            #expect(!line.contains(secret))
            #expect(!line.contains(job.id.text), "a job id opens personal data")
        }
        let entries = setup.storage.log.all
        #expect(entries.count > 8)
        for entry in entries { #expect(!"\(entry.message) \(entry.event)".contains(secret)) }
        #expect(notices.delivered.count >= 2)
        for notice in notices.delivered { #expect(!notice.body.text.contains(secret)) }
        for closed in setup.storage.callbacks.closed { #expect(closed.givenUp?.contains(secret) != true) }
        #expect(metrics.names.count > 8)
        for name in metrics.names { #expect(!name.contains(secret) && !name.contains(job.id.text)) }
        #expect(receiver.calls.first?.body.text.contains(secret) == true, "the results go to who may have them")
    }

    @Test("What an operator says for its job's log stands there, and not in the log of the process")
    func operatorsWords() async throws {
        let log = RecordedLog()
        let setup = OrchestratorSetup(
            logger: log.logger, register: { $0.register(OrchestratorSetup.adapter(0)) { _ in ChattyOperator() } })
        let job = try await setup.submit()
        _ = try await setup.finished(job.id)
        let entry = try await setup.orchestrator.log(job.id).first { $0.event == "operator" }
        #expect(entry?.message == "three pages read")
        #expect(entry?.task?.text == "part-0/fetch")
        #expect(entry?.attempt == 1)
        #expect(!log.lines.contains { $0.contains("three pages") })
    }
}

private struct ChattyOperator: TaskOperator {
    func run(
        _ part: QueryPlanPart, context: OperatorContext, emit: @Sendable (OperatorItem) async throws -> Void
    ) async throws -> OperatorReport {
        context.log("three pages read")
        return OperatorReport(learnerKnown: true)
    }

    func check() async throws -> String { "" }
}
