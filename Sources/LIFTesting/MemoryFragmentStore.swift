public import LIFQueryPlanner
import Synchronization

/// A fragment store that forgets everything with its process.
public final class MemoryFragmentStore: FragmentStore {
    /// What several stores may share, as processes share a file.
    private final class Storage: Sendable {
        struct State {
            var fragments: [FragmentKey: StoredFragment] = [:]
            var changes: [(writer: ObjectIdentifier, key: FragmentKey)] = []
        }

        let state = Mutex(State())
    }

    private let storage: Storage
    /// How many changes this store has looked at.
    private let seen: Mutex<Int>

    public init() {
        storage = Storage()
        seen = Mutex(0)
    }

    /// Another process's view of the same fragments.
    public init(sharing other: MemoryFragmentStore) {
        storage = other.storage
        seen = Mutex(other.storage.state.withLock { $0.changes.count })
    }

    public func read(_ keys: [FragmentKey]) async throws -> [FragmentKey: StoredFragment] {
        storage.state.withLock { state in
            Dictionary(
                keys.compactMap { key in state.fragments[key].map { (key, $0) } },
                uniquingKeysWith: { first, _ in first })
        }
    }

    public func write(_ fragments: [StoredFragment]) async throws {
        storage.state.withLock { state in
            for fragment in fragments {
                if let kept = state.fragments[fragment.key], !fragment.replaces(kept) { continue }
                state.fragments[fragment.key] = fragment
                state.changes.append((ObjectIdentifier(self), fragment.key))
            }
        }
    }

    public func changesByOthers() async throws -> [FragmentKey] {
        storage.state.withLock { state in
            let start = seen.withLock { seen in
                defer { seen = state.changes.count }
                return seen
            }
            var keys: Set<FragmentKey> = []
            for change in state.changes[start...] where change.writer != ObjectIdentifier(self) {
                keys.insert(change.key)
            }
            return Array(keys)
        }
    }
}
