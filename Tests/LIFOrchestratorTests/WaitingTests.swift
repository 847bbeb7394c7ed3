import LIFConcurrency
import LIFModel
import LIFTesting
import LIFWorkflow
import Testing

@testable import LIFOrchestrator

@Suite(.timeLimit(.minutes(1))) struct WaitingTests {
    @Test("Who waits for a job is woken by its last part, long before the time is up")
    func wakes() async throws {
        let gate = Gate()
        let setup = OrchestratorSetup([
            ScriptedOperator(.after(gate, .empty(learnerKnown: true))), ScriptedOperator(),
        ])
        let job = try await setup.submit()
        let orchestrator = setup.orchestrator
        try await setup.operators[0].waitForCalls(1)
        let waiting = (0..<5).map { _ in
            Task { try await orchestrator.report(job.id, waitingFor: .seconds(3_600)).status }
        }
        try await eventually("five who wait") { orchestrator.board.listenerCount == 5 }
        gate.open()
        for task in waiting { #expect(try await task.value(within: "waking") == .completed) }
        try await eventually("nobody who waits") { orchestrator.board.listenerCount == 0 }
    }

    @Test("A job that has ended is reported at once")
    func ended() async throws {
        let setup = OrchestratorSetup()
        let job = try await setup.submit()
        for _ in 0..<3 { #expect(try await setup.finished(job.id).status == .completed) }
    }

    @Test("When the time is up the report is what there is, and the job goes on")
    func timeIsUp() async throws {
        let gate = Gate()
        let setup = OrchestratorSetup([
            ScriptedOperator(.after(gate, .empty(learnerKnown: true))), ScriptedOperator(),
        ])
        let job = try await setup.submit()
        try await setup.operators[0].waitForCalls(1)
        #expect(try await setup.orchestrator.report(job.id, waitingFor: .zero).status == .running)
        #expect(try await setup.orchestrator.report(job.id, waitingFor: .milliseconds(20)).status == .running)
        #expect(setup.operators[0].cancellationCount == 0)
        gate.open()
        #expect(try await setup.finished(job.id).status == .completed)
    }

    @Test("Who leaves while waiting is let go, and the job goes on")
    func leaves() async throws {
        let gate = Gate()
        let setup = OrchestratorSetup([ScriptedOperator(.after(gate, .empty(learnerKnown: true)))])
        let job = try await setup.submit()
        let orchestrator = setup.orchestrator
        let waiting = Task { try await orchestrator.report(job.id, waitingFor: .seconds(3_600)) }
        try await eventually("one who waits") { orchestrator.board.listenerCount == 1 }
        waiting.cancel()
        await #expect(throws: CancellationError.self) { try await waiting.value(within: "leaving") }
        gate.open()
        #expect(try await setup.finished(job.id).status == .completed)
        #expect(setup.operators[0].cancellationCount == 0)
    }

    @Test("Who waits for a job whose outcome cannot be kept hears of it at once")
    func storageFails() async throws {
        let gate = Gate()
        let setup = OrchestratorSetup([ScriptedOperator(.after(gate, .empty(learnerKnown: true)))])
        setup.journal.failChanges()
        let job = try await setup.submit()
        let orchestrator = setup.orchestrator
        let waiting = Task { try await orchestrator.report(job.id, waitingFor: .seconds(3_600)) }
        try await eventually("one who waits") { orchestrator.board.listenerCount == 1 }
        gate.open()
        let error = await #expect(throws: LIFError.self) { try await waiting.value(within: "hearing") }
        #expect(error?.code == .outputWriteException)
        #expect(error?.reason == .storage)
        #expect(error?.blame == .us)
        #expect(try await setup.unfinished() == [job.id], "it is still promised")
    }

    @Test("A fault that passes costs nothing: filing is tried again")
    func storageHeals() async throws {
        let failures = Tally()
        let setup = OrchestratorSetup(
            before: { call in
                guard call.isChange, failures.count == 0 else { return }
                failures.add()
                throw LIFError(.outputWriteException, "The file is locked.", blame: .us, isRetryable: true)
            }, runner: .impatient)
        let job = try await setup.submit()
        #expect(try await setup.finished(job.id).status == .completed)
        #expect(failures.count == 1)
        #expect(setup.operators[0].callCount == 1, "filing is tried again, fetching is not")
    }

    @Test("A store that cannot be read is an error")
    func storageUnreadable() async throws {
        let setup = OrchestratorSetup([ScriptedOperator(.hang)])
        let job = try await setup.submit()
        setup.journal.failReads()
        let error = await #expect(throws: LIFError.self) {
            try await setup.orchestrator.report(job.id, waitingFor: .seconds(30))
        }
        #expect(error?.code == .outputReadException)
    }
}
