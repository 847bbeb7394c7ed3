import Foundation
import LIFEmbeddedEngine
import LIFJSON
import LIFModel
import LIFTesting
import LIFWorkflow
import Testing

@testable import LIFOrchestrator

@Suite(.timeLimit(.minutes(1))) struct RecoveryTests {
    private let earlier = Outcome(
        .empty(learnerKnown: true), finishedAt: Date(timeIntervalSince1970: 1_000), duration: .milliseconds(5))

    @Test("After a restart only the parts without an outcome run; what had landed is not touched")
    func missingParts() async throws {
        let (jobs, queue) = (MemoryJobStore(), MemoryOutputQueue())
        let died = OrchestratorSetup(
            [ScriptedOperator(), ScriptedOperator(), ScriptedOperator()], jobs: jobs, queue: queue,
            engine: ForgetfulEngine(jobs: jobs))
        let job = try await died.orchestrator.submit(died.plan())
        _ = try await queue.write(earlier, job: job.id, part: 1)

        let next = OrchestratorSetup(
            [
                ScriptedOperator(.fragments([try fragment("Name", "[1]")])), ScriptedOperator(),
                ScriptedOperator(.failure(LIFError.refused)),
            ], jobs: jobs, queue: queue)
        #expect(try await next.orchestrator.recover() == 1)
        let report = try await next.finished(job.id)
        #expect(report.status == .completed)
        #expect(next.operators.map(\.callCount) == [1, 0, 1])
        #expect(report.outcomes[0]?.fragments.map(\.content.items.text) == ["[1]"])
        #expect(report.outcomes[1] == earlier)
        #expect(report.outcomes[2]?.failure?.reason == .refused)
        try await eventually("the mark") { try await jobs.unfinished().isEmpty }
        #expect(try await next.orchestrator.recover() == 0)
        #expect(next.operators.map(\.callCount) == [1, 0, 1])
    }

    @Test("A job whose parts have all landed is only marked as finished")
    func allLanded() async throws {
        let (jobs, queue) = (MemoryJobStore(), MemoryOutputQueue())
        let engine = ForgetfulEngine(jobs: jobs)
        let setup = OrchestratorSetup([ScriptedOperator()], jobs: jobs, queue: queue, engine: engine)
        let job = try await setup.orchestrator.submit(setup.plan())
        _ = try await queue.write(earlier, job: job.id, part: 0)
        #expect(try await setup.orchestrator.recover() == 0)
        #expect(engine.submissions.count == 1)
        #expect(try await jobs.unfinished().isEmpty)
        #expect(try await setup.orchestrator.report(job.id).outcomes == [0: earlier])
    }

    @Test("What the engine works on is not started a second time")
    func held() async throws {
        let gate = Gate()
        let setup = OrchestratorSetup([ScriptedOperator(.after(gate, .empty(learnerKnown: true)))])
        let job = try await setup.orchestrator.submit(setup.plan())
        try await setup.operators[0].waitForCalls(1)
        #expect(try await setup.orchestrator.recover() == 0)
        gate.open()
        _ = try await setup.finished(job.id)
        #expect(setup.operators[0].callCount == 1)
    }

    @Test("A part whose source is no longer configured fails with a reason; the others go on")
    func sourceIsGone() async throws {
        let jobs = MemoryJobStore()
        let died = OrchestratorSetup(
            [ScriptedOperator(), ScriptedOperator()], jobs: jobs, engine: ForgetfulEngine(jobs: jobs))
        let job = try await died.orchestrator.submit(died.plan())
        let next = OrchestratorSetup([ScriptedOperator()], jobs: jobs)
        #expect(try await next.orchestrator.recover() == 1)
        let report = try await next.finished(job.id)
        #expect(report.status == .completed)
        #expect(report.outcomes[1]?.failure?.reason == .operatorNotFound)
    }

    @Test("A stop in the middle leaves no outcome that was not reached, and the next start finishes the job")
    func stopAndStart() async throws {
        let (jobs, queue, engine) = (MemoryJobStore(), MemoryOutputQueue(), EmbeddedEngine())
        let stopped = OrchestratorSetup(
            [ScriptedOperator(), ScriptedOperator(.hang)], jobs: jobs, queue: queue, engine: engine)
        let job = try await stopped.orchestrator.submit(stopped.plan())
        let orchestrator = stopped.orchestrator
        try await eventually("the first part") { try await orchestrator.report(job.id).outcomes.count == 1 }
        try await stopped.operators[1].waitForCalls(1)
        try await within("a stop") { await engine.shutdown() }
        #expect(try await queue.outcomes(of: job.id).keys.sorted() == [0])
        #expect(try await jobs.unfinished().map(\.id) == [job.id])

        let next = OrchestratorSetup([ScriptedOperator(), ScriptedOperator()], jobs: jobs, queue: queue)
        try await next.orchestrator.recover()
        #expect(try await next.finished(job.id).status == .completed)
        #expect(next.operators.map(\.callCount) == [0, 1])
    }

    @Test("A job that cannot be taken up is logged and stays accepted; the others go on")
    func damagedJob() async throws {
        let (jobs, memory, log) = (MemoryJobStore(), MemoryOutputQueue(), RecordedLog())
        let died = OrchestratorSetup([ScriptedOperator()], jobs: jobs, engine: ForgetfulEngine(jobs: jobs))
        let damaged = try await died.orchestrator.submit(died.plan())
        let sound = try await died.orchestrator.submit(died.plan())
        #expect(try await jobs.unfinished().first == damaged)
        let queue = DamagedOutputQueue(damaged: damaged.id, queue: memory)
        let next = OrchestratorSetup([ScriptedOperator()], jobs: jobs, queue: queue, logger: log.logger)
        #expect(try await next.orchestrator.recover() == 1)
        #expect(try await next.finished(sound.id).status == .completed)
        try await eventually("the mark") { try await jobs.unfinished() == [damaged] }
        let line = log.lines.first { $0.contains("cannot be taken up again") }
        #expect(line?.contains(damaged.id.logLabel) == true)
        #expect(line?.contains("OutputReadException") == true)
        #expect(line?.contains(damaged.id.text) == false)
    }

    @Test("A submission that is repeated takes up a job on which no engine works any more")
    func repeatedSubmission() async throws {
        let queue = FailingOutputQueue()
        queue.failWrites()
        let setup = OrchestratorSetup([ScriptedOperator()], queue: queue)
        let (orchestrator, engine) = (setup.orchestrator, setup.engine)
        let job = try await orchestrator.submit(setup.plan(), idempotencyKey: "k")
        try await eventually("the run's end") { await !engine.holds(job.id) }
        queue.failWrites(with: nil)
        #expect(try await orchestrator.submit(setup.plan(), idempotencyKey: "k") == job)
        #expect(try await setup.finished(job.id).status == .completed)
    }
}

/// Cannot read the outcomes of one job.
private struct DamagedOutputQueue: OutputQueue {
    let damaged: JobID
    let queue: MemoryOutputQueue

    func write(_ outcome: Outcome, job: JobID, part: Int) async throws -> Bool {
        try await queue.write(outcome, job: job, part: part)
    }

    func outcomes(of job: JobID) async throws -> [Int: Outcome] {
        if job == damaged { throw FailingOutputQueue.damaged }
        return try await queue.outcomes(of: job)
    }
}
