public import Foundation
public import LIFJSON
public import LIFModel
public import LIFWorkflow
import Synchronization

/// A task operator that does what a script says: one step per call, the last one again and again.
public final class ScriptedOperator: TaskOperator {
    /// What one call does.
    public enum Step: Sendable {
        /// Emits those of the fragments whose paths were asked for.
        case fragments([Fragment], dataTimestamp: Date? = nil)
        /// Emits fragments as above, and fails at other paths.
        case partial([Fragment], failures: [FragmentPath: Failure], mayPass: Bool = false)
        /// Emits the source's own document.
        case document(RawJSON)
        /// Ends without data.
        case empty(learnerKnown: Bool)
        /// Throws the error.
        case failure(any Error)
        /// Goes on until it is cancelled.
        case hang
        /// Waits at the gate, then does the step.
        indirect case after(Gate, Step)
    }

    private struct State {
        var calls: [QueryPlanPart] = []
        var attempts: [Int] = []
        var running = 0
        var mostRunning = 0
    }

    private let script: [Step]
    private let state = Mutex(State())
    private let started = Tally()
    private let cancelled = Tally()
    private let answer: Result<String, LIFError>

    /// Does these steps, one per call; the last one is repeated.
    ///
    /// - Parameter check: What `check()` answers.
    public init(_ script: Step..., check: Result<String, LIFError> = .success("The source answers.")) {
        self.script = script.isEmpty ? [.empty(learnerKnown: true)] : script
        self.answer = check
    }

    /// The parts it was called with, in order.
    public var calls: [QueryPlanPart] { state.withLock { $0.calls } }
    /// How often it was called.
    public var callCount: Int { state.withLock { $0.calls.count } }
    /// The numbers of the attempts that it was given, in order of the calls.
    public var attempts: [Int] { state.withLock { $0.attempts } }
    /// How many calls were cancelled while they waited or hung.
    public var cancellationCount: Int { cancelled.count }
    /// The largest number of calls that went on at the same time.
    public var mostAtOnce: Int { state.withLock { $0.mostRunning } }

    /// Waits until it was called so often.
    public func waitForCalls(_ count: Int) async throws {
        try await within("\(count) calls of an operator") { [started] in try await started.wait(for: count) }
    }

    /// Waits until so many calls were cancelled.
    public func waitForCancellations(_ count: Int) async throws {
        try await within("\(count) cancelled calls of an operator") { [cancelled] in
            try await cancelled.wait(for: count)
        }
    }

    /// Does the next step of the script, and notes the part and the attempt.
    public func run(
        _ part: QueryPlanPart, context: OperatorContext, emit: @Sendable (OperatorItem) async throws -> Void
    ) async throws -> OperatorReport {
        let step = state.withLock { state in
            let step = script[min(state.calls.count, script.count - 1)]
            state.calls.append(part)
            state.attempts.append(context.attempt)
            state.running += 1
            state.mostRunning = max(state.mostRunning, state.running)
            return step
        }
        started.add()
        defer { state.withLock { $0.running -= 1 } }
        return try await perform(step, part, emit)
    }

    private func perform(
        _ step: Step, _ part: QueryPlanPart, _ emit: @Sendable (OperatorItem) async throws -> Void
    ) async throws -> OperatorReport {
        switch step {
        case .fragments(let fragments, let dataTimestamp):
            for fragment in fragments where part.fragmentPaths.contains(fragment.path) {
                try await emit(.fragment(fragment))
            }
            return OperatorReport(learnerKnown: true, dataTimestamp: dataTimestamp)
        case .partial(let fragments, let failures, let mayPass):
            for fragment in fragments where part.fragmentPaths.contains(fragment.path) {
                try await emit(.fragment(fragment))
            }
            return OperatorReport(learnerKnown: true, failures: failures, failuresMayPass: mayPass)
        case .document(let document):
            try await emit(.document(document))
            return OperatorReport(learnerKnown: true)
        case .empty(let learnerKnown):
            return OperatorReport(learnerKnown: learnerKnown)
        case .failure(let error):
            throw error
        case .hang:
            try await wait(at: Gate())
            throw CancellationError()
        case .after(let gate, let next):
            try await wait(at: gate)
            return try await perform(next, part, emit)
        }
    }

    private func wait(at gate: Gate) async throws {
        do {
            try await gate.wait()
        } catch {
            cancelled.add()
            throw error
        }
    }

    /// Answers what it was made with.
    public func check() async throws -> String { try answer.get() }
}
