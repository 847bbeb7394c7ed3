import LIFJournal
import LIFModel
import LIFTesting
import LIFWorkflow
import Testing

@testable import LIFOrchestrator

/// Back-pressure: past a limit submissions are refused, and none is dropped.
@Suite(.timeLimit(.minutes(1))) struct AdmissionTests {
    private func plan(_ count: Int) -> QueryPlan {
        QueryPlan(parts: (0..<count).map { _ in OrchestratorSetup.part(0) })
    }

    @Test("Past the limit of open parts submissions are refused, jobs and waiting callers alike, until some have ended")
    func overloaded() async throws {
        let (gate, metrics) = (Gate(), RecordedMetrics())
        let setup = OrchestratorSetup(
            [ScriptedOperator(.after(gate, .empty(learnerKnown: true)))], metrics: metrics,
            configure: { $0.openPartLimit = 5 })
        let first = try await setup.submit(plan(3))
        let refused = await #expect(throws: LIFError.self) { try await setup.submit(plan(3)) }
        #expect(refused?.code == .overloaded)
        #expect(refused?.isRetryable == true)
        let caller = await #expect(throws: LIFError.self) { try await setup.orchestrator.run(plan(3)) { _, _ in } }
        #expect(caller?.code == .overloaded)
        let second = try await setup.submit(plan(2))
        #expect(metrics.last("lif_open_parts") == 5)
        #expect(metrics.total("lif_jobs_refused_total") == 2)
        #expect(metrics.total("lif_jobs_accepted_total") == 2)
        #expect(try await setup.unfinished() == [first.id, second.id], "what was refused is not kept")
        gate.open()
        for job in [first, second] { _ = try await setup.finished(job.id) }
        try await setup.leavesNothing()
        #expect(metrics.last("lif_open_parts") == 0)
        _ = try await setup.finished(try await setup.submit(plan(3)).id)
    }

    @Test("One job is always taken, however large it is")
    func one() async throws {
        let setup = OrchestratorSetup(configure: { $0.openPartLimit = 2 })
        let job = try await setup.submit(plan(20))
        #expect(try await setup.finished(job.id).progress.count == 20)
        try await setup.leavesNothing()
    }

    @Test("Submissions at the same time do not pass the limit together")
    func atOnce() async throws {
        let gate = Gate()
        let setup = OrchestratorSetup(
            [ScriptedOperator(.after(gate, .empty(learnerKnown: true)))],
            // All have been let in or refused before any is kept.
            before: { call in if case .accept = call { for _ in 0..<100 { await Task.yield() } } },
            configure: { $0.openPartLimit = 5 })
        let codes = await withTaskGroup(of: LIFError.Code?.self) { group in
            for number in 0..<40 {
                group.addTask {
                    do {
                        if number % 2 == 0 {
                            _ = try await setup.submit(plan(1))
                        } else {
                            try await setup.orchestrator.run(plan(1)) { _, _ in }
                        }
                        return nil
                    } catch {
                        return (error as? LIFError)?.code
                    }
                }
            }
            try? await eventually("35 refusals") { setup.orchestrator.admission.openParts == 5 }
            gate.open()
            return await group.reduce(into: [LIFError.Code?]()) { $0.append($1) }
        }
        #expect(codes.allSatisfy { $0 == nil || $0 == .overloaded })
        #expect(codes.contains(nil))
        #expect(setup.operators[0].mostAtOnce <= 5)
        try await setup.leavesNothing()
    }

    @Test("The count returns to zero however a run ends")
    func everyEnd() async throws {
        let setup = OrchestratorSetup([
            ScriptedOperator(.empty(learnerKnown: true)), ScriptedOperator(.failure(LIFError.refused)),
            ScriptedOperator(.hang),
        ])
        for index in 0..<2 {
            let job = try await setup.submit(QueryPlan(parts: [OrchestratorSetup.part(index)]))
            _ = try await setup.finished(job.id)
        }
        let hanging = try await setup.submit(QueryPlan(parts: [OrchestratorSetup.part(2)]))
        _ = try await setup.orchestrator.cancel(hanging.id)
        try await setup.leavesNothing()

        // Refused by the parser, by the job store, by a full store, and by the engine.
        await #expect(throws: LIFError.self) { try await setup.submit(QueryPlan(parts: [OrchestratorSetup.part(7)])) }
        setup.storage.journal.refuse(with: LIFError(.jobPostException, "The disk is full.", blame: .us))
        await #expect(throws: LIFError.self) { try await setup.submit() }
        try await setup.leavesNothing()
        let refusal = LIFError(.jobPostException, "The engine is away.", blame: .engine)
        let refused = OrchestratorSetup(engine: BrokenEngine(refusal: refusal))
        await #expect(throws: LIFError.self) { try await refused.submit() }
        await #expect(throws: LIFError.self) { try await refused.orchestrator.run(refused.plan()) { _, _ in } }
        #expect(refused.orchestrator.admission.openParts == 0)
        let ended = OrchestratorSetup(engine: BrokenEngine(error: refusal))
        _ = try await ended.finished(try await ended.submit().id)
        try await ended.leavesNothing()
    }

    @Test("When the store has more bytes than are allowed the submission is refused, and nothing is kept")
    func full() async throws {
        let setup = OrchestratorSetup(usedBytes: 2_000, configure: { $0.storeLimit = 1_999 })
        let error = await #expect(throws: LIFError.self) { try await setup.submit() }
        #expect(error?.code == .outputQueueNotAvailableException)
        #expect(error?.isRetryable == true)
        #expect(error?.message.contains("2000 bytes of the 1999") == true)
        #expect(try await setup.unfinished().isEmpty)
        try await setup.leavesNothing()
        let roomy = OrchestratorSetup(usedBytes: 2_000, configure: { $0.storeLimit = 2_000 })
        _ = try await roomy.finished(try await roomy.submit().id)
    }

    @Test("A retry that comes to nothing gives back the places that it reserved")
    func retryThatFails() async throws {
        let isFull = Gate()
        let setup = OrchestratorSetup(
            [ScriptedOperator(.failure(LIFError.refused), .empty(learnerKnown: true))],
            before: { call in
                guard call.state?.epoch == 2, isFull.isOpen else { return }
                throw LIFError(.outputWriteException, "The disk is full.", blame: .us)
            }, configure: { $0.openPartLimit = 1 })
        let job = try await setup.submit()
        #expect(try await setup.finished(job.id).status == .failed)
        try await setup.leavesNothing()
        isFull.open()
        let error = await #expect(throws: LIFError.self) { try await setup.orchestrator.retry(job.id) }
        #expect(error?.code == .outputWriteException)
        try await setup.leavesNothing()
        #expect(try await setup.finished(try await setup.submit().id).status == .completed, "there is room for others")
    }
}
