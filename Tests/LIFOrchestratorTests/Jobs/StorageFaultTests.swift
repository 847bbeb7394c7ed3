import LIFConcurrency
import LIFJournal
import LIFModel
import LIFTesting
import LIFWorkflow
import Synchronization
import Testing

@testable import LIFOrchestrator

@Suite(.timeLimit(.minutes(1))) struct StorageFaultTests {
    private static let full = LIFError(.outputWriteException, "The disk is full.", blame: .us)

    @Test("Who waits hears that an outcome cannot be kept; when it can, the housekeeping brings the job to its end")
    func heals() async throws {
        let (gate, heals) = (Gate(), Gate())
        let setup = OrchestratorSetup(
            [ScriptedOperator(.after(gate, .fragments([try fragment("Name", "[1]")])))],
            before: { call in if !call.landing.isEmpty, !heals.isOpen { throw Self.full } })
        let job = try await setup.submit()
        let orchestrator = setup.orchestrator
        let waiting = Task { try await orchestrator.report(job.id, waitingFor: .seconds(3_600)) }
        try await eventually("someone who waits") { orchestrator.board.listenerCount == 1 }
        gate.open()
        let error = await #expect(throws: LIFError.self) { try await waiting.value(within: "hearing") }
        #expect(error?.code == .outputWriteException)
        #expect(error?.isRetryable == true)
        #expect(error?.message == "The disk is full.")

        for _ in 0..<5 {
            try await orchestrator.takeUpIdle()
            try await eventually("the end of the run") { orchestrator.admission.openParts == 0 }
        }
        #expect(try await orchestrator.report(job.id).status == .starting, "however often, it is not given up")
        heals.open()
        try await orchestrator.takeUpIdle()
        let report = try await setup.finished(job.id)
        #expect(report.status == .completed)
        #expect(report.failure == nil)
        #expect(setup.operators[0].callCount == 1, "what was fetched is not fetched again")
        try await setup.leavesNothing()
    }

    @Test("What could not be kept is not fetched again before something of its size can be")
    func nothingInVain() async throws {
        let heals = Gate()
        let tried = Mutex<[Int]>([])
        let setup = OrchestratorSetup(
            [ScriptedOperator(.fragments([try fragment("Name", #"["four"]"#)]), .empty(learnerKnown: true))],
            before: { call in
                if case .checkRoom(let bytes) = call {
                    tried.withLock { $0.append(bytes) }
                } else if !call.isChange {
                    return
                }
                if !heals.isOpen { throw Self.full }
            })
        let orchestrator = setup.orchestrator
        let job = try await setup.submit()
        try await eventually("the end of the run") { orchestrator.admission.openParts == 0 }
        for _ in 0..<5 { try await orchestrator.takeUpIdle() }
        let second = try await setup.submit()
        try await eventually("the end of the second run") { orchestrator.admission.openParts == 0 }
        #expect(setup.operators[0].callCount == 1, "neither job fetches")
        #expect(tried.withLock { $0 } == [8], "and it is not tried all the time")
        #expect(orchestrator.pause?.message == "The disk is full.")
        for id in [job.id, second.id] { #expect(try await orchestrator.report(id).status == .starting) }
    }

    @Test("When there is room before it was tried, what could not be kept is fetched once more")
    func onceMore() async throws {
        let heals = Gate()
        let setup = OrchestratorSetup(before: { call in if call.isChange, !heals.isOpen { throw Self.full } })
        let orchestrator = setup.orchestrator
        let job = try await setup.submit()
        try await eventually("the end of the run") { orchestrator.admission.openParts == 0 }
        #expect(orchestrator.pause != nil)
        heals.open()
        try await orchestrator.takeUpIdle()
        #expect(try await setup.finished(job.id).status == .completed)
        #expect(orchestrator.pause == nil)
        #expect(setup.operators[0].callCount == 2)
    }

    @Test("Whether there is room is tried after longer and longer pauses")
    func pauses() {
        var lack = StoreRoom.Lack(bytes: 1, reason: Self.full)
        let now = ContinuousClock.now
        #expect(lack.mayTry(now: now))
        for seconds in [5, 10, 20, 30, 30, 30] {
            lack.failed(Self.full, now: now)
            #expect(!lack.mayTry(now: now + .seconds(seconds) - .milliseconds(1)))
            #expect(lack.mayTry(now: now + .seconds(seconds)))
        }
    }

    @Test("When a trial has found room for what cannot be kept all the same, the pauses go on")
    func triedInVain() async throws {
        let trials = Tally()
        let room = StoreRoom { _ in trials.add() }
        room.lacked(200 << 20, Self.full)
        try await room.check()
        #expect(room.reason == nil && trials.count == 1)
        room.lacked(200 << 20, Self.full)
        for _ in 0..<3 {
            let error = await #expect(throws: LIFError.self) { try await room.check() }
            #expect(error?.message == Self.full.message)
        }
        #expect(trials.count == 1)
        var lack = StoreRoom.Lack(bytes: 1, reason: Self.full)
        let now = ContinuousClock.now
        for seconds in [5, 10, 20, 30, 30] {
            lack = StoreRoom.Lack(bytes: 1, reason: Self.full, after: lack, now: now)
            #expect(!lack.mayTry(now: now + .seconds(seconds) - .milliseconds(1)))
            #expect(lack.mayTry(now: now + .seconds(seconds)))
        }
    }

    @Test("The outcomes that could be kept are there, and the rest is run when the store has healed")
    func someAreKept() async throws {
        let heals = Gate()
        let setup = OrchestratorSetup(
            [ScriptedOperator(), ScriptedOperator()],
            before: { call in if call.landing == [1], !heals.isOpen { throw Self.full } })
        let job = try await setup.submit()
        let orchestrator = setup.orchestrator
        try await eventually("the end of the run") { orchestrator.admission.openParts == 0 }
        #expect(try await orchestrator.report(job.id).progress.keys.sorted() == [0])
        heals.open()
        try await orchestrator.takeUpIdle()
        #expect(try await setup.finished(job.id).status == .completed)
        #expect(setup.operators.map(\.callCount) == [1, 1])
    }

    @Test("When the end of a job cannot be noted at first, it is noted later, and its callbacks are made once")
    func endIsNotNoted() async throws {
        let callback = RecordingCallback()
        let failures = Mutex(1)
        let setup = OrchestratorSetup(
            before: { call in
                guard call.state?.isOpen == false else { return }
                let fails = failures.withLock { failures in
                    defer { failures = max(0, failures - 1) }
                    return failures > 0
                }
                if fails {
                    throw LIFError(.outputWriteException, "The file is locked.", blame: .us, isRetryable: true)
                }
            }, runner: .impatient, register: { $0.register("notify", callback: callback) })
        var workflow = WorkflowSettings()
        workflow.callbacks.completion = "notify"
        let job = try await setup.submit(workflow: workflow, callback: "notify")
        #expect(try await setup.finished(job.id).status == .completed)
        try await callback.waitForDeliveries(2)
        try await setup.leavesNothing()
        #expect(Set(callback.calls.map(\.callback.kind)) == [.results, .completion])
        #expect(callback.calls.count == 2)
    }

    @Test("When a job's end cannot be noted for long, the housekeeping does it")
    func endIsNotNotedForLong() async throws {
        let heals = Gate()
        let setup = OrchestratorSetup(
            before: { call in if call.state?.isOpen == false, !heals.isOpen { throw Self.full } })
        let job = try await setup.submit()
        let orchestrator = setup.orchestrator
        try await eventually("the end of the run") { orchestrator.admission.openParts == 0 }
        #expect(try await setup.unfinished() == [job.id])
        heals.open()
        try await orchestrator.takeUpIdle()
        #expect(try await setup.finished(job.id).status == .completed)
        #expect(setup.operators[0].callCount == 1)
        try await setup.leavesNothing()
    }

    @Test("A queue that cannot be read when a task starts fetches nothing that could not be handed on")
    func unreadable() async throws {
        let setup = OrchestratorSetup()
        setup.journal.failReads()
        let job = try await setup.submit()
        let orchestrator = setup.orchestrator
        try await eventually("the end of the run") { orchestrator.admission.openParts == 0 }
        #expect(setup.operators[0].callCount == 0)
        let error = await #expect(throws: LIFError.self) { try await orchestrator.report(job.id) }
        #expect(error?.code == .outputReadException)
        setup.journal.failReads(with: nil)
        try await orchestrator.takeUpIdle()
        #expect(try await setup.finished(job.id).status == .completed)
    }
}
