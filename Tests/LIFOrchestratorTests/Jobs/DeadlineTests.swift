import LIFModel
import LIFTesting
import LIFWorkflow
import Synchronization
import Testing

@testable import LIFOrchestrator

/// The time-out of a run as a whole.
@Suite(.timeLimit(.minutes(1))) struct DeadlineTests {
    private let workflow = WorkflowSettings(timeout: .milliseconds(30))

    @Test("When a job's time is up its missing parts fail with a time-out, and what they did is cancelled")
    func timeIsUp() async throws {
        let isUp = Gate()
        let waits = Mutex<[Duration]>([])
        let setup = OrchestratorSetup(
            [ScriptedOperator(.hang), ScriptedOperator()],
            sleep: { wait in
                waits.withLock { $0.append(wait) }
                try await isUp.wait()
            })
        let job = try await setup.submit(workflow: WorkflowSettings(timeout: .seconds(40)))
        let orchestrator = setup.orchestrator
        try await eventually("the other part") { try await orchestrator.report(job.id).progress.count == 1 }
        try await setup.operators[0].waitForCalls(1)
        isUp.open()
        let report = try await setup.finished(job.id)
        #expect(waits.withLock { $0 } == [.seconds(40)])
        #expect(report.status == .completed, "another part has its outcome")
        #expect(report.failure == nil)
        #expect(report.progress[0]?.failure?.reason == .timeout)
        #expect(
            report.progress[0]?.failure?.message
                == "The job's time-out of 40 s was over before this part had its outcome.")
        #expect(report.progress[1]?.kind == .empty)
        try await setup.operators[0].waitForCancellations(1)
        try await setup.leavesNothing()
    }

    @Test("A job of which nothing was there in time has failed")
    func nothingInTime() async throws {
        let setup = OrchestratorSetup([ScriptedOperator(.hang), ScriptedOperator(.hang)])
        let job = try await setup.submit(workflow: workflow)
        let report = try await setup.finished(job.id)
        #expect(report.status == .failed)
        #expect(report.progress.mapValues { $0.failure?.reason } == [0: .timeout, 1: .timeout])
        try await setup.leavesNothing()
    }

    @Test("A job that has ended in time is left alone")
    func inTime() async throws {
        let setup = OrchestratorSetup()
        let job = try await setup.submit(workflow: WorkflowSettings(timeout: .seconds(3_600)))
        #expect(try await setup.finished(job.id).status == .completed)
        try await setup.leavesNothing()
    }

    @Test("A job whose time was up while no process ran is ended at the next start, and nothing of it runs")
    func afterRestart() async throws {
        let storage = SharedStorage()
        let died = OrchestratorSetup(
            [ScriptedOperator(), ScriptedOperator()], storage: storage, engine: ForgetfulEngine(storage.journal))
        let job = try await died.submit(workflow: WorkflowSettings(timeout: .seconds(60)))
        let landed = Outcome(.empty(learnerKnown: true), finishedAt: died.time.now, duration: .zero)
        _ = try await storage.queue.write(landed, job: job.id, part: 1, fence: 1)
        storage.die(died.lease.own)
        died.time.advance(by: .seconds(61))
        let next = OrchestratorSetup([ScriptedOperator(), ScriptedOperator()], storage: storage, time: died.time)
        #expect(try await next.orchestrator.recover() == 0)
        let report = try await next.finished(job.id)
        #expect(report.status == .completed)
        #expect(report.progress[0]?.failure?.reason == .timeout)
        #expect(next.operators.map(\.callCount) == [0, 0])
        try await next.leavesNothing()
    }

    @Test("A job that is taken up in time keeps what is left of its time")
    func keepsItsTime() async throws {
        let storage = SharedStorage()
        let died = OrchestratorSetup(storage: storage, engine: ForgetfulEngine(storage.journal))
        let job = try await died.submit(workflow: WorkflowSettings(timeout: .seconds(60)))
        storage.die(died.lease.own)
        died.time.advance(by: .milliseconds(59_980))
        let next = OrchestratorSetup([ScriptedOperator(.hang)], storage: storage, time: died.time)
        #expect(try await next.orchestrator.recover() == 1)
        #expect(try await next.finished(job.id).progress[0]?.failure?.reason == .timeout)
        try await next.leavesNothing()
    }

    @Test("When the time-out cannot be filed the housekeeping ends the job later")
    func storageFails() async throws {
        let log = RecordedLog()
        let setup = OrchestratorSetup([ScriptedOperator(.hang)], logger: log.logger)
        setup.journal.failChanges()
        let job = try await setup.submit(workflow: workflow)
        try await eventually("the fault") {
            log.lines.contains { $0.contains("could not end a job past its time-out") }
        }
        #expect(try await setup.unfinished() == [job.id])
        let orchestrator = setup.orchestrator
        try await eventually("the end of the run") { orchestrator.admission.openParts == 0 }
        setup.journal.failChanges(with: nil)
        setup.time.advance(by: .milliseconds(30))
        try await orchestrator.takeUpIdle()
        #expect(try await setup.finished(job.id).progress[0]?.failure?.reason == .timeout)
        try await setup.leavesNothing()
    }
}
