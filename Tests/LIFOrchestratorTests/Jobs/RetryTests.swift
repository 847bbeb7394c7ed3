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

    @Test("A job whose failed parts are just being taken away is not ended by the housekeeping in between")
    func housekeepingInBetween() async throws {
        let storage = SharedStorage()
        let (isReopening, goesOn) = (Gate(), Gate())
        let queue = HookedOutputQueue(
            base: storage.queue,
            before: { [jobs = storage.jobs] write in
                // The one write of a job that was reopened and has not been started again.
                guard write == .other, try await jobs.jobs(JobFilter()).first?.fence == 2 else { return }
                isReopening.open()
                try await goesOn.wait()
            })
        let setup = OrchestratorSetup(
            [ScriptedOperator(.failure(LIFError.refused), .empty(learnerKnown: true))], storage: storage, queue: queue)
        let job = try await setup.submit()
        _ = try await setup.finished(job.id)
        let orchestrator = setup.orchestrator
        let retrying = Task { try await orchestrator.retry(job.id) }
        try await within("the reopening") { try await isReopening.wait() }
        try await orchestrator.takeUpIdle()
        #expect(try await storage.jobs.job(job.id)?.finishedAt == nil)
        goesOn.open()
        _ = try await retrying.value(within: "an answer")
        #expect(try await setup.finished(job.id).status == .completed)
        #expect(setup.operators[0].callCount == 2)
    }

    @Test("Nor is it ended by its cancelled run, when that lets go just then")
    func firstRunInBetween() async throws {
        let storage = SharedStorage()
        let (gate, isReopening, goesOn) = (Gate(), Gate(), Gate())
        let queue = HookedOutputQueue(
            base: storage.queue,
            before: { [jobs = storage.jobs] write in
                guard write == .other, !isReopening.isOpen, try await jobs.jobs(JobFilter()).first?.fence == 3 else {
                    return
                }
                isReopening.open()
                try await goesOn.wait()
            })
        let stubborn = StubbornOperator([try fragment("Name", "[1]")], gate: gate)
        let setup = OrchestratorSetup(
            storage: storage, queue: queue, register: { $0.register(OrchestratorSetup.adapter(0)) { _ in stubborn } })
        let job = try await setup.submit()
        try await stubborn.waitForCalls(1)
        let orchestrator = setup.orchestrator
        _ = try await orchestrator.cancel(job.id)
        let retrying = Task { try await orchestrator.retry(job.id) }
        try await within("the reopening") { try await isReopening.wait() }
        gate.open()
        try await eventually("the end of the first run") { orchestrator.admission.openParts == 0 }
        // Its end is being dealt with.
        for _ in 0..<200 { await Task.yield() }
        #expect(try await storage.jobs.job(job.id)?.finishedAt == nil)
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
            storage: setup.storage, time: setup.time, engine: ForgetfulEngine(jobs: setup.storage.jobs))
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
        let (storage, fails) = (SharedStorage(), Gate())
        let heals = Gate()
        let queue = HookedOutputQueue(
            base: storage.queue,
            before: { write in
                if case .outcome = write, fails.isOpen, !heals.isOpen { throw FailingOutputQueue.diskFull }
            })
        let setup = OrchestratorSetup(
            [ScriptedOperator(.failure(LIFError.refused), .empty(learnerKnown: true))], storage: storage, queue: queue)
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
        let run = WorkflowRun(
            job: job.id, plan: job.plan, graph: try WorkflowGraph(tasks: [WorkflowTask(.start, upstream: [])]),
            isAccepted: true, fence: job.fence, startedAt: job.startedAt)
        // Its failed outcomes are still there.
        let reopened = try await setup.storage.jobs.reopen(job.id, at: setup.time.now, by: setup.lease.own)
        #expect(reopened?.fence == job.fence + 1)
        try await setup.orchestrator.resultHandler.finish(run)
        try await JobEnd.cancelled.file([], of: job, with: setup.orchestrator)
        #expect(try await setup.storage.jobs.job(job.id)?.finishedAt == nil)
    }
}
