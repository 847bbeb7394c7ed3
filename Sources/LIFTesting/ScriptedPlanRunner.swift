import Foundation
public import LIFModel
import Synchronization

/// A plan runner that lands scripted outcomes by source, and holds those of a source at a gate on demand.
public final class ScriptedPlanRunner: PlanRunner {
    private struct State {
        var outcomes: [String: Outcome]
        var gates: [String: Gate] = [:]
        var error: (any Error)?
        var plans: [QueryPlan] = []
    }

    private let state: Mutex<State>
    private let started = Tally()
    private let cancelled = Tally()

    /// Lands these outcomes, in no certain order.
    ///
    /// - Parameter outcomes: By information source id. A source without one is empty: it knows no such learner.
    public init(_ outcomes: [String: Outcome] = [:]) { state = Mutex(State(outcomes: outcomes)) }

    /// What it was asked to run, in order.
    public var plans: [QueryPlan] { state.withLock { $0.plans } }
    /// How many plans it was given.
    public var runCount: Int { plans.count }
    /// How many runs were cancelled.
    public var cancellationCount: Int { cancelled.count }

    /// Sets what a part of the source gets from now on.
    public func setOutcome(_ outcome: Outcome, of source: String) {
        state.withLock { $0.outcomes[source] = outcome }
    }

    /// Each run from now on throws this instead of running; `nil` ends that.
    public func fail(with error: (any Error)?) {
        state.withLock { $0.error = error }
    }

    /// Holds the source's outcomes, also of runs still to come, until it is released.
    public func hold(_ source: String) {
        state.withLock { $0.gates[source] = Gate() }
    }

    /// Lets the parts of a source that is held land.
    public func release(_ source: String) {
        state.withLock { $0.gates[source] }?.open()
    }

    /// Waits until it was given so many plans.
    public func waitForRuns(_ count: Int) async throws {
        try await within("\(count) runs of plans") { [started] in try await started.wait(for: count) }
    }

    /// Waits until so many runs were cancelled.
    public func waitForCancellations(_ count: Int) async throws {
        try await within("\(count) cancelled runs of plans") { [cancelled] in try await cancelled.wait(for: count) }
    }

    /// Lands each part's outcome once its source is not held. It throws the error of `fail`, or `CancellationError`.
    public func run(_ plan: QueryPlan, land: @escaping @Sendable (Int, Outcome) async -> Void) async throws {
        let (error, gates) = state.withLock { state in
            state.plans.append(plan)
            return (state.error, state.gates)
        }
        started.add()
        if let error { throw error }
        do {
            try await withThrowingTaskGroup(of: Int.self) { group in
                for (index, part) in plan.parts.enumerated() {
                    group.addTask {
                        try await gates[part.informationSourceID]?.wait()
                        return index
                    }
                }
                for try await index in group { await land(index, outcome(of: plan.parts[index])) }
            }
            try Task.checkCancellation()
        } catch {
            cancelled.add()
            throw error
        }
    }

    private func outcome(of part: QueryPlanPart) -> Outcome {
        state.withLock { $0.outcomes[part.informationSourceID] }
            ?? Outcome(.empty(learnerKnown: false), finishedAt: Date(), duration: .zero)
    }
}
