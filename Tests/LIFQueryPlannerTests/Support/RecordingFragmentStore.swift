import Foundation
import LIFModel
import LIFTesting
import Synchronization

@testable import LIFQueryPlanner

/// A store in memory that notes what is read, and can be told to fail or to hold back writes.
final class RecordingFragmentStore: FragmentStore {
    private struct State {
        var reads: [FragmentKey] = []
        var writeError: (any Error)?
        var gate: Gate?
    }

    private let store: MemoryFragmentStore
    private let state = Mutex(State())

    init(_ store: MemoryFragmentStore = MemoryFragmentStore()) { self.store = store }

    var reads: [FragmentKey] { state.withLock { $0.reads } }
    func forgetReads() { state.withLock { $0.reads = [] } }
    func failWrites(with error: any Error) { state.withLock { $0.writeError = error } }
    func holdWrites(at gate: Gate) { state.withLock { $0.gate = gate } }

    func read(_ keys: [FragmentKey]) async throws -> [FragmentKey: StoredFragment] {
        state.withLock { $0.reads += keys }
        return try await store.read(keys)
    }

    func write(_ fragments: [StoredFragment], now: Date) async throws {
        let (error, gate) = state.withLock { ($0.writeError, $0.gate) }
        try await gate?.wait()
        if let error { throw error }
        try await store.write(fragments, now: now)
    }

    func changesByOthers() async throws -> FragmentChanges { try await store.changesByOthers() }

    func remove(storedBefore time: Date, limit: Int) async throws -> Int {
        try await store.remove(storedBefore: time, limit: limit)
    }

    func forget(_ learners: Set<LearnerIdentifier>, now: Date) async throws -> Int {
        try await store.forget(learners, now: now)
    }
}
