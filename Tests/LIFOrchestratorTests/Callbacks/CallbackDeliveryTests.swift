import LIFConcurrency
import LIFJournal
import LIFModel
import LIFTesting
import LIFWorkflow
import Synchronization
import Testing

@testable import LIFOrchestrator

/// How a callback comes to its receiver, over faults and restarts.
@Suite(.timeLimit(.minutes(1))) struct CallbackDeliveryTests {
    private func setup(
        _ recorder: RecordingCallback, storage: SharedStorage = SharedStorage(), time: ManualTime = ManualTime(),
        before: @escaping @Sendable (HookedJournal.Call) async throws -> Void = { _ in },
        after: @escaping @Sendable (HookedJournal.Call) async throws -> Void = { _ in },
        runner: TaskRunner = .impatient, policy: TaskPolicy = OrchestratorConfiguration.standardCallbackPolicy,
        metrics: RecordedMetrics = RecordedMetrics(), log: RecordedLog = RecordedLog()
    ) -> OrchestratorSetup {
        OrchestratorSetup(
            storage: storage, time: time, before: before, after: after, runner: runner,
            metrics: metrics, logger: log.logger, register: { $0.register("notify", callback: recorder) },
            configure: { $0.callbackPolicy = policy })
    }

    @Test("A receiver that is away is tried again with growing waits, and each attempt is noted")
    func retried() async throws {
        let waits = Mutex<[Duration]>([])
        let runner = TaskRunner(sleep: { wait in waits.withLock { $0.append(wait) } }, jitter: { 1 })
        let recorder = RecordingCallback(failures: Array(repeating: LIFError.away, count: 4))
        let metrics = RecordedMetrics()
        let setup = setup(
            recorder, runner: runner,
            policy: TaskPolicy(retries: 9, backoff: .seconds(1), maximumBackoff: .seconds(5), timeout: .seconds(60)),
            metrics: metrics)
        let job = try await setup.submit(callback: "notify")
        try await recorder.waitForDeliveries(1)
        try await setup.leavesNothing()
        #expect(waits.withLock { $0 } == [.seconds(1), .seconds(2), .seconds(4), .seconds(5)])
        #expect(Set(recorder.calls.map(\.callback.id)).count == 1, "a receiver can tell the repetition")
        let events = try await setup.orchestrator.log(job.id).filter { $0.event.hasPrefix("callback") }
        #expect(
            events.map(\.message) == (1...4).map { "Attempt \($0) failed: The source is away." }
                + ["The results callback was delivered."])
        #expect(setup.storage.callbacks.closed.map(\.givenUp) == [nil])
        #expect(setup.storage.callbacks.closed.map(\.callback.attempts) == [4])
        #expect(metrics.total("lif_callbacks_total{kind=results,delivered=yes}") == 1)
    }

    @Test("A receiver that refuses for good is given up, which is logged; the job is what it was")
    func givenUp() async throws {
        let (metrics, log) = (RecordedMetrics(), RecordedLog())
        let recorder = RecordingCallback(failures: [LIFError.refused])
        let setup = setup(recorder, metrics: metrics, log: log)
        let job = try await setup.submit(callback: "notify")
        #expect(try await setup.finished(job.id).status == .completed)
        try await eventually("giving up") { setup.storage.callbacks.closed.count == 1 }
        try await setup.leavesNothing()
        setup.orchestrator.callbacks.deliverOwed()
        try await setup.leavesNothing()
        #expect(recorder.calls.count == 1)
        #expect(setup.storage.callbacks.closed.map(\.givenUp) == ["The source refused the credential."])
        #expect(metrics.total("lif_callbacks_total{kind=results,delivered=no}") == 1)
        #expect(log.lines.contains { $0.contains("A callback was given up: The source refused") })
        #expect(
            try await setup.orchestrator.log(job.id).contains { $0.event == "callback-given-up" && $0.level == .error })
    }

    @Test("After so many attempts as are configured it is given up")
    func attemptsAreOver() async throws {
        let recorder = RecordingCallback(failures: Array(repeating: LIFError.away, count: 9))
        let setup = setup(recorder, policy: TaskPolicy(retries: 2, timeout: .seconds(60)))
        _ = try await setup.submit(callback: "notify")
        try await eventually("giving up") { setup.storage.callbacks.closed.count == 1 }
        #expect(recorder.calls.count == 3)
    }

    @Test("What a process that stops, or dies, still owed is delivered by another, which goes on counting")
    func restart() async throws {
        let (storage, gate) = (SharedStorage(), Gate())
        let held = RecordingCallback(failures: [LIFError.away], gate: gate)
        let stopped = setup(held, storage: storage, runner: TaskRunner(sleep: { _ in try await Gate().wait() }))
        let job = try await stopped.submit(callback: "notify")
        gate.open()
        try await eventually("the first attempt is noted") {
            storage.log.all.contains { $0.event == "callback-failed" }
        }
        let orchestrator = stopped.orchestrator
        try await within("a stop") { await orchestrator.shutdown() }
        storage.die(stopped.lease.own)
        #expect(storage.callbacks.closed.isEmpty)
        try await stopped.leavesNothing()

        let waits = Mutex<[Duration]>([])
        let recorder = RecordingCallback()
        let next = setup(
            recorder, storage: storage,
            runner: TaskRunner(sleep: { wait in waits.withLock { $0.append(wait) } }, jitter: { 1 }),
            policy: TaskPolicy(retries: 9, backoff: .seconds(1), timeout: .seconds(60)))
        #expect(try await next.orchestrator.recover() == 0)
        try await recorder.waitForDeliveries(1)
        #expect(recorder.delivered.map(\.callback.id) == held.calls.map(\.callback.id))
        #expect(recorder.delivered.first?.callback.job == job.id)
        #expect(waits.withLock { $0 } == [.seconds(1)], "as long as after the first attempt")
        try await next.leavesNothing()
    }

    @Test("A process that dies when it is about to note a job's end costs no callback, and doubles none")
    func crash() async throws {
        let (storage, isEnding, never) = (SharedStorage(), Gate(), Gate())
        let dead = RecordingCallback()
        let died = setup(
            dead, storage: storage,
            before: { call in
                guard call.state?.isOpen == false else { return }
                isEnding.open()
                try await never.wait()
            })
        let job = try await died.submit(callback: "notify")
        try await within("the end") { try await isEnding.wait() }
        storage.die(died.lease.own)

        let recorder = RecordingCallback()
        let next = setup(recorder, storage: storage)
        #expect(try await next.orchestrator.recover() == 1)
        try await recorder.waitForDeliveries(1)
        try await next.leavesNothing()
        #expect(recorder.calls.map(\.callback.job) == [job.id])
        #expect(recorder.calls.map(\.callback.fence) == [2])
        #expect(dead.calls.isEmpty)
        never.open()
        try await died.leavesNothing()
        #expect(dead.calls.isEmpty)
    }

    @Test("One that is delivered while what is owed is being read is not delivered again")
    func deliveredWhileReading() async throws {
        let (gate, reads) = (Gate(), HeldReads())
        let recorder = RecordingCallback(gate: gate)
        let setup = setup(recorder, after: { call in if case .owedCallbacks = call { try await reads.done() } })
        _ = try await setup.submit(callback: "notify")
        try await recorder.waitForCalls(1)
        // This read has seen it owed, and is told so when it was delivered.
        reads.hold()
        setup.orchestrator.callbacks.deliverOwed()
        try await within("the read") { try await reads.isHeld.wait() }
        gate.open()
        let orchestrator = setup.orchestrator
        try await eventually("the delivery's end") { orchestrator.callbacks.runningCount == 0 }
        let count = reads.count.count
        orchestrator.callbacks.deliverOwed()
        reads.release()
        try await within("another read") { try await reads.count.wait(for: count + 1) }
        try await setup.leavesNothing()
        #expect(recorder.calls.count == 1)
    }

    @Test("When the store fails while a callback is delivered it stays owed, and the housekeeping tries again")
    func storageFails() async throws {
        let (recorder, fails) = (RecordingCallback(), Gate())
        let setup = setup(
            recorder, before: { call in if case .settle = call, !fails.isOpen { throw HookedJournal.diskFull } })
        let job = try await setup.submit(callback: "notify")
        #expect(try await setup.finished(job.id).status == .completed)
        try await recorder.waitForDeliveries(1)
        try await setup.leavesNothing()
        #expect(setup.storage.callbacks.closed.isEmpty, "that it was delivered could not be noted")
        fails.open()
        try await setup.orchestrator.takeUpDeparted()
        try await recorder.waitForDeliveries(2)
        try await setup.leavesNothing()
        #expect(setup.storage.callbacks.closed.count == 1)
        #expect(Set(recorder.delivered.map(\.callback.id)).count == 1)
    }

    @Test("Results that are no longer kept when the receiver is back are given up")
    func expired() async throws {
        let (storage, gate) = (SharedStorage(), Gate())
        let recorder = RecordingCallback(failures: [LIFError.away], gate: gate)
        let setup = setup(recorder, storage: storage)
        let job = try await setup.submit(callback: "notify")
        try await recorder.waitForCalls(1)
        setup.time.advance(by: .seconds(8 * 86_400))
        try await setup.orchestrator.removeExpired()
        gate.open()
        try await eventually("giving up") { storage.callbacks.closed.count == 1 }
        #expect(storage.callbacks.closed.first?.givenUp?.contains("no longer kept") == true)
        #expect(recorder.calls.count == 1)
        #expect(try await setup.orchestrator.report(job.id).status == .completed)
    }

    @Test("Many that are owed to one receiver are delivered a few at a time, and each once")
    func many() async throws {
        let (gate, free) = (Gate(), RecordingCallback())
        let held = RecordingCallback(gate: gate)
        let setup = OrchestratorSetup(
            runner: .impatient,
            register: {
                $0.register("held", callback: held)
                $0.register("free", callback: free)
            })
        for _ in 0..<60 { _ = try await setup.submit(callback: "held") }
        try await eventually("the end of all jobs") { try await setup.unfinished().isEmpty }
        try await held.waitForCalls(8)
        for _ in 0..<200 { await Task.yield() }
        #expect(held.calls.count == 8)
        _ = try await setup.submit(callback: "free")
        try await free.waitForDeliveries(1)
        #expect(held.calls.count == 8, "one that hangs delays no other")
        gate.open()
        try await held.waitForDeliveries(60)
        try await setup.leavesNothing()
        #expect(held.calls.count == 60)
        #expect(setup.orchestrator.callbacks.isIdle)
    }

    @Test("Waiting for a place is no time of an attempt: of many to a receiver that hangs none is given up untried")
    func everyOneIsTried() async throws {
        let recorder = RecordingCallback(gate: Gate())
        let setup = setup(recorder, policy: TaskPolicy(retries: 9, timeout: .milliseconds(200)))
        for _ in 0..<40 { _ = try await setup.submit(callback: "notify") }
        try await eventually("giving up") { setup.storage.callbacks.closed.count == 40 }
        #expect(Set(recorder.calls.map(\.callback.id)).count == 40)
        #expect(setup.storage.callbacks.closed.allSatisfy { $0.givenUp?.contains("no answer within") == true })
        try await setup.leavesNothing()
        #expect(setup.orchestrator.callbacks.isIdle)
    }

    @Test("The time in which no process was there to try is none of the time that a callback is tried")
    func downFor() async throws {
        let (storage, time, gate) = (SharedStorage(), ManualTime(), Gate())
        let held = RecordingCallback(failures: [LIFError.away], gate: gate)
        let stopped = setup(
            held, storage: storage, time: time, runner: TaskRunner(sleep: { _ in try await Gate().wait() }))
        _ = try await stopped.submit(callback: "notify")
        gate.open()
        try await eventually("the first attempt is noted") {
            storage.log.all.contains { $0.event == "callback-failed" }
        }
        await stopped.orchestrator.shutdown()
        storage.die(stopped.lease.own)
        try await stopped.leavesNothing()
        time.advance(by: .seconds(2 * 86_400))

        let busy = LIFError.source(.sourceError, "Later.", isRetryable: true, retryAfter: .seconds(3_600))
        let recorder = RecordingCallback(failures: [busy])
        let next = setup(recorder, storage: storage, time: time)
        try await next.orchestrator.recover()
        try await recorder.waitForDeliveries(1)
        #expect(recorder.calls.count == 2, "there was time for what the receiver asked for")
        try await next.leavesNothing()
    }

    @Test("A callback operator that a reload replaces is replaced for the next attempt already")
    func replaced() async throws {
        let (old, new, isWaiting, goesOn) = (
            RecordingCallback(failures: [LIFError.away]), RecordingCallback(), Gate(), Gate()
        )
        let setup = setup(
            old,
            runner: TaskRunner(sleep: { _ in
                isWaiting.open()
                try await goesOn.wait()
            }))
        _ = try await setup.submit(callback: "notify")
        try await within("the wait before the second attempt") { try await isWaiting.wait() }
        await setup.orchestrator.reconfigure(
            setup.orchestrator.configuration,
            registry: OrchestratorSetup.registry(setup.operators) { $0.register("notify", callback: new) })
        goesOn.open()
        try await new.waitForDeliveries(1)
        #expect(old.calls.count == 1)
        try await setup.leavesNothing()
    }
}

/// Holds reads, once they are done, while it was told so.
private final class HeldReads: Sendable {
    private let gate = Mutex<Gate?>(nil)
    let isHeld = Gate()
    let count = Tally()

    func hold() { gate.withLock { $0 = Gate() } }

    func release() { gate.withLock { $0 }?.open() }

    func done() async throws {
        count.add()
        if let gate = gate.withLock({ $0 }) {
            isHeld.open()
            try await gate.wait()
        }
    }
}
