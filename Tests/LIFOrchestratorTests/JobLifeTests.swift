import Foundation
import LIFJSON
import LIFModel
import LIFTesting
import LIFWorkflow
import Testing

@testable import LIFOrchestrator

@Suite(.timeLimit(.minutes(1))) struct JobLifeTests {
    @Test("A job is kept before anything of it starts, and is there when the submission returns")
    func durableFirst() async throws {
        let jobs = MemoryJobStore()
        let engine = ForgetfulEngine(jobs: jobs)
        let setup = OrchestratorSetup([ScriptedOperator()], jobs: jobs, engine: engine)
        let job = try await setup.orchestrator.submit(setup.plan(), idempotencyKey: "k")
        #expect(engine.submissions.map(\.wasKept) == [true])
        #expect(engine.submissions.map(\.run.isAccepted) == [true])
        let kept = try await jobs.job(job.id)
        #expect(kept == job)
        #expect(kept?.plan == setup.plan())
        #expect(kept?.acceptedAt == setup.time.now)
        #expect(kept?.idempotencyKey == "k")
    }

    @Test("A job that cannot be kept is refused, and nothing of it starts")
    func notKept() async throws {
        let jobs = MemoryJobStore()
        jobs.refuse(with: LIFError(.jobPostException, "The disk is full.", blame: .us))
        let engine = ForgetfulEngine(jobs: jobs)
        let setup = OrchestratorSetup([ScriptedOperator()], jobs: jobs, engine: engine)
        let error = await #expect(throws: LIFError.self) { try await setup.orchestrator.submit(setup.plan()) }
        #expect(error?.code == .jobPostException)
        #expect(engine.submissions.isEmpty)
    }

    @Test("The status is derived: starting, running, completed, and finished for a restart")
    func status() async throws {
        let jobs = MemoryJobStore()
        let lost = OrchestratorSetup([ScriptedOperator()], jobs: jobs, engine: ForgetfulEngine(jobs: jobs))
        let forgotten = try await lost.orchestrator.submit(lost.plan())
        #expect(try await lost.orchestrator.report(forgotten.id).status == .starting)

        let gate = Gate()
        let setup = OrchestratorSetup([
            ScriptedOperator(.after(gate, .fragments([try fragment("Name", #"[{"n":1}]"#)]))), ScriptedOperator(),
        ])
        let job = try await setup.orchestrator.submit(setup.plan())
        try await setup.operators[0].waitForCalls(1)
        let orchestrator = setup.orchestrator
        try await eventually("the other part") { try await orchestrator.report(job.id).outcomes.count == 1 }
        let running = try await orchestrator.report(job.id)
        #expect(running.status == .running)
        #expect(running.outcomes.keys.sorted() == [1])
        #expect(try await setup.jobs.unfinished().map(\.id) == [job.id])

        gate.open()
        let done = try await setup.finished(job.id)
        #expect(done.status == .completed)
        #expect(done.job == job)
        #expect(done.outcomes[0]?.fragments.map(\.content.items.text) == [#"[{"n":1}]"#])
        #expect(done.outcomes[1]?.result == .empty(learnerKnown: true))
        try await eventually("the mark") { try await setup.jobs.unfinished().isEmpty }
        #expect(setup.orchestrator.memory.isEmpty)
    }

    @Test("A job has failed only when every part has")
    func failed() async throws {
        let both = OrchestratorSetup([
            ScriptedOperator(.failure(LIFError.refused)), ScriptedOperator(.failure(LIFError.away)),
        ])
        let job = try await both.orchestrator.submit(both.plan())
        let report = try await both.finished(job.id)
        #expect(report.status == .failed)
        #expect(report.outcomes.mapValues { $0.failure?.reason } == [0: .refused, 1: .unreachable])
        try await eventually("the mark") { try await both.jobs.unfinished().isEmpty }

        let one = OrchestratorSetup([
            ScriptedOperator(.failure(LIFError.refused)), ScriptedOperator(.empty(learnerKnown: false)),
        ])
        let other = try await one.orchestrator.submit(one.plan())
        #expect(try await one.finished(other.id).status == .completed)
    }

    @Test("The results are those of the plan's parts, and read back as the outcomes they are")
    func results() async throws {
        let setup = OrchestratorSetup([
            ScriptedOperator(
                .fragments(
                    [try fragment("Name", #"[{"n":1.0,"s":"\u00e9"}]"#), try fragment("Contact", #""c""#)],
                    dataTimestamp: Date(timeIntervalSince1970: 1_700_000_000))),
            ScriptedOperator(.empty(learnerKnown: false)), ScriptedOperator(.failure(LIFError.refused)),
        ])
        let plan = QueryPlan(parts: [
            OrchestratorSetup.part(0, ["Name", "Contact"]), OrchestratorSetup.part(1), OrchestratorSetup.part(2),
        ])
        let job = try await setup.orchestrator.submit(plan)
        let report = try await setup.finished(job.id)
        let json = try raw(report.results.json.text)
        #expect(json["run_id"]?.string == job.id.text)
        let read = try JobResults.outcomes(from: json, plan: plan, now: setup.time.now)
        #expect(read.count == 3)
        #expect(read[0]?.result == report.outcomes[0]?.result)
        #expect(read[0]?.dataTimestamp == Date(timeIntervalSince1970: 1_700_000_000))
        #expect(read[1]?.result == .empty(learnerKnown: false))
        #expect(read[1]?.dataTimestamp == setup.time.now, "without a stated age, the time of the fetch")
        #expect(read[2]?.failure?.reason == .refused)
    }

    @Test("A submission repeated with its key gives the same job; the plan may be spelled otherwise")
    func idempotency() async throws {
        let setup = OrchestratorSetup([ScriptedOperator()])
        let job = try await setup.orchestrator.submit(setup.plan(), idempotencyKey: "k")
        _ = try await setup.finished(job.id)
        let spelled = QueryPlan(parts: [OrchestratorSetup.part(0, ["name"])])
        for plan in [setup.plan(), spelled] {
            #expect(try await setup.orchestrator.submit(plan, idempotencyKey: "k") == job)
        }
        #expect(setup.operators[0].callCount == 1)
        #expect(try await setup.orchestrator.submit(setup.plan()).id != job.id)
    }

    @Test("Submissions with one key at the same time are one job")
    func idempotencyAtOnce() async throws {
        let gate = Gate()
        let setup = OrchestratorSetup([ScriptedOperator(.after(gate, .empty(learnerKnown: true)))])
        let (orchestrator, plan) = (setup.orchestrator, setup.plan())
        let ids = try await withThrowingTaskGroup(of: JobID.self) { group in
            for _ in 0..<20 { group.addTask { try await orchestrator.submit(plan, idempotencyKey: "k").id } }
            return try await group.reduce(into: Set<JobID>()) { $0.insert($1) }
        }
        #expect(ids.count == 1)
        gate.open()
        let id = try #require(ids.first)
        #expect(try await setup.finished(id).status == .completed)
        #expect(setup.operators[0].callCount == 1)
    }

    @Test("A key that was used for another plan is refused")
    func idempotencyMisused() async throws {
        let setup = OrchestratorSetup([ScriptedOperator(), ScriptedOperator()])
        _ = try await setup.orchestrator.submit(setup.plan(), idempotencyKey: "k")
        let error = await #expect(throws: LIFError.self) {
            try await setup.orchestrator.submit(
                QueryPlan(parts: [OrchestratorSetup.part(1)]), idempotencyKey: "k")
        }
        #expect(error?.code == .queryParseException)
        #expect(error?.message.contains("Idempotency-Key") == true)
        #expect(setup.operators.allSatisfy { $0.callCount <= 1 })
    }

    @Test("An unknown job is told, waited for or not")
    func unknownJob() async throws {
        let setup = OrchestratorSetup([ScriptedOperator()])
        for limit in [Duration.zero, .seconds(30)] {
            let error = await #expect(throws: LIFError.self) {
                try await within("an answer") { try await setup.orchestrator.report(JobID(), waitingFor: limit) }
            }
            #expect(error?.code == .jobNotFoundException)
        }
    }
}
