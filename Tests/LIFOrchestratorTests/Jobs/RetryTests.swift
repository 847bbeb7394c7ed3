import LIFJournal
import LIFModel
import LIFTesting
import LIFWorkflow
import Testing

@testable import LIFOrchestrator

@Suite(.timeLimit(.minutes(1))) struct RetryTests {
    @Test("Only the failed parts run again; data stays, and the callbacks are owed again")
    func failedParts() async throws {
        let callback = RecordingCallback()
        let setup = OrchestratorSetup(
            [
                ScriptedOperator(.fragments([try fragment("Name", "[1]")])),
                ScriptedOperator(.failure(LIFError.refused), .fragments([try fragment("Name", "[2]")])),
                ScriptedOperator(.empty(learnerKnown: true)),
            ], register: { $0.register("notify", callback: callback) })
        let job = try await setup.submit(callback: "notify")
        #expect(try await setup.finished(job.id).failedParts == 1)
        try await callback.waitForDeliveries(1)

        let report = try await setup.orchestrator.retry(job.id)
        #expect(report.job.id == job.id)
        #expect(report.job.fence == 2)
        let ended = try await setup.finished(job.id)
        #expect(ended.status == .completed)
        #expect(ended.failedParts == 0)
        #expect(setup.operators.map(\.callCount) == [1, 2, 1])
        let outcomes = try await setup.outcomes(job.id)
        #expect(outcomes[0]?.fragments == [try fragment("Name", "[1]")])
        #expect(outcomes[1]?.fragments == [try fragment("Name", "[2]")])
        try await callback.waitForDeliveries(2)
        #expect(callback.delivered.map(\.callback.fence) == [1, 2])
        #expect(Set(callback.delivered.map(\.callback.id)).count == 2)
        #expect(try await setup.orchestrator.log(job.id).contains { $0.event == "retried" })
        try await setup.leavesNothing()
    }

    @Test("A part that has data and failed at some paths runs again, too")
    func failedPaths() async throws {
        let contact = FragmentPath(entity: "Contact")
        let name = try fragment("Name", "[1]")
        let setup = OrchestratorSetup([
            ScriptedOperator(
                .partial([name], failures: [contact: Failure(.sourceError, "It failed.")]),
                .fragments([name, try fragment("Contact", "[2]")])),
            ScriptedOperator(.empty(learnerKnown: true)),
        ])
        let plan = QueryPlan(parts: [OrchestratorSetup.part(0, ["Name", "Contact"]), OrchestratorSetup.part(1)])
        let job = try await setup.submit(plan)
        #expect(try await setup.finished(job.id).status == .completed)
        #expect(try await setup.outcomes(job.id)[0]?.failures.keys.map(\.self) == [contact])
        _ = try await setup.orchestrator.retry(job.id)
        #expect(try await setup.finished(job.id).status == .completed)
        #expect(setup.operators.map(\.callCount) == [2, 1])
        let outcome = try #require(try await setup.outcomes(job.id)[0])
        #expect(outcome.failures.isEmpty)
        #expect(outcome.fragments == [name, try fragment("Contact", "[2]")])
        try await setup.leavesNothing()
    }

    @Test("A cancelled job can be run again, and is then not cancelled any more")
    func cancelled() async throws {
        let setup = OrchestratorSetup([ScriptedOperator(.hang, .empty(learnerKnown: true)), ScriptedOperator()])
        let job = try await setup.submit()
        let orchestrator = setup.orchestrator
        try await eventually("the second part") { try await orchestrator.report(job.id).progress.count == 1 }
        #expect(try await orchestrator.cancel(job.id).status == .failed)
        _ = try await orchestrator.retry(job.id)
        let report = try await setup.finished(job.id)
        #expect(report.status == .completed)
        #expect(report.failure == nil)
        #expect(setup.operators.map(\.callCount) == [2, 1])
    }

    @Test("A job that runs is not run again")
    func running() async throws {
        let gate = Gate()
        let setup = OrchestratorSetup([ScriptedOperator(.after(gate, .empty(learnerKnown: true)))])
        let job = try await setup.submit()
        let error = await #expect(throws: LIFError.self) { try await setup.orchestrator.retry(job.id) }
        #expect(error?.code == .jobNotFinished)
        gate.open()
        #expect(try await setup.finished(job.id).status == .completed)
        #expect(setup.operators[0].callCount == 1)
        try await setup.leavesNothing()
    }

    @Test("A job that is not known, or whose data was removed, is not run again")
    func gone() async throws {
        let setup = OrchestratorSetup([ScriptedOperator(.failure(LIFError.refused))])
        let unknown = await #expect(throws: LIFError.self) { try await setup.orchestrator.retry(JobID()) }
        #expect(unknown?.code == .jobNotFoundException)

        let job = try await setup.submit()
        _ = try await setup.finished(job.id)
        setup.time.advance(by: .seconds(8 * 86_400))
        try await setup.orchestrator.removeExpired()
        let expired = await #expect(throws: LIFError.self) { try await setup.orchestrator.retry(job.id) }
        #expect(expired?.code == .resultExpired)
        #expect(try await setup.orchestrator.report(job.id).status == .failed)
        try await setup.leavesNothing()
    }

    @Test("Of several that run a job again at the same time one does, and the others hear that it is being done")
    func atOnce() async throws {
        let setup = OrchestratorSetup([ScriptedOperator(.failure(LIFError.refused), .empty(learnerKnown: true))])
        let job = try await setup.submit()
        _ = try await setup.finished(job.id)
        let orchestrator = setup.orchestrator
        let errors = await withTaskGroup(of: LIFError?.self) { group in
            for _ in 0..<10 {
                group.addTask {
                    do {
                        _ = try await orchestrator.retry(job.id)
                        return nil
                    } catch {
                        return error as? LIFError
                    }
                }
            }
            return await group.reduce(into: [LIFError?]()) { $0.append($1) }
        }
        #expect(errors.contains { $0 == nil })
        #expect(errors.allSatisfy { $0 == nil || $0?.code == .jobNotFinished })
        #expect(try await setup.finished(job.id).status == .completed)
        #expect(setup.operators[0].callCount == 2)
        try await setup.leavesNothing()
    }

    @Test("The housekeeping may take a job up that is run again before that has launched it; it runs once")
    func housekeepingInBetween() async throws {
        let (isAgain, goesOn) = (Gate(), Gate())
        let setup = OrchestratorSetup(
            [ScriptedOperator(.failure(LIFError.refused), .empty(learnerKnown: true))],
            after: { call in
                guard call.state?.epoch == 2, call.state?.isOpen == true else { return }
                isAgain.open()
                try await goesOn.wait()
            })
        let job = try await setup.submit()
        _ = try await setup.finished(job.id)
        let orchestrator = setup.orchestrator
        let retrying = Task { try await orchestrator.retry(job.id) }
        try await within("the retry") { try await isAgain.wait() }
        for _ in 0..<2 { try await orchestrator.takeUpIdle() }
        goesOn.open()
        _ = try await retrying.value(within: "an answer")
        #expect(try await setup.finished(job.id).status == .completed)
        #expect(setup.operators[0].callCount == 2)
        try await setup.leavesNothing()
    }

    @Test("So may its cancelled run, when that lets go just then")
    func firstRunInBetween() async throws {
        let (gate, isAgain, goesOn) = (Gate(), Gate(), Gate())
        let stubborn = StubbornOperator([try fragment("Name", "[1]")], gate: gate)
        let setup = OrchestratorSetup(
            after: { call in
                guard call.state?.epoch == 3, call.state?.isOpen == true else { return }
                isAgain.open()
                try await goesOn.wait()
            }, register: { $0.register(OrchestratorSetup.adapter(0)) { _ in stubborn } })
        let job = try await setup.submit()
        try await stubborn.waitForCalls(1)
        let orchestrator = setup.orchestrator
        _ = try await orchestrator.cancel(job.id)
        let retrying = Task { try await orchestrator.retry(job.id) }
        try await within("the retry") { try await isAgain.wait() }
        gate.open()
        try await stubborn.waitForCalls(2)
        goesOn.open()
        _ = try await retrying.value(within: "an answer")
        #expect(try await setup.finished(job.id).status == .completed)
        #expect(stubborn.callCount == 2)
        try await setup.leavesNothing()
    }

    @Test("The time-out of a job that is run again counts from then, over a restart too")
    func timeAnew() async throws {
        let setup = OrchestratorSetup([ScriptedOperator(.failure(LIFError.refused), .empty(learnerKnown: true))])
        let job = try await setup.submit(workflow: WorkflowSettings(timeout: .seconds(3_600)))
        _ = try await setup.finished(job.id)
        setup.time.advance(by: .seconds(7_200))
        let died = OrchestratorSetup(
            storage: setup.storage, time: setup.time, engine: ForgetfulEngine(setup.storage.journal))
        _ = try await died.orchestrator.retry(job.id)
        setup.time.advance(by: .seconds(3_000))
        setup.storage.die(died.lease.own)
        #expect(try await setup.orchestrator.recover() == 1)
        #expect(try await setup.finished(job.id).status == .completed)
        #expect(setup.operators[0].callCount == 2)
        try await setup.leavesNothing()
    }

    @Test("It does so, too, when a fault of the store has stopped that run, and the housekeeping takes it up")
    func timeAnewForHousekeeping() async throws {
        let (fails, heals) = (Gate(), Gate())
        let setup = OrchestratorSetup(
            [ScriptedOperator(.failure(LIFError.refused), .empty(learnerKnown: true))],
            before: { call in
                if !call.landing.isEmpty, fails.isOpen, !heals.isOpen { throw HookedJournal.diskFull }
            })
        let job = try await setup.submit(workflow: WorkflowSettings(timeout: .seconds(3_600)))
        _ = try await setup.finished(job.id)
        setup.time.advance(by: .seconds(7_200))
        fails.open()
        let orchestrator = setup.orchestrator
        _ = try await orchestrator.retry(job.id)
        try await eventually("the end of the run") { orchestrator.admission.openParts == 0 }
        heals.open()
        try await orchestrator.takeUpIdle()
        #expect(try await setup.finished(job.id).status == .completed)
        try await setup.leavesNothing()
    }

    @Test("Past the limit of open parts a job is not run again, and stays as it was")
    func overloaded() async throws {
        let gate = Gate()
        let setup = OrchestratorSetup(
            [ScriptedOperator(.failure(LIFError.refused)), ScriptedOperator(.after(gate, .empty(learnerKnown: true)))],
            configure: { $0.openPartLimit = 1 })
        let failed = try await setup.submit(QueryPlan(parts: [OrchestratorSetup.part(0)]))
        _ = try await setup.finished(failed.id)
        try await setup.leavesNothing()
        let before = try await setup.storage.jobs.job(failed.id)
        let running = try await setup.submit(QueryPlan(parts: [OrchestratorSetup.part(1)]))
        let error = await #expect(throws: LIFError.self) { try await setup.orchestrator.retry(failed.id) }
        #expect(error?.code == .overloaded)
        #expect(try await setup.storage.jobs.job(failed.id) == before)
        gate.open()
        _ = try await setup.finished(running.id)
        try await setup.leavesNothing()
    }

    @Test("What is left of a former run does not end a job that is being run again")
    func formerRun() async throws {
        let setup = OrchestratorSetup([ScriptedOperator(.failure(LIFError.refused))])
        let job = try await setup.submit()
        _ = try await setup.finished(job.id)
        // Its failed outcomes are still there.
        let run = try #require(try await setup.storage.journal.run(job.id, document: false))
        let state = JournalRun.State(startedAt: setup.time.now, holder: setup.lease.own, epoch: job.fence + 1)
        _ = try await setup.storage.journal.commit(RunChange(run, to: state))
        for event in [
            .finished(epoch: job.fence), .timeIsUp(epoch: job.fence),
            .landing(part: 0, .whole, epoch: job.fence),
        ] as [JobOccurrence] {
            try await setup.orchestrator.handle(job.id, event)
        }
        #expect(try await setup.storage.jobs.job(job.id)?.finishedAt == nil)
    }
}
