import Foundation
import LIFJSON
import LIFModel
import LIFTesting
import LIFWorkflow
import Testing

@testable import LIFOrchestrator

/// Which callbacks a job owes, and what they say.
@Suite(.timeLimit(.minutes(1))) struct CallbackTests {
    private func callbacks(_ target: String) -> WorkflowSettings.Callbacks {
        var callbacks = WorkflowSettings.Callbacks()
        (callbacks.completion, callbacks.success, callbacks.failure) = (target, target, target)
        return callbacks
    }

    @Test("A job that completed sends its results, its completion and its success; one that failed its failure instead")
    func kinds() async throws {
        let recorder = RecordingCallback()
        let setup = OrchestratorSetup(
            [
                ScriptedOperator(.fragments([try fragment("Name", "[1]")])),
                ScriptedOperator(.failure(LIFError.refused)),
            ],
            register: { $0.register("notify", callback: recorder) })
        let workflow = WorkflowSettings(callbacks: callbacks("notify"))
        let good = try await setup.submit(workflow: workflow, callback: "notify")
        try await recorder.waitForDeliveries(3)
        let bad = try await setup.submit(
            QueryPlan(parts: [OrchestratorSetup.part(1)]), workflow: workflow, callback: "notify")
        try await recorder.waitForDeliveries(6)
        try await setup.leavesNothing()

        let told = recorder.delivered
        #expect(told.count == 6)
        #expect(
            Set(told.filter { $0.callback.job == good.id }.map(\.callback.kind)) == [.results, .completion, .success])
        #expect(
            Set(told.filter { $0.callback.job == bad.id }.map(\.callback.kind)) == [.results, .completion, .failure])
        #expect(Set(told.map(\.callback.id)).count == 6)
        for id in [good.id, bad.id] {
            let results = told.first { $0.callback.job == id && $0.callback.kind == .results }
            #expect(results?.body == (try await setup.orchestrator.results(id)).json)
        }
        let notice = try #require(told.first { $0.callback.job == good.id && $0.callback.kind == .success }).body
        #expect(notice["event"]?.string == "success")
        #expect(notice["job_id"]?.string == good.id.text)
        #expect(notice["status"]?.string == "COMPLETED")
        #expect(notice["accepted_at"]?.string == setup.time.now.iso8601)
        #expect(notice["finished_at"]?.string == setup.time.now.iso8601)
        #expect(notice["parts"]?.elements.map { $0["outcome"]?.string } == ["data", "failed"])
        #expect(notice["parts"]?.elements.map { $0["reason"]?.string } == [nil, "refused"])
        let failure = told.first { $0.callback.kind == .failure }?.body
        #expect(failure?["status"]?.string == "FAILED")
    }

    @Test("What the submission does not say the configuration does; the same receiver gets the results once")
    func configured() async throws {
        let (inline, loaded) = (RecordingCallback(), RecordingCallback())
        let setup = OrchestratorSetup(
            register: {
                $0.register("inline", callback: inline)
                $0.register("loaded", callback: loaded)
            },
            configure: {
                $0.workflow.callbacks = callbacks("loaded")
                $0.resultsURL = "loaded"
            })
        var workflow = WorkflowSettings()
        workflow.callbacks.success = "inline"
        _ = try await setup.submit(workflow: workflow, callback: "loaded")
        try await inline.waitForDeliveries(1)
        try await loaded.waitForDeliveries(2)
        try await setup.leavesNothing()
        #expect(inline.calls.map(\.callback.kind) == [.success])
        #expect(Set(loaded.calls.map(\.callback.kind)) == [.results, .completion])
        #expect(loaded.calls.count == 2)
    }

    @Test("A target that does not exist, or a URL that is not allowed, is refused when the job is submitted")
    func refused() async throws {
        let recorder = RecordingCallback()
        let setup = OrchestratorSetup(register: {
            $0.register("notify", callback: recorder)
            $0.registerCallbackURLs { url throws(LIFError) in
                if url.hasPrefix("https://allowed.example/") { return recorder }
                throw LIFError(.queryParseException, "The host is not allowed.")
            }
        })
        let unknown = await #expect(throws: LIFError.self) { try await setup.submit(callback: "nobody") }
        #expect(unknown?.code == .operatorNotFoundException)
        #expect(unknown?.message.contains("notify") == true)
        let foreign = await #expect(throws: LIFError.self) {
            try await setup.submit(workflow: WorkflowSettings(callbacks: callbacks("https://evil.example/")))
        }
        #expect(foreign?.code == .queryParseException)
        #expect(try await setup.unfinished().isEmpty)
        let job = try await setup.submit(callback: "https://allowed.example/results")
        try await recorder.waitForDeliveries(1)
        #expect(recorder.delivered.map(\.callback.job) == [job.id])
    }

    @Test("A job that is ended again and again owes its callbacks once")
    func once() async throws {
        let recorder = RecordingCallback()
        let setup = OrchestratorSetup(register: { $0.register("notify", callback: recorder) })
        let job = try await setup.submit(workflow: WorkflowSettings(callbacks: callbacks("notify")), callback: "notify")
        try await recorder.waitForDeliveries(3)
        let orchestrator = setup.orchestrator
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<30 {
                group.addTask {
                    _ = try? await orchestrator.handle(job.id, .finished(epoch: job.fence))
                    if number % 3 == 0 { orchestrator.callbacks.deliverOwed() }
                    if number % 3 == 1 { _ = try? await orchestrator.recover() }
                }
            }
        }
        try await setup.leavesNothing()
        #expect(recorder.calls.count == 3)
        #expect(setup.storage.log.all.count { $0.event == "ended" } == 1)
    }

    @Test("Results that were delivered count as acknowledged, when no other receiver waits for them")
    func acknowledges() async throws {
        let (first, gate) = (RecordingCallback(), Gate())
        let second = RecordingCallback(gate: gate)
        let setup = OrchestratorSetup(
            register: {
                $0.register("first", callback: first)
                $0.register("second", callback: second)
            }, configure: { $0.resultsURL = "second" })
        let job = try await setup.submit(callback: "first")
        try await first.waitForDeliveries(1)
        try await second.waitForCalls(1)
        let (time, storage) = (setup.time, setup.storage)
        @Sendable func isAcknowledged() async throws -> Bool {
            try await storage.jobs.withExpiredData(
                finishedBefore: nil, acknowledgedBefore: time.now.addingTimeInterval(1), limit: 1) == [job.id]
        }
        let orchestrator = setup.orchestrator
        try await eventually("the first delivery's end") { orchestrator.callbacks.runningCount == 1 }
        #expect(try await !isAcknowledged())
        gate.open()
        try await eventually("the acknowledgement") { try await isAcknowledged() }
        try await setup.leavesNothing()

        let notice = OrchestratorSetup(register: { $0.register("notify", callback: RecordingCallback()) })
        let other = try await notice.submit(workflow: WorkflowSettings(callbacks: callbacks("notify")))
        _ = try await notice.finished(other.id)
        try await notice.leavesNothing()
        let acknowledged = try await notice.storage.jobs.withExpiredData(
            finishedBefore: nil, acknowledgedBefore: time.now.addingTimeInterval(1), limit: 1)
        #expect(acknowledged.isEmpty, "a notice has no results")
    }
}
