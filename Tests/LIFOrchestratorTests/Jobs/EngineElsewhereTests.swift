import LIFEmbeddedEngine
import LIFJournal
import LIFModel
import LIFTesting
import LIFWorkflow
import Testing

@testable import LIFOrchestrator

/// Jobs at an engine elsewhere, whose workers are of another process and whose runs outlive the orchestrator.
@Suite(.timeLimit(.minutes(1))) struct EngineElsewhereTests {
    private static let name = #"["Ada"]"#

    @Test("A job runs at the engine, and keeps the engine's name and its id of the run")
    func runs() async throws {
        let elsewhere = ElsewhereSetup([
            ScriptedOperator(.fragments([try fragment("Name", Self.name)])), ScriptedOperator(),
        ])
        try await elsewhere.during { setup in
            let job = try await setup.submit()
            let report = try await setup.finished(job.id)
            #expect(report.status == .completed)
            #expect(try await setup.outcomes(job.id)[0]?.fragments == [try fragment("Name", Self.name)])
            #expect(elsewhere.operators.map(\.callCount) == [1, 1])
            try await eventually("the handle is kept") {
                try await elsewhere.storage.jobs.job(job.id)?.engine?.run != nil
            }
            let standing = try await elsewhere.storage.jobs.job(job.id)?.engine
            #expect(standing?.engine == "loopback")
            #expect(standing?.epoch == 1)
            #expect(report.job.fence == 1)
            try await setup.leavesNothing()
            try await eventually("the run's end") { elsewhere.server.runs.map(\.state) == [.ended(.succeeded)] }
        }
    }

    @Test("Who submits a job does not wait for the engine, and a query that someone waits for does not need it")
    func doesNotWait() async throws {
        let elsewhere = ElsewhereSetup()
        try await elsewhere.during { setup in
            elsewhere.server.beAway(true)
            let job = try await within("a submission") { try await setup.submit() }
            #expect(
                try await elsewhere.storage.jobs.job(job.id)?.engine == EngineStanding(engine: "loopback", epoch: 1))
            try await setup.orchestrator.run(setup.plan()) { _, _ in }
            #expect(elsewhere.operators[0].callCount == 1)
            elsewhere.server.beAway(false)
            let report = try await setup.finished(job.id)
            #expect(report.status == .completed)
            #expect(report.job.fence == 1)
            try await setup.leavesNothing()
        }
        #expect(elsewhere.server.runs.count == 1)
    }

    @Test("A launch whose answer is lost is found again, and not begun a second time")
    func answerLost() async throws {
        let elsewhere = ElsewhereSetup()
        elsewhere.server.loseAnswers(1)
        try await elsewhere.during { setup in
            let job = try await setup.submit()
            #expect(try await setup.finished(job.id).status == .completed)
            try await eventually("the handle is kept") {
                try await elsewhere.storage.jobs.job(job.id)?.engine?.run != nil
            }
            try await setup.leavesNothing()
        }
        #expect(elsewhere.server.requests.count { $0 == "launch" } == 1)
        #expect(elsewhere.operators[0].callCount == 1)
    }

    @Test(
        "When the orchestrator dies its run goes on, and the next one adopts it: the epoch stays, and nothing is fetched twice"
    )
    func adopted() async throws {
        let gate = Gate()
        let elsewhere = ElsewhereSetup([
            ScriptedOperator(.after(gate, .fragments([try fragment("Name", Self.name)]))), ScriptedOperator(),
        ])
        let first = OrchestratorSetup(
            elsewhere.operators, storage: elsewhere.storage, time: elsewhere.time,
            elsewhere: LoopbackEngine(elsewhere.server))
        let job = try await first.submit()
        try await elsewhere.operators[0].waitForCalls(1)
        try await eventually("the handle is kept") { try await elsewhere.storage.jobs.job(job.id)?.engine?.run != nil }
        elsewhere.storage.die(first.lease.own)
        let second = try await elsewhere.during { second in
            #expect(try await second.orchestrator.recover() == 1)
            #expect(try await elsewhere.storage.jobs.job(job.id)?.holder == second.lease.own)
            gate.open()
            let report = try await second.finished(job.id)
            #expect(report.status == .completed)
            #expect(report.job.fence == 1)
            try await second.leavesNothing()
            return second
        }
        #expect(elsewhere.operators.map(\.callCount) == [1, 1])
        #expect(elsewhere.server.runs.count == 1)
        #expect(second.operators.count == 2)
        await first.orchestrator.shutdown()
    }

    @Test(
        "A launch that a dying orchestrator had decided on is looked for, and made by the next one when there is none")
    func decidedOnly() async throws {
        let elsewhere = ElsewhereSetup()
        elsewhere.server.beAway(true)
        let first = OrchestratorSetup(
            elsewhere.operators, storage: elsewhere.storage, time: elsewhere.time,
            elsewhere: LoopbackEngine(elsewhere.server))
        let job = try await first.submit()
        await first.orchestrator.shutdown()
        elsewhere.storage.die(first.lease.own)
        elsewhere.server.beAway(false)
        try await elsewhere.during { second in
            #expect(try await second.orchestrator.recover() == 1)
            let report = try await second.finished(job.id)
            #expect(report.status == .completed)
            #expect(report.job.fence == 1)
        }
        #expect(elsewhere.server.requests.filter { $0 == "find" || $0 == "launch" }.first == "find")
    }

    @Test("An outage of the engine loses no run")
    func outage() async throws {
        let (gate, log) = (Gate(), RecordedLog())
        let elsewhere = ElsewhereSetup([ScriptedOperator(.after(gate, .empty(learnerKnown: true)))])
        try await elsewhere.during(logger: log) { setup in
            let job = try await setup.submit()
            try await elsewhere.operators[0].waitForCalls(1)
            elsewhere.server.beAway(true)
            try await eventually("the outage is noticed") {
                log.lines.contains { $0.contains("The workflow engine does not answer") }
            }
            elsewhere.server.beAway(false)
            try await eventually("its end is noticed") { log.lines.contains { $0.contains("answers again") } }
            gate.open()
            let report = try await setup.finished(job.id)
            #expect(report.status == .completed)
            #expect(report.job.fence == 1)
        }
        #expect(elsewhere.operators[0].callCount == 1)
    }

    @Test("A run that a person deletes is launched anew, and what goes on of the deleted one is refused")
    func deleted() async throws {
        let gate = Gate()
        let elsewhere = ElsewhereSetup([
            ScriptedOperator(.after(gate, .fragments([try fragment("Name", #"["late"]"#)])), .empty(learnerKnown: true))
        ])
        try await elsewhere.during { setup in
            let job = try await setup.submit()
            try await elsewhere.operators[0].waitForCalls(1)
            try await eventually("it is watched") { setup.orchestrator.watch.count == 1 }
            elsewhere.server.forget()
            let report = try await setup.finished(job.id)
            #expect(report.job.fence == 2)
            #expect(try await setup.outcomes(job.id)[0]?.fragments == [])
            gate.open()
            try await eventually("the late worker is refused") { elsewhere.ends.contains { $0.end == .superseded } }
            #expect(try await setup.outcomes(job.id)[0]?.fragments == [])
            try await setup.leavesNothing()
        }
    }

    @Test("A worker that is killed is another's work: the run is launched again twice, then the job fails and says why")
    func workerKilled() async throws {
        let elsewhere = ElsewhereSetup()
        try await elsewhere.during { setup in
            elsewhere.crash("part-0/fetch", times: 1)
            let job = try await setup.submit()
            let report = try await setup.finished(job.id)
            #expect(report.status == .completed)
            #expect(report.job.fence == 2)
            elsewhere.crash("part-0/fetch", times: 9)
            let failing = try await setup.finished(try await setup.submit().id)
            #expect(failing.status == .failed)
            #expect(failing.failure?.message.contains("The worker was killed.") == true)
            #expect(failing.job.fence == 3)
            try await setup.leavesNothing()
        }
        #expect(elsewhere.server.runs.count == 5)
        #expect(elsewhere.operators[0].callCount == 1)
    }

    @Test("A run that a person has stopped at the engine ends the job")
    func stoppedByPerson() async throws {
        let elsewhere = ElsewhereSetup([ScriptedOperator(.hang)])
        try await elsewhere.during { setup in
            let job = try await setup.submit()
            try await elsewhere.operators[0].waitForCalls(1)
            await elsewhere.server.stopAll()
            let report = try await setup.finished(job.id)
            #expect(report.status == .failed)
            #expect(report.progress[0]?.failure?.reason == .cancelled)
            #expect(report.failure?.message == "The run was stopped at the workflow engine.")
            try await setup.leavesNothing()
        }
    }

    @Test("A run that a person clears does nothing when its job has ended")
    func cleared() async throws {
        let elsewhere = ElsewhereSetup()
        try await elsewhere.during { setup in
            let job = try await setup.submit()
            let report = try await setup.finished(job.id)
            try await eventually("the run's end") { elsewhere.server.runs.map(\.state) == [.ended(.succeeded)] }
            let done = elsewhere.ends.count
            await elsewhere.server.clear()
            try await eventually("the tasks again") { elsewhere.ends.count == 2 * done }
            #expect(elsewhere.ends.suffix(done).allSatisfy { $0.end == .superseded })
            #expect(try await setup.orchestrator.report(job.id).job.finishedAt == report.job.finishedAt)
        }
        #expect(elsewhere.operators[0].callCount == 1)
    }

    @Test("A cancellation while the engine is away ends the job at once, and is delivered later")
    func cancelledWhileAway() async throws {
        let elsewhere = ElsewhereSetup([ScriptedOperator(.hang)])
        try await elsewhere.during { setup in
            let job = try await setup.submit()
            try await elsewhere.operators[0].waitForCalls(1)
            try await eventually("it is watched") { setup.orchestrator.watch.count == 1 }
            elsewhere.server.beAway(true)
            let report = try await setup.orchestrator.cancel(job.id)
            #expect(report.status == .failed)
            #expect(report.job.fence == 2)
            #expect(elsewhere.operators[0].cancellationCount == 0)
            let owed = try await elsewhere.storage.journal.runs(RunFilter(.job, progress: .cancelling))
            #expect(owed.map(\.state.cancellations.count) == [1])
            elsewhere.server.beAway(false)
            try await elsewhere.operators[0].waitForCancellations(1)
            try await eventually("nothing is owed") {
                try await elsewhere.storage.journal.runs(RunFilter(.job, progress: .cancelling)).isEmpty
            }
            try await setup.leavesNothing()
        }
    }

    @Test("A cancellation that a dead orchestrator owes is delivered by the next one")
    func cancellationTakenOver() async throws {
        let elsewhere = ElsewhereSetup([ScriptedOperator(.hang)])
        let first = OrchestratorSetup(
            elsewhere.operators, storage: elsewhere.storage, time: elsewhere.time,
            elsewhere: LoopbackEngine(elsewhere.server))
        let job = try await first.submit()
        try await elsewhere.operators[0].waitForCalls(1)
        try await eventually("the handle is kept") { try await elsewhere.storage.jobs.job(job.id)?.engine?.run != nil }
        elsewhere.server.beAway(true)
        _ = try await first.orchestrator.cancel(job.id)
        await first.orchestrator.shutdown()
        elsewhere.storage.die(first.lease.own)
        elsewhere.server.beAway(false)
        try await elsewhere.during { second in
            try await second.orchestrator.recover()
            try await elsewhere.operators[0].waitForCancellations(1)
        }
    }

    @Test("A run that is starting is cancelled by asking again, and after a minute by force")
    func forced() async throws {
        let elsewhere = ElsewhereSetup()
        await elsewhere.server.hold(true)
        try await elsewhere.during { setup in
            let job = try await setup.submit()
            try await eventually("it is watched") { setup.orchestrator.watch.count == 1 }
            _ = try await setup.orchestrator.cancel(job.id)
            try await eventually("it is asked again") { elsewhere.server.requests.count { $0 == "cancel" } >= 3 }
            #expect(elsewhere.server.runs.map(\.state) == [.notStarted])
            elsewhere.time.advance(by: Orchestrator.cancellationPatience)
            try await eventually("it is stopped") { elsewhere.server.runs.map(\.state) == [.ended(.cancelled)] }
            try await setup.leavesNothing()
        }
        #expect(elsewhere.operators[0].callCount == 0)
    }

    @Test("A task that the engine has two workers do at once is done by one; the other one says so")
    func twice() async throws {
        let gate = Gate()
        let elsewhere = ElsewhereSetup([ScriptedOperator(.after(gate, .empty(learnerKnown: true)))], repetitions: 2)
        try await elsewhere.during { setup in
            let job = try await setup.submit()
            try await eventually("the other worker") { elsewhere.ends.contains { $0.end == .heldByAnother } }
            gate.open()
            let report = try await setup.finished(job.id)
            #expect(report.status == .completed)
            try await setup.leavesNothing()
        }
        #expect(elsewhere.operators[0].callCount == 1)
    }

    @Test("What a worker does for a job that is cancelled meanwhile is given up")
    func epochIsLost() async throws {
        let elsewhere = ElsewhereSetup([ScriptedOperator(.hang)])
        let setup = OrchestratorSetup(
            elsewhere.operators, storage: elsewhere.storage, time: elsewhere.time,
            elsewhere: LoopbackEngine { _ in throw LoopbackServer.Silence.away })
        let job = try await setup.submit()
        let worker = elsewhere.worker.orchestrator
        let working = Task {
            try await worker.execute(
                WorkflowTask.Work.fetch(part: 0).id, of: job.id, epoch: 1, timeToLive: .milliseconds(60))
        }
        try await elsewhere.operators[0].waitForCalls(1)
        _ = try await setup.orchestrator.cancel(job.id)
        #expect(try await working.value(within: "giving up") == .superseded)
        #expect(elsewhere.operators[0].cancellationCount == 1)
        #expect(try await worker.execute(WorkflowTask.Work.finish.id, of: job.id, epoch: 1) == .superseded)
        await setup.orchestrator.shutdown()
    }

    @Test("An engine that cannot hold a source's limit is refused with the configuration")
    func limitRefused() async throws {
        let elsewhere = ElsewhereSetup()
        var engine = LoopbackEngine(elsewhere.server)
        engine.refusedPools = ["org1": .tagLimit]
        let setup = OrchestratorSetup(
            elsewhere: engine, configure: { $0.limits.pools["org1"] = 2 })
        let error = await #expect(throws: LIFError.self) { try await setup.orchestrator.recover() }
        #expect(error?.code == .configurationNotValid)
        #expect(error?.message.contains("org1") == true)
    }
}
