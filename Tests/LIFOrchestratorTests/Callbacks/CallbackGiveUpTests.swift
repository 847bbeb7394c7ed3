import LIFModel
import LIFTesting
import LIFWorkflow
import Testing

@testable import LIFOrchestrator

/// When a callback is given up that an earlier process has tried already.
@Suite(.timeLimit(.minutes(1))) struct CallbackGiveUpTests {
    private static let policy = TaskPolicy(
        retries: 1_000, backoff: .seconds(10), maximumBackoff: .seconds(10), timeout: .seconds(300))

    /// What a process finds owed whose predecessor has tried so often.
    private func tried(
        _ attempts: Int, _ recorder: RecordingCallback, _ policy: TaskPolicy = policy
    ) async throws -> OrchestratorSetup {
        let storage = SharedStorage()
        func process(_ recorder: RecordingCallback, _ runner: TaskRunner) -> OrchestratorSetup {
            OrchestratorSetup(
                storage: storage, runner: runner, register: { $0.register("notify", callback: recorder) },
                configure: { $0.callbackPolicy = policy })
        }
        let held = RecordingCallback(gate: Gate())
        let stopped = process(held, .impatient)
        _ = try await stopped.submit(callback: "notify")
        try await held.waitForCalls(1)
        await stopped.orchestrator.shutdown()
        try await storage.callbacks.noteAttempt(held.calls[0].callback.id, attempts: attempts)
        storage.die(stopped.lease.own)
        let next = process(recorder, .impatient)
        try await next.orchestrator.recover()
        return next
    }

    @Test(
        "The waits after earlier attempts are part of its time: what a receiver asks for must fit in what is left",
        arguments: [(0, 299, 2), (0, 300, 1), (10, 199, 2), (10, 200, 1), (25, 49, 2), (25, 50, 1)])
    func waitsCount(attempts: Int, asked: Int, calls: Int) async throws {
        let busy = LIFError.source(.sourceError, "Later.", isRetryable: true, retryAfter: .seconds(asked))
        let recorder = RecordingCallback(failures: [busy])
        let setup = try await tried(attempts, recorder)
        try await eventually("its end") { setup.storage.callbacks.closed.count == 1 }
        #expect(recorder.calls.count == calls)
        #expect((setup.storage.callbacks.closed[0].givenUp == nil) == (calls == 2))
        try await setup.leavesNothing()
    }

    @Test("One whose time was up before the restart gets a last attempt, and is delivered or given up with it")
    func lastAttempt() async throws {
        let taken = RecordingCallback()
        let setup = try await tried(1_000, taken)
        try await taken.waitForDeliveries(1)
        try await setup.leavesNothing()

        // Longer than the last wait and half a minute.
        let busy = LIFError.source(.sourceError, "Later.", isRetryable: true, retryAfter: .seconds(40))
        let refused = RecordingCallback(failures: [busy])
        let other = try await tried(1_000, refused)
        try await eventually("giving up") { other.storage.callbacks.closed.count == 1 }
        #expect(refused.calls.count == 1 && refused.delivered.isEmpty)
        try await other.leavesNothing()
    }

    @Test("Attempts before the restart are attempts", arguments: [(4, 2), (5, 1), (9, 1)])
    func attemptsCount(attempts: Int, calls: Int) async throws {
        let recorder = RecordingCallback(failures: Array(repeating: LIFError.away, count: 10))
        var policy = Self.policy
        policy.retries = 5
        let setup = try await tried(attempts, recorder, policy)
        try await eventually("giving up") { setup.storage.callbacks.closed.count == 1 }
        #expect(recorder.calls.count == calls)
        try await setup.leavesNothing()
    }
}
