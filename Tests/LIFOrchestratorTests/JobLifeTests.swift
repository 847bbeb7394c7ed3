import Foundation
import LIFJSON
import LIFModel
import LIFQueryPlanner
import LIFTesting
import LIFWorkflow
import Testing

@testable import LIFOrchestrator

@Suite(.timeLimit(.minutes(1))) struct JobLifeTests {
    @Test("A job is kept before anything of it starts, and is there when the submission returns")
    func durableFirst() async throws {
        let storage = SharedStorage()
        let engine = ForgetfulEngine(storage.journal)
        let setup = OrchestratorSetup(storage: storage, engine: engine)
        let job = try await setup.submit(key: "k")
        #expect(engine.submissions.map(\.wasKept) == [true])
        #expect(engine.submissions.map(\.run.isAccepted) == [true])
        #expect(engine.submissions.map(\.run.fence) == [1])
        let kept = try await storage.jobs.job(job.id)
        #expect(kept == job)
        #expect(kept?.plan == setup.plan())
        #expect(kept?.acceptedAt == setup.time.now)
        #expect(kept?.submission.idempotencyKey == "k")
        #expect(kept?.holder == setup.lease.own)
    }

    @Test("A job that cannot be kept is refused, and nothing of it starts")
    func notKept() async throws {
        let storage = SharedStorage()
        storage.journal.refuse(with: LIFError(.jobPostException, "The disk is full.", blame: .us))
        let engine = ForgetfulEngine(storage.journal)
        let setup = OrchestratorSetup(storage: storage, engine: engine)
        let error = await #expect(throws: LIFError.self) { try await setup.submit() }
        #expect(error?.code == .jobPostException)
        #expect(engine.submissions.isEmpty)
        try await setup.leavesNothing()
    }

    @Test("The status is derived: starting, running, completed, and finished for a restart")
    func status() async throws {
        let storage = SharedStorage()
        let lost = OrchestratorSetup(storage: storage, engine: ForgetfulEngine(storage.journal))
        let forgotten = try await lost.submit()
        #expect(try await lost.orchestrator.report(forgotten.id).status == .starting)

        let gate = Gate()
        let setup = OrchestratorSetup([
            ScriptedOperator(.after(gate, .fragments([try fragment("Name", #"[{"n":1}]"#)]))), ScriptedOperator(),
        ])
        let job = try await setup.submit()
        try await setup.operators[0].waitForCalls(1)
        let orchestrator = setup.orchestrator
        try await eventually("the other part") { try await orchestrator.report(job.id).progress.count == 1 }
        let running = try await orchestrator.report(job.id)
        #expect(running.status == .running)
        #expect(running.progress.keys.sorted() == [1])
        #expect(try await setup.unfinished() == [job.id])

        gate.open()
        let done = try await setup.finished(job.id)
        #expect(done.status == .completed)
        #expect(done.job.submission == job.submission)
        #expect(done.job.finalStatus == .completed)
        #expect(done.progress[0]?.kind == .data)
        #expect(done.progress[0]?.items == 1)
        #expect(done.failure == nil)
        let outcomes = try await setup.outcomes(job.id)
        #expect(outcomes[0]?.fragments.map(\.content.items.text) == [#"[{"n":1}]"#])
        #expect(outcomes[1]?.result == .empty(learnerKnown: true))
        #expect(try await setup.unfinished().isEmpty)
        try await setup.leavesNothing()
    }

    @Test("A job has failed only when every part has")
    func failed() async throws {
        let both = OrchestratorSetup([
            ScriptedOperator(.failure(LIFError.refused)), ScriptedOperator(.failure(LIFError.away)),
        ])
        let job = try await both.submit()
        let report = try await both.finished(job.id)
        #expect(report.status == .failed)
        #expect(report.failure == nil, "each part says why")
        #expect(report.progress.mapValues { $0.failure?.reason } == [0: .refused, 1: .unreachable])

        let one = OrchestratorSetup([
            ScriptedOperator(.failure(LIFError.refused)), ScriptedOperator(.empty(learnerKnown: false)),
        ])
        let other = try await one.submit()
        #expect(try await one.finished(other.id).status == .completed)
    }

    @Test("The status that was noted at a job's end is its status, whatever comes to be known after it")
    func notedStatus() {
        let outcome = OutcomeSummary(
            Outcome(.empty(learnerKnown: true), finishedAt: Date(timeIntervalSince1970: 0), duration: .zero))
        var job = Job(
            submission: JobSubmission(plan: QueryPlan(parts: [OrchestratorSetup.part(0)])),
            acceptedAt: Date(timeIntervalSince1970: 0), holder: HolderID())
        job.engineFailure = Failure(.internal, "The engine is away.")
        let failed = JobReport(job: job, progress: [0: outcome], isStarted: false)
        #expect(failed.status == .failed)
        #expect(failed.failure == job.engineFailure)
        job.finalStatus = .completed
        let completed = JobReport(job: job, progress: [0: outcome], isStarted: false)
        #expect(completed.status == .completed)
        #expect(completed.failure == nil)
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
        let job = try await setup.submit(plan)
        _ = try await setup.finished(job.id)
        let json = try raw(try await setup.orchestrator.results(job.id).json.text)
        #expect(json["run_id"]?.string == job.id.text)
        let read = try ReceivedJobResults.outcomes(from: json, plan: plan, now: setup.time.now)
        #expect(read.count == 3)
        #expect(read[0]?.result == (try await setup.outcomes(job.id))[0]?.result)
        #expect(read[0]?.dataTimestamp == Date(timeIntervalSince1970: 1_700_000_000))
        #expect(read[1]?.result == .empty(learnerKnown: false))
        #expect(read[1]?.dataTimestamp == setup.time.now, "without a stated age, the time of the fetch")
        #expect(read[2]?.failure?.reason == .refused)
    }

    @Test("A submission repeated with its key gives the same job; the plan may be spelled otherwise")
    func idempotency() async throws {
        let setup = OrchestratorSetup()
        let job = try await setup.submit(key: "k")
        _ = try await setup.finished(job.id)
        let spelled = QueryPlan(parts: [OrchestratorSetup.part(0, ["name"])])
        for plan in [setup.plan(), spelled] {
            #expect(try await setup.submit(plan, key: "k").id == job.id)
        }
        #expect(setup.operators[0].callCount == 1)
        #expect(try await setup.submit().id != job.id)
    }

    @Test("Submissions with one key at the same time are one job")
    func idempotencyAtOnce() async throws {
        let gate = Gate()
        let setup = OrchestratorSetup([ScriptedOperator(.after(gate, .empty(learnerKnown: true)))])
        let ids = try await withThrowingTaskGroup(of: JobID.self) { group in
            for _ in 0..<20 { group.addTask { try await setup.submit(key: "k").id } }
            return try await group.reduce(into: Set<JobID>()) { $0.insert($1) }
        }
        #expect(ids.count == 1)
        gate.open()
        let id = try #require(ids.first)
        #expect(try await setup.finished(id).status == .completed)
        #expect(setup.operators[0].callCount == 1)
        try await setup.leavesNothing()
    }

    @Test("A repetition on a full server gives the job that exists")
    func repeatedWhenFull() async throws {
        let gate = Gate()
        let setup = OrchestratorSetup(
            [ScriptedOperator(.after(gate, .empty(learnerKnown: true)))], usedBytes: 10,
            configure: {
                $0.openPartLimit = 1
                $0.storeLimit = 100
            })
        let job = try await setup.submit(key: "k")
        let full = await #expect(throws: LIFError.self) { try await setup.submit(key: "l") }
        #expect(full?.code == .overloaded)
        #expect(try await setup.submit(key: "k").id == job.id)
        var configuration = setup.orchestrator.configuration
        configuration.storeLimit = 1
        await setup.orchestrator.reconfigure(configuration, registry: OrchestratorSetup.registry(setup.operators))
        #expect(try await setup.submit(key: "k").id == job.id)
        gate.open()
        #expect(try await setup.finished(job.id).status == .completed)
    }

    @Test("A repetition gives the same job whatever the configuration says by then; another submission is refused")
    func repeatedAfterReload() async throws {
        let setup = OrchestratorSetup(configure: {
            $0.workflow.timeout = .seconds(600)
            $0.workflow.sla = .seconds(60)
        })
        let job = try await setup.submit(key: "k")
        var configuration = setup.orchestrator.configuration
        for timeout in [Duration.seconds(660), nil] {
            configuration.workflow.timeout = timeout
            configuration.workflow.sla = timeout
            await setup.orchestrator.reconfigure(configuration, registry: OrchestratorSetup.registry(setup.operators))
            #expect(try await setup.submit(key: "k").id == job.id)
            #expect(try await setup.submit(workflow: WorkflowSettings(timeout: .seconds(600)), key: "k").id == job.id)
            let error = await #expect(throws: LIFError.self) {
                try await setup.submit(workflow: WorkflowSettings(timeout: .seconds(660)), key: "k")
            }
            #expect(error?.isShapeError == true)
        }
        #expect(try await setup.storage.jobs.job(job.id)?.submission.workflow.timeout == .seconds(600))
    }

    @Test("A key that was used for another workflow or callback is refused")
    func idempotencyMisusedBeside() async throws {
        let setup = OrchestratorSetup(register: { $0.register("notify", callback: RecordingCallback()) })
        let job = try await setup.submit(key: "k")
        var workflows = [WorkflowSettings(timeout: .seconds(60)), WorkflowSettings(sla: .seconds(60))]
        var callbacks = WorkflowSettings.Callbacks()
        callbacks.success = "notify"
        workflows.append(WorkflowSettings(callbacks: callbacks))
        for workflow in workflows {
            let error = await #expect(throws: LIFError.self) { try await setup.submit(workflow: workflow, key: "k") }
            #expect(error?.code == .queryParseException && error?.isShapeError == true)
        }
        await #expect(throws: LIFError.self) { try await setup.submit(callback: "notify", key: "k") }
        #expect(try await setup.submit(key: "k").id == job.id)
    }

    @Test("A key that was used for another plan is refused")
    func idempotencyMisused() async throws {
        let setup = OrchestratorSetup([ScriptedOperator(), ScriptedOperator()])
        _ = try await setup.submit(key: "k")
        let error = await #expect(throws: LIFError.self) {
            try await setup.submit(QueryPlan(parts: [OrchestratorSetup.part(1)]), key: "k")
        }
        #expect(error?.code == .queryParseException)
        #expect(error?.message.contains("Idempotency-Key") == true)
        #expect(setup.operators.allSatisfy { $0.callCount <= 1 })
    }

    @Test("An unknown job is an error, waited for or not")
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
