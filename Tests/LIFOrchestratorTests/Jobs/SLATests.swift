import LIFJSON
import LIFModel
import LIFTesting
import LIFWorkflow
import Testing

@testable import LIFOrchestrator

@Suite(.timeLimit(.minutes(1))) struct SLATests {
    private func workflow(sla: Duration) -> WorkflowSettings {
        var workflow = WorkflowSettings(sla: sla)
        workflow.callbacks.slaMiss = "late"
        return workflow
    }

    @Test("A missed SLA is logged, counted and reported while the job goes on, and costs nothing")
    func missed() async throws {
        let (gate, callback, metrics, log) = (Gate(), RecordingCallback(), RecordedMetrics(), RecordedLog())
        let setup = OrchestratorSetup(
            [ScriptedOperator(.after(gate, .empty(learnerKnown: true)))], metrics: metrics, logger: log.logger,
            register: { $0.register("late", callback: callback) })
        let job = try await setup.submit(workflow: workflow(sla: .milliseconds(20)))
        try await callback.waitForDeliveries(1)
        let notice = try #require(callback.delivered.first)
        #expect(notice.callback.kind == .slaMiss)
        #expect(notice.body["event"]?.string == "sla_miss")
        #expect(notice.body["status"]?.string == "RUNNING")
        #expect(notice.body["job_id"]?.string == job.id.text)
        #expect(metrics.total("lif_sla_missed_total") == 1)
        let missed = try await setup.orchestrator.log(job.id).filter { $0.event == "sla-missed" }
        #expect(missed.map(\.level) == [.warning])
        #expect(log.lines.contains { $0.contains("A job has missed its SLA") })
        gate.open()
        #expect(try await setup.finished(job.id).status == .completed)
        try await setup.leavesNothing()
        #expect(metrics.total("lif_sla_missed_total") == 1)
        #expect(callback.calls.count == 1)
    }

    @Test("It is reported once, also when another process takes the job up")
    func once() async throws {
        let (storage, gate, callback) = (SharedStorage(), Gate(), RecordingCallback())
        let died = OrchestratorSetup(
            [ScriptedOperator(.hang)], storage: storage, register: { $0.register("late", callback: callback) })
        let job = try await died.submit(workflow: workflow(sla: .milliseconds(20)))
        try await callback.waitForDeliveries(1)
        // One that is delivered and not yet noted is delivered again by whoever takes it up.
        try await eventually("it is noted as delivered") { died.orchestrator.callbacks.runningCount == 0 }
        storage.die(died.lease.own)
        died.time.advance(by: .seconds(1))
        let next = OrchestratorSetup(
            [ScriptedOperator(.after(gate, .empty(learnerKnown: true)))], storage: storage, time: died.time,
            register: { $0.register("late", callback: callback) })
        try await next.orchestrator.recover()
        let log = storage.log
        try await eventually("the miss is noted again") { log.all.count { $0.event == "sla-missed" } == 2 }
        gate.open()
        #expect(try await next.finished(job.id).status == .completed)
        try await next.leavesNothing()
        #expect(callback.calls.count == 1)
        _ = await died.orchestrator.scheduler.cancel(job.id)
    }

    @Test("It is reported once, also when a fault of the store has the job run again and again")
    func onceInTheProcess() async throws {
        let (storage, heals, metrics) = (SharedStorage(), Gate(), RecordedMetrics())
        let setup = OrchestratorSetup(
            storage: storage,
            before: { call in if !call.landing.isEmpty, !heals.isOpen { throw HookedJournal.diskFull } },
            metrics: metrics)
        let job = try await setup.submit(workflow: WorkflowSettings(sla: .milliseconds(20)))
        let orchestrator = setup.orchestrator
        for _ in 0..<4 {
            try await eventually("the end of the run") { orchestrator.admission.openParts == 0 }
            try await eventually("the miss") { metrics.total("lif_sla_missed_total") == 1 }
            // A run that is taken up would tell the miss at once.
            setup.time.advance(by: .seconds(1))
            try await orchestrator.takeUpIdle()
        }
        heals.open()
        try await eventually("the end of the run") { orchestrator.admission.openParts == 0 }
        try await orchestrator.takeUpIdle()
        #expect(try await setup.finished(job.id).status == .completed)
        try await setup.leavesNothing()
        #expect(metrics.total("lif_sla_missed_total") == 1)
    }

    @Test("A job that has ended in time misses nothing")
    func inTime() async throws {
        let (callback, metrics) = (RecordingCallback(), RecordedMetrics())
        let setup = OrchestratorSetup(metrics: metrics, register: { $0.register("late", callback: callback) })
        let job = try await setup.submit(workflow: workflow(sla: .seconds(3_600)))
        let report = try await setup.finished(job.id)
        #expect(report.missedSLA(standard: nil, now: setup.time.now) == false)
        try await setup.leavesNothing()
        #expect(metrics.total("lif_sla_missed_total") == 0)
        #expect(callback.calls.isEmpty)
    }

    @Test("A job that another process has ended meanwhile misses nothing here")
    func endedElsewhere() async throws {
        let (storage, callback, isCancelled) = (SharedStorage(), RecordingCallback(), Gate())
        // When its time has come, the process here looks at the job, which another one has cancelled by then.
        let looked = Tally()
        let here = OrchestratorSetup(
            [ScriptedOperator(.hang)], storage: storage,
            before: { call in
                guard case .run = call else { return }
                try await isCancelled.wait()
                looked.add()
            }, register: { $0.register("late", callback: callback) })
        let job = try await here.submit(workflow: workflow(sla: .milliseconds(20)))
        let other = OrchestratorSetup([ScriptedOperator()], storage: storage)
        #expect(try await other.orchestrator.cancel(job.id).status == .failed)
        isCancelled.open()
        try await within("the look at the job") { try await looked.wait(for: 1) }
        try await here.orchestrator.dropLost()
        try await here.leavesNothing()
        #expect(storage.log.all.contains { $0.event == "sla-missed" } == false)
        #expect(callback.calls.isEmpty)
    }

    @Test("A task that is done after its SLA is noted, and its job goes on")
    func task() async throws {
        let (gate, metrics) = (Gate(), RecordedMetrics())
        let setup = OrchestratorSetup(
            [ScriptedOperator(.after(gate, .empty(learnerKnown: true))), ScriptedOperator()], metrics: metrics)
        var workflow = WorkflowSettings()
        var fetch = TaskSettings()
        fetch.sla = .seconds(5)
        workflow.tasks["fetch"] = fetch
        let job = try await setup.submit(workflow: workflow)
        let orchestrator = setup.orchestrator
        try await eventually("the second part") { try await orchestrator.report(job.id).progress.count == 1 }
        setup.time.advance(by: .seconds(6))
        gate.open()
        #expect(try await setup.finished(job.id).status == .completed)
        let missed = try await orchestrator.log(job.id).filter { $0.event == "sla-missed" }
        #expect(missed.map(\.task?.text) == ["part-0/fetch"])
        #expect(missed.first?.message == "The task was done 6 s after the run's start; its SLA is 5 s.")
        #expect(metrics.total("lif_sla_missed_total") == 1)
    }
}
