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

    /// A job that was accepted by a process that has died.
    private func orphan(_ storage: SharedStorage, sources: Int = 1) async throws -> Job {
        let died = OrchestratorSetup(
            (0..<sources).map { _ in ScriptedOperator() }, storage: storage,
            engine: ForgetfulEngine(storage.journal))
        let job = try await died.submit()
        storage.die(died.lease.own)
        return job
    }

    @Test("After a restart only the parts without an outcome run; what had landed is not touched")
    func missingParts() async throws {
        let storage = SharedStorage()
        let job = try await orphan(storage, sources: 3)
        _ = try await storage.queue.write(earlier, job: job.id, part: 1, fence: 1)

        let next = OrchestratorSetup(
            [
                ScriptedOperator(.fragments([try fragment("Name", "[1]")])), ScriptedOperator(),
                ScriptedOperator(.failure(LIFError.refused)),
            ], storage: storage)
        #expect(try await next.orchestrator.recover() == 1)
        #expect(try await next.finished(job.id).status == .completed)
        #expect(next.operators.map(\.callCount) == [1, 0, 1])
        let outcomes = try await next.outcomes(job.id)
        #expect(outcomes[0]?.fragments.map(\.content.items.text) == ["[1]"])
        #expect(outcomes[1] == earlier)
        #expect(outcomes[2]?.failure?.reason == .refused)
        #expect(try await next.orchestrator.recover() == 0)
        #expect(next.operators.map(\.callCount) == [1, 0, 1])
        try await next.leavesNothing()
    }

    @Test("A job whose parts have all landed is only marked as finished")
    func allLanded() async throws {
        let storage = SharedStorage()
        let job = try await orphan(storage)
        _ = try await storage.queue.write(earlier, job: job.id, part: 0, fence: 1)
        let engine = ForgetfulEngine(storage.journal)
        let setup = OrchestratorSetup(storage: storage, engine: engine)
        #expect(try await setup.orchestrator.recover() == 0)
        #expect(engine.submissions.isEmpty)
        #expect(try await setup.unfinished().isEmpty)
        #expect(try await setup.outcomes(job.id) == [0: earlier])
        #expect(try await setup.orchestrator.report(job.id).status == .completed)
    }

    @Test("What the engine works on is not started a second time")
    func held() async throws {
        let gate = Gate()
        let setup = OrchestratorSetup([ScriptedOperator(.after(gate, .empty(learnerKnown: true)))])
        let job = try await setup.submit(key: "k")
        try await setup.operators[0].waitForCalls(1)
        #expect(try await setup.orchestrator.recover() == 0)
        for _ in 0..<3 { try await setup.orchestrator.takeUpIdle() }
        #expect(try await setup.submit(key: "k").id == job.id)
        gate.open()
        _ = try await setup.finished(job.id)
        #expect(setup.operators[0].callCount == 1)
    }

    @Test("A part whose source is no longer configured fails with a reason; the others go on")
    func sourceIsGone() async throws {
        let storage = SharedStorage()
        let job = try await orphan(storage, sources: 2)
        let next = OrchestratorSetup(storage: storage)
        #expect(try await next.orchestrator.recover() == 1)
        let report = try await next.finished(job.id)
        #expect(report.status == .completed)
        #expect(report.progress[1]?.failure?.reason == .operatorNotFound)
    }

    @Test("A stop in the middle leaves no outcome that was not reached, and the next start finishes the job")
    func stopAndStart() async throws {
        let (storage, engine) = (SharedStorage(), EmbeddedEngine())
        let stopped = OrchestratorSetup(
            [ScriptedOperator(), ScriptedOperator(.hang)], storage: storage, engine: engine)
        let job = try await stopped.submit()
        let orchestrator = stopped.orchestrator
        try await eventually("the first part") { try await orchestrator.report(job.id).progress.count == 1 }
        try await stopped.operators[1].waitForCalls(1)
        try await within("a stop") {
            await orchestrator.shutdown()
            await engine.shutdown()
        }
        try await stopped.leavesNothing()
        storage.die(stopped.lease.own)
        #expect(try await storage.queue.outcomes(of: job.id).keys.sorted() == [0])
        #expect(try await stopped.unfinished() == [job.id])

        let next = OrchestratorSetup([ScriptedOperator(), ScriptedOperator()], storage: storage)
        try await next.orchestrator.recover()
        #expect(try await next.finished(job.id).status == .completed)
        #expect(next.operators.map(\.callCount) == [0, 1])
    }

    @Test("A job that cannot be taken up is logged and stays accepted; the others go on")
    func damagedJob() async throws {
        let (storage, log) = (SharedStorage(), RecordedLog())
        let damaged = try await orphan(storage)
        let sound = try await orphan(storage)
        let next = OrchestratorSetup(
            storage: storage,
            before: { call in if case .parts(damaged.id, _, _) = call { throw HookedJournal.damaged } },
            logger: log.logger)
        #expect(try await next.orchestrator.recover() == 1)
        #expect(try await next.finished(sound.id).status == .completed)
        #expect(try await next.unfinished() == [damaged.id])
        let line = log.lines.first { $0.contains("cannot be resumed") }
        #expect(line?.contains(damaged.id.logLabel) == true)
        #expect(line?.contains("OutputReadException") == true)
        #expect(line?.contains(damaged.id.text) == false)
    }

    @Test("A submission that is repeated takes up a job on which no engine works any more")
    func repeatedSubmission() async throws {
        let setup = OrchestratorSetup(runner: .impatient)
        setup.journal.failChanges()
        let orchestrator = setup.orchestrator
        let job = try await setup.submit(key: "k")
        try await eventually("the run's end") { orchestrator.admission.openParts == 0 }
        setup.journal.failChanges(with: nil)
        #expect(try await setup.submit(key: "k").id == job.id)
        #expect(try await setup.finished(job.id).status == .completed)
        try await setup.leavesNothing()
    }
}
