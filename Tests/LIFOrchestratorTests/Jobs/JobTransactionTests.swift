import LIFJournal
import LIFModel
import LIFTesting
import LIFWorkflow
import Synchronization
import Testing

@testable import LIFOrchestrator

/// How many transactions of the journal the steps of a job's life take: what belongs together is never there in part.
@Suite(.timeLimit(.minutes(1))) struct JobTransactionTests {
    /// The names of what was written.
    private final class Writes: Sendable {
        private let written = Mutex<[String]>([])

        var all: [String] { written.withLock { $0 } }

        func clear() { written.withLock { $0 = [] } }

        func note(_ call: HookedJournal.Call) {
            let name: String? =
                switch call {
                case .accept: "accept"
                case .hand: "hand"
                case .append: "append"
                case .commit(let change):
                    "commit \(change.parts.count) parts, \(change.owed.count) callbacks, \(change.state.end ?? "open")"
                default: call.isChange ? "\(call)" : nil
                }
            if let name { written.withLock { $0.append(name) } }
        }
    }

    private func setup(_ operators: [ScriptedOperator], _ writes: Writes) -> OrchestratorSetup {
        OrchestratorSetup(operators, before: { writes.note($0) })
    }

    @Test("A job of one part takes three: its acceptance, the fetch's output, and the outcome with the job's end")
    func onePart() async throws {
        let writes = Writes()
        let setup = setup([ScriptedOperator()], writes)
        let job = try await setup.submit()
        _ = try await setup.finished(job.id)
        try await setup.leavesNothing()
        #expect(writes.all == ["accept", "hand", "commit 1 parts, 0 callbacks, COMPLETED"])
    }

    @Test("The last of several parts lands with the job's end")
    func lastPart() async throws {
        let (writes, gate) = (Writes(), Gate())
        let setup = setup([ScriptedOperator(), ScriptedOperator(.after(gate, .empty(learnerKnown: true)))], writes)
        let job = try await setup.submit()
        let orchestrator = setup.orchestrator
        try await eventually("the first part") { try await orchestrator.report(job.id).progress.count == 1 }
        gate.open()
        _ = try await setup.finished(job.id)
        try await setup.leavesNothing()
        #expect(writes.all == ["accept", "hand", "append", "hand", "commit 1 parts, 0 callbacks, COMPLETED"])
    }

    @Test("A cancellation, a deadline and a retry each take one, with the outcomes and callbacks that belong to them")
    func changes() async throws {
        let (writes, callback, isUp) = (Writes(), RecordingCallback(gate: Gate()), Gate())
        let setup = OrchestratorSetup(
            [ScriptedOperator(.hang), ScriptedOperator(.hang)], before: { writes.note($0) },
            sleep: { _ in try await isUp.wait() }, register: { $0.register("notify", callback: callback) })
        let job = try await setup.submit(workflow: WorkflowSettings(timeout: .seconds(9)), callback: "notify")
        for scripted in setup.operators { try await scripted.waitForCalls(1) }
        writes.clear()
        _ = try await setup.orchestrator.cancel(job.id)
        #expect(writes.all == ["commit 2 parts, 1 callbacks, FAILED"])
        writes.clear()
        _ = try await setup.orchestrator.retry(job.id)
        #expect(writes.all == ["commit 0 parts, 0 callbacks, open"])
        for scripted in setup.operators { try await scripted.waitForCalls(2) }
        writes.clear()
        isUp.open()
        #expect(
            try await setup.finished(job.id).progress.mapValues { $0.failure?.reason } == [0: .timeout, 1: .timeout])
        #expect(writes.all == ["commit 2 parts, 1 callbacks, FAILED"])
        await setup.orchestrator.shutdown()
    }

    @Test("An engine's failure is noted with the job's end, and each launch anew before it")
    func engineFails() async throws {
        let writes = Writes()
        let setup = OrchestratorSetup(before: { writes.note($0) }, engine: BrokenEngine())
        let job = try await setup.submit()
        #expect(try await setup.finished(job.id).failure?.reason == .internal)
        let relaunch = "commit 0 parts, 0 callbacks, open"
        #expect(writes.all == ["accept", relaunch, relaunch, "commit 1 parts, 0 callbacks, FAILED"])
    }

    @Test("A part that lands while the job's deadline is being noted is no time-out, and decides how the job ends")
    func landsMeanwhile() async throws {
        let (isUp, isNoting, goesOn) = (Gate(), Gate(), Gate())
        let gate = Gate()
        let setup = OrchestratorSetup(
            [ScriptedOperator(.hang), ScriptedOperator(.after(gate, .empty(learnerKnown: true)))],
            before: { call in
                guard call.landing == [0, 1], !isNoting.isOpen else { return }
                isNoting.open()
                try await goesOn.wait()
            }, sleep: { _ in try await isUp.wait() })
        let job = try await setup.submit(workflow: WorkflowSettings(timeout: .seconds(9)))
        for scripted in setup.operators { try await scripted.waitForCalls(1) }
        isUp.open()
        try await within("the deadline") { try await isNoting.wait() }
        gate.open()
        let orchestrator = setup.orchestrator
        try await eventually("the part") { try await orchestrator.report(job.id).progress.count == 1 }
        goesOn.open()
        let report = try await setup.finished(job.id)
        #expect(report.status == .completed)
        #expect(report.progress.mapValues { $0.failure?.reason } == [0: .timeout, 1: nil])
        try await setup.leavesNothing()
    }
}
