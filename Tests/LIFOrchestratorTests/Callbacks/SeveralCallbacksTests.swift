import Foundation
import LIFModel
import LIFTesting
import LIFWorkflow
import Testing

@testable import LIFOrchestrator

/// Results and other callbacks that one job owes at once: each goes its own way.
@Suite(.timeLimit(.minutes(1))) struct SeveralCallbacksTests {
    private func setup(_ results: RecordingCallback, _ notices: RecordingCallback) -> OrchestratorSetup {
        OrchestratorSetup(
            runner: .impatient,
            register: {
                $0.register("results", callback: results)
                $0.register("notices", callback: notices)
            })
    }

    private var bothNotices: WorkflowSettings {
        var workflow = WorkflowSettings()
        (workflow.callbacks.completion, workflow.callbacks.success) = ("notices", "notices")
        return workflow
    }

    private func acknowledged(_ setup: OrchestratorSetup) async throws -> [JobID] {
        try await setup.storage.jobs.withExpiredData(
            finishedBefore: nil, acknowledgedBefore: setup.time.now.addingTimeInterval(1), limit: 10)
    }

    @Test("Results count as taken, though notices of the same job are still waited with")
    func noticeWaits() async throws {
        let gate = Gate()
        let (results, notices) = (RecordingCallback(), RecordingCallback(gate: gate))
        let setup = setup(results, notices)
        let job = try await setup.submit(workflow: bothNotices, callback: "results")
        try await notices.waitForCalls(2)
        try await results.waitForDeliveries(1)
        try await eventually("the acknowledgement") { try await acknowledged(setup) == [job.id] }
        #expect(notices.delivered.isEmpty)
        gate.open()
        try await notices.waitForDeliveries(2)
        try await setup.leavesNothing()
        #expect(Set(notices.delivered.map(\.callback.kind)) == [.completion, .success])
        #expect(setup.storage.callbacks.closed.map(\.givenUp) == [nil, nil, nil])
    }

    @Test("A notice that was delivered does not count as the results")
    func resultsWait() async throws {
        let gate = Gate()
        let (results, notices) = (RecordingCallback(gate: gate), RecordingCallback())
        let setup = setup(results, notices)
        let job = try await setup.submit(workflow: bothNotices, callback: "results")
        try await notices.waitForDeliveries(2)
        let orchestrator = setup.orchestrator
        try await eventually("the end of both") { orchestrator.callbacks.runningCount == 1 }
        #expect(try await acknowledged(setup).isEmpty)
        gate.open()
        try await eventually("the acknowledgement") { try await acknowledged(setup) == [job.id] }
        try await setup.leavesNothing()
    }

    @Test("Results of one job do not wait for those of another")
    func otherJob() async throws {
        let gate = Gate()
        let (held, free) = (RecordingCallback(gate: gate), RecordingCallback())
        let setup = setup(held, free)
        _ = try await setup.submit(callback: "results")
        try await held.waitForCalls(1)
        let job = try await setup.submit(callback: "notices")
        try await eventually("the acknowledgement") { try await acknowledged(setup) == [job.id] }
        gate.open()
        try await setup.leavesNothing()
    }

    @Test("When the results are given up the notices are delivered, and when the notices are the results are")
    func givenUp() async throws {
        for areResultsRefused in [true, false] {
            let refused = RecordingCallback(failures: [LIFError.refused, LIFError.refused])
            let other = RecordingCallback()
            let setup = areResultsRefused ? setup(refused, other) : setup(other, refused)
            let job = try await setup.submit(workflow: bothNotices, callback: "results")
            try await other.waitForDeliveries(areResultsRefused ? 2 : 1)
            try await eventually("the end of all") { setup.storage.callbacks.closed.count == 3 }
            try await setup.leavesNothing()
            #expect(refused.delivered.isEmpty && refused.calls.count == (areResultsRefused ? 1 : 2))
            #expect(setup.storage.callbacks.closed.count { $0.givenUp != nil } == refused.calls.count)
            #expect(try await acknowledged(setup) == (areResultsRefused ? [] : [job.id]))
        }
    }

    @Test("A process that dies with results delivered and a notice owed leaves the notice to the next, and only that")
    func restart() async throws {
        let storage = SharedStorage()
        let (results, held) = (RecordingCallback(), RecordingCallback(gate: Gate()))
        func process(_ notices: RecordingCallback) -> OrchestratorSetup {
            OrchestratorSetup(
                storage: storage, runner: .impatient,
                register: {
                    $0.register("results", callback: results)
                    $0.register("notices", callback: notices)
                })
        }
        let stopped = process(held)
        let job = try await stopped.submit(workflow: bothNotices, callback: "results")
        try await held.waitForCalls(2)
        try await eventually("the results' end") { storage.callbacks.closed.count == 1 }
        await stopped.orchestrator.shutdown()
        storage.die(stopped.lease.own)
        let next = RecordingCallback()
        let setup = process(next)
        try await setup.orchestrator.recover()
        try await next.waitForDeliveries(2)
        try await setup.leavesNothing()
        #expect(results.calls.map(\.callback.job) == [job.id])
        #expect(Set(next.delivered.map(\.callback.kind)) == [.completion, .success])
        #expect(next.calls.count == 2)
    }
}
