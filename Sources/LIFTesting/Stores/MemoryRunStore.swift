public import Foundation
import LIFConcurrency
public import LIFModel
public import LIFQueryPlanner
import Synchronization

/// A run store that forgets everything with its process.
public final class MemoryRunStore: RunStore {
    private struct State {
        var runs: [RandomID: SubmittedRun] = [:]
        var outcomes: [RandomID: [Int: Outcome]] = [:]
    }

    private final class Storage: Sendable {
        let state = Mutex(State())
        /// By store.
        let listeners = Broadcast<ObjectIdentifier, Void>(.newest)
    }

    private let storage: Storage

    public init() { storage = Storage() }

    /// Another process's store on the same storage.
    public init(sharing other: MemoryRunStore) { storage = other.storage }

    /// How many listen for changes, in all stores on the storage.
    public var listenerCount: Int { storage.listeners.listenerCount }

    public func register(_ run: SubmittedRun) async throws {
        let isNew = storage.state.withLock { state in
            if state.runs[run.id] != nil { return false }
            state.runs[run.id] = run
            return true
        }
        if isNew { tellOthers() }
    }

    public func close(_ id: RandomID, at date: Date) async throws {
        storage.state.withLock { state in
            let submittedAt = state.runs[id]?.submittedAt ?? date
            state.runs[id] = SubmittedRun(id: id, plan: QueryPlan(parts: []), submittedAt: submittedAt)
            state.outcomes[id] = nil
        }
        tellOthers()
    }

    public func run(_ id: RandomID) async throws -> SubmittedRun? { storage.state.withLock { $0.runs[id] } }

    public func file(_ outcomes: [Int: Outcome], run: RandomID) async throws -> Set<Int> {
        let filed = storage.state.withLock { state -> Set<Int> in
            guard state.runs[run] != nil else { return [] }
            let new = outcomes.filter { state.outcomes[run]?[$0.key] == nil }
            state.outcomes[run, default: [:]].merge(new) { first, _ in first }
            return Set(new.keys)
        }
        if !filed.isEmpty { tellOthers() }
        return filed
    }

    public func outcomes(of run: RandomID, except parts: Set<Int>) async throws -> [Int: Outcome] {
        storage.state.withLock { $0.outcomes[run] ?? [:] }.filter { !parts.contains($0.key) }
    }

    public func remove(submittedBefore date: Date, limit: Int) async throws -> Int {
        remove { runs in
            Array(runs.filter { $0.submittedAt < date }.sorted { $0.submittedAt < $1.submittedAt }.prefix(limit))
        }
    }

    public func remove(naming learners: Set<LearnerIdentifier>) async throws -> Int {
        remove { runs in runs.filter { $0.plan.parts.contains { learners.contains($0.learner) } } }
    }

    private func remove(_ choose: ([SubmittedRun]) -> [SubmittedRun]) -> Int {
        storage.state.withLock { state in
            let chosen = choose(Array(state.runs.values))
            for run in chosen {
                state.runs[run.id] = nil
                state.outcomes[run.id] = nil
            }
            return chosen.count
        }
    }

    public func changes() -> AsyncStream<Void> { storage.listeners.listen(to: ObjectIdentifier(self)) }

    private func tellOthers() { storage.listeners.send((), except: ObjectIdentifier(self)) }
}
