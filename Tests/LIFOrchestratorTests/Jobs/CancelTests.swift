import LIFConcurrency
import LIFJournal
import LIFModel
import LIFTesting
import LIFWorkflow
import Synchronization
import Testing

@testable import LIFOrchestrator

@Suite(.timeLimit(.minutes(1))) struct CancelTests {
    @Test("Cancelling stops what fetches, files the missing parts as cancelled, and leaves what had landed")
    func cancels() async throws {
        let setup = OrchestratorSetup([
            ScriptedOperator(.hang), ScriptedOperator(.fragments([try fragment("Name", "[1]")])),
            ScriptedOperator(.hang),
        ])
        let job = try await setup.submit()
        let orchestrator = setup.orchestrator
        try await eventually("the second part") { try await orchestrator.report(job.id).progress.count == 1 }
        for index in [0, 2] { try await setup.operators[index].waitForCalls(1) }
        let waiting = Task { try await orchestrator.report(job.id, waitingFor: .seconds(3_600)) }
        try await eventually("someone who waits") { orchestrator.board.listenerCount == 1 }

        let report = try await orchestrator.cancel(job.id)
        #expect(report.status == .failed)
        #expect(report.failure?.reason == .cancelled)
        #expect(report.progress.mapValues { $0.failure?.reason } == [0: .cancelled, 1: nil, 2: .cancelled])
        #expect(report.job.cancelledAt == setup.time.now)
        #expect(report.job.finalStatus == .failed)
        for index in [0, 2] { try await setup.operators[index].waitForCancellations(1) }
        #expect(try await waiting.value(within: "waking").status == .failed)
        #expect(try await orchestrator.results(job.id).parts[1].outcome.fragments == [try fragment("Name", "[1]")])
        let events = try await orchestrator.log(job.id).map(\.event)
        #expect(events.first == "accepted")
        #expect(events.contains("cancelled"))
        #expect(events.last == "ended")
        #expect(try await setup.unfinished().isEmpty)
        try await setup.leavesNothing()
    }

    @Test("Of several who cancel a job at the same time each learns that it is cancelled")
    func manyCancel() async throws {
        let storage = SharedStorage()
        let setups = (0..<2).map { _ in
            OrchestratorSetup([ScriptedOperator(.hang), ScriptedOperator(.hang)], storage: storage)
        }
        for _ in 0..<20 {
            let job = try await setups[0].submit()
            let reports = try await withThrowingTaskGroup(of: JobReport.self) { group in
                for number in 0..<6 {
                    let orchestrator = setups[number % 2].orchestrator
                    group.addTask { try await orchestrator.cancel(job.id) }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(reports.allSatisfy { $0.status == .failed && $0.failure?.reason == .cancelled })
        }
        #expect(try await setups[0].unfinished().isEmpty)
    }

    @Test("One who finds a job cancelled by another when it is to be noted learns that, and changes nothing")
    func cancelledByAnother() async throws {
        let (isCancelling, goesOn) = (Gate(), Gate())
        let setup = OrchestratorSetup(
            [ScriptedOperator(.hang)],
            before: { call in
                guard call.state?.cancelledAt != nil, !isCancelling.isOpen else { return }
                isCancelling.open()
                try await goesOn.wait()
            })
        let job = try await setup.submit()
        let orchestrator = setup.orchestrator
        let first = Task { try await orchestrator.cancel(job.id) }
        try await within("the first one") { try await isCancelling.wait() }
        #expect(try await orchestrator.cancel(job.id).status == .failed)
        goesOn.open()
        let report = try await first.value(within: "the first one's answer")
        #expect(report.status == .failed && report.failure?.reason == .cancelled)
        #expect(report.job.fence == 2)
        #expect(setup.storage.log.all.count { $0.event == "cancelled" } == 1)
    }

    @Test("What comes late of a cancelled job is refused")
    func late() async throws {
        let gate = Gate()
        let stubborn = StubbornOperator([try fragment("Name", "[1]")], gate: gate)
        let setup = OrchestratorSetup(register: { $0.register(OrchestratorSetup.adapter(0)) { _ in stubborn } })
        let job = try await setup.submit()
        try await stubborn.waitForCalls(1)
        #expect(try await setup.orchestrator.cancel(job.id).status == .failed)
        gate.open()
        try await setup.leavesNothing()
        #expect(try await setup.outcomes(job.id)[0]?.failure?.reason == .cancelled)
        let output = try await setup.storage.queue.output(of: WorkflowTask.ID("part-0/fetch"), job: job.id)
        #expect(output == nil)
        let refused = await #expect(throws: LIFError.self) {
            try await setup.storage.queue.write(
                TaskOutput(.fragments([])), job: job.id, task: WorkflowTask.ID("part-0/fetch"), attempt: 1, fence: 1)
        }
        #expect(refused?.reason == .cancelled)
        #expect(stubborn.callCount == 1, "it is not run again")
    }

    @Test("Cancelling a job of many parts files each of them once")
    func manyParts() async throws {
        let setup = OrchestratorSetup([ScriptedOperator(.hang)])
        let plan = QueryPlan(parts: (0..<300).map { _ in OrchestratorSetup.part(0) })
        let job = try await setup.submit(plan)
        let report = try await setup.orchestrator.cancel(job.id)
        #expect(report.progress.count == 300)
        #expect(report.failedParts == 300)
        let landed = try await setup.storage.queue.landed(of: job.id, after: 0, limit: 1_000)
        #expect(landed.map(\.part).sorted() == Array(0..<300))
        try await setup.leavesNothing()
    }

    @Test("Cancelling a job that has ended changes nothing")
    func ended() async throws {
        let callback = RecordingCallback()
        let setup = OrchestratorSetup(register: { $0.register("notify", callback: callback) })
        let job = try await setup.submit(callback: "notify")
        _ = try await setup.finished(job.id)
        try await callback.waitForDeliveries(1)
        let before = try await setup.storage.jobs.job(job.id)
        let report = try await setup.orchestrator.cancel(job.id)
        #expect(report.status == .completed)
        #expect(report.failure == nil)
        #expect(try await setup.storage.jobs.job(job.id) == before)
        try await setup.leavesNothing()
        #expect(callback.calls.count == 1)
        #expect(try await setup.orchestrator.log(job.id).contains { $0.event == "cancelled" } == false)
    }

    @Test("A job that is not known cannot be cancelled")
    func unknown() async throws {
        let setup = OrchestratorSetup()
        let error = await #expect(throws: LIFError.self) { try await setup.orchestrator.cancel(JobID()) }
        #expect(error?.code == .jobNotFoundException)
    }

    @Test("A cancellation that comes while the job ends is too late: its status and its callbacks stay")
    func tooLate() async throws {
        let (gate, isCancelling, callback) = (Gate(), Gate(), RecordingCallback())
        // The job ends after the cancellation has looked at it, and before it is noted.
        let setup = OrchestratorSetup(
            [ScriptedOperator(.after(gate, .empty(learnerKnown: true)))],
            before: { call in
                guard call.state?.cancelledAt != nil else { return }
                isCancelling.open()
                try await callback.waitForDeliveries(1)
            }, register: { $0.register("notify", callback: callback) })
        let job = try await setup.submit(callback: "notify")
        try await setup.operators[0].waitForCalls(1)
        let orchestrator = setup.orchestrator
        let cancelling = Task { try await orchestrator.cancel(job.id) }
        try await within("the cancellation") { try await isCancelling.wait() }
        gate.open()
        #expect(try await cancelling.value(within: "an answer").status == .completed)
        #expect(try await setup.finished(job.id).job.cancelledAt == nil)
        try await setup.leavesNothing()
        #expect(callback.calls.count == 1)
    }

    @Test(
        "A job whose end was derived before it was cancelled, and not noted yet, is a cancelled one for all who hear of it"
    )
    func crossing() async throws {
        let (isFinishing, goesOn, callback) = (Gate(), Gate(), RecordingCallback())
        let isFirst = Mutex(true)
        // The cancellation is noted after the end was derived, and before that is noted.
        let setup = OrchestratorSetup(
            [ScriptedOperator()],
            before: { call in
                guard call.state?.end == JobStatus.completed.rawValue, isFirst.withLock({ exchange(&$0, with: false) })
                else { return }
                isFinishing.open()
                try await goesOn.wait()
            }, register: { $0.register("notify", callback: callback) })
        var workflow = WorkflowSettings()
        (workflow.callbacks.success, workflow.callbacks.failure) = ("notify", "notify")
        let job = try await setup.submit(workflow: workflow)
        try await within("the end") { try await isFinishing.wait() }
        _ = try await setup.orchestrator.cancel(job.id)
        goesOn.open()
        let report = try await setup.finished(job.id)
        #expect(report.status == .failed)
        #expect(report.failure?.reason == .cancelled)
        try await callback.waitForDeliveries(1)
        try await setup.leavesNothing()
        #expect(callback.calls.map(\.callback.kind) == [.failure])
    }

    @Test("A job that is cancelled and run again at once runs as soon as its first run has let go")
    func cancelledAndRunAgain() async throws {
        let gate = Gate()
        let stubborn = StubbornOperator([try fragment("Name", "[1]")], gate: gate)
        let setup = OrchestratorSetup(register: { $0.register(OrchestratorSetup.adapter(0)) { _ in stubborn } })
        let job = try await setup.submit()
        try await stubborn.waitForCalls(1)
        _ = try await setup.orchestrator.cancel(job.id)
        let again = try await setup.orchestrator.retry(job.id)
        #expect(again.status == .running)
        gate.open()
        let report = try await setup.finished(job.id)
        #expect(report.status == .completed)
        #expect(report.job.cancelledAt == nil)
        #expect(stubborn.callCount == 2)
        try await setup.leavesNothing()
    }

    @Test("A cancellation that cannot be noted is an error, and the job goes on")
    func storageFails() async throws {
        let setup = OrchestratorSetup([ScriptedOperator(.hang)])
        let job = try await setup.submit()
        try await setup.operators[0].waitForCalls(1)
        setup.journal.failChanges()
        let error = await #expect(throws: LIFError.self) { try await setup.orchestrator.cancel(job.id) }
        #expect(error?.code == .outputWriteException)
        setup.journal.failChanges(with: nil)
        let report = try await setup.orchestrator.report(job.id)
        #expect(report.status == .running && report.job.cancelledAt == nil)
        #expect(setup.operators[0].cancellationCount == 0)
        #expect(try await setup.orchestrator.cancel(job.id).failure?.reason == .cancelled)
        try await setup.operators[0].waitForCancellations(1)
        #expect(setup.operators[0].callCount == 1)
        try await setup.leavesNothing()
    }
}

private func exchange(_ value: inout Bool, with new: Bool) -> Bool {
    defer { value = new }
    return value
}
