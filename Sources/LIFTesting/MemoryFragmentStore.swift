public import Foundation
public import LIFModel
public import LIFQueryPlanner
import Synchronization

/// A fragment store that forgets everything with its process.
public final class MemoryFragmentStore: FragmentStore {
    /// What several stores may share, as processes share a file.
    private final class Storage: Sendable {
        struct Change {
            let writer: ObjectIdentifier
            /// `nil` for a removal.
            let key: FragmentKey?
        }

        struct State {
            var fragments: [FragmentKey: StoredFragment] = [:]
            var changes: [Change] = []
            /// When learners were forgotten.
            var forgotten: [LearnerIdentifier: Date] = [:]
        }

        let state = Mutex(State())
    }

    private let storage: Storage
    /// How many changes this store has looked at.
    private let seen: Mutex<Int>

    /// Makes an empty store.
    public init() {
        storage = Storage()
        seen = Mutex(0)
    }

    /// Another process's view of the same fragments.
    public init(sharing other: MemoryFragmentStore) {
        storage = other.storage
        seen = Mutex(other.storage.state.withLock { $0.changes.count })
    }

    /// What is kept under the keys; a key without a fragment is left out.
    public func read(_ keys: [FragmentKey]) async throws -> [FragmentKey: StoredFragment] {
        storage.state.withLock { state in
            Dictionary(
                keys.compactMap { key in state.fragments[key].map { (key, $0) } },
                uniquingKeysWith: { first, _ in first })
        }
    }

    /// Keeps fragments, unless a newer one is kept or the learner was forgotten after they were stored.
    public func write(_ fragments: [StoredFragment], now: Date) async throws {
        storage.state.withLock { state in
            for fragment in fragments {
                if let time = state.forgotten[fragment.key.learner], fragment.storedAt <= time { continue }
                if let kept = state.fragments[fragment.key], !fragment.replaces(kept, now: now) { continue }
                state.fragments[fragment.key] = fragment
                state.changes.append(Storage.Change(writer: ObjectIdentifier(self), key: fragment.key))
            }
        }
    }

    /// What the stores that share the storage have changed since the last call. A removal gives `.everything`.
    public func changesByOthers() async throws -> FragmentChanges {
        storage.state.withLock { state in
            let start = seen.withLock { seen in
                defer { seen = state.changes.count }
                return seen
            }
            let changes = state.changes[start...].filter { $0.writer != ObjectIdentifier(self) }
            if changes.contains(where: { $0.key == nil }) { return .everything }
            return .written(Array(Set(changes.compactMap(\.key))))
        }
    }

    /// Removes the oldest fragments that were stored before the time, at most `limit`, and returns how many.
    public func remove(storedBefore time: Date, limit: Int) async throws -> Int {
        let before = storage.state.withLock { state in
            Array(state.fragments.values.filter { $0.storedAt < time }.sorted { $0.storedAt < $1.storedAt })
        }
        return remove(before.prefix(max(limit, 0)).map(\.key))
    }

    /// Removes all fragments of the learners, and refuses those stored up to now that come later.
    public func forget(_ learners: Set<LearnerIdentifier>, now: Date) async throws -> Int {
        storage.state.withLock { state in
            for learner in learners { state.forgotten[learner] = max(now, state.forgotten[learner] ?? now) }
        }
        let count = remove(storage.state.withLock { $0.fragments.keys.filter { learners.contains($0.learner) } })
        if count == 0 { tellOfRemoval() }
        return count
    }

    private func remove(_ keys: [FragmentKey]) -> Int {
        if keys.isEmpty { return 0 }
        storage.state.withLock { state in for key in keys { state.fragments[key] = nil } }
        tellOfRemoval()
        return keys.count
    }

    private func tellOfRemoval() {
        storage.state.withLock { $0.changes.append(Storage.Change(writer: ObjectIdentifier(self), key: nil)) }
    }
}
