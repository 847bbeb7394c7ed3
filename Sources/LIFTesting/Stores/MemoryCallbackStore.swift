public import LIFModel
public import LIFWorkflow
import Synchronization

/// A callback store that forgets everything with its process.
public final class MemoryCallbackStore: CallbackStore {
    private struct Entry {
        var callback: Callback
        var holder: HolderID
        var isClosed = false
        var givenUp: String?
    }

    /// In the order added.
    private let entries = Mutex<[Entry]>([])

    public init() {}

    /// The callbacks that nothing more is to be done for, and why they were given up, if they were.
    public var closed: [(callback: Callback, givenUp: String?)] {
        entries.withLock { entries in entries.filter(\.isClosed).map { ($0.callback, $0.givenUp) } }
    }

    public func add(_ callbacks: [Callback], holder: HolderID) async throws {
        entries.withLock { entries in
            for callback in callbacks where !entries.contains(where: { Self.isSame($0.callback, callback) }) {
                entries.append(Entry(callback: callback, holder: holder))
            }
        }
    }

    private static func isSame(_ one: Callback, _ other: Callback) -> Bool {
        one.id == other.id
            || (one.job == other.job && one.kind == other.kind && one.target == other.target
                && one.fence == other.fence)
    }

    public func claim(for holder: HolderID, living: Set<HolderID>) async throws -> [Callback] {
        entries.withLock { entries in
            let claimed = entries.indices.filter { !entries[$0].isClosed && !living.contains(entries[$0].holder) }
            for index in claimed { entries[index].holder = holder }
            return Self.oldestFirst(claimed.map { entries[$0] })
        }
    }

    public func owed(by holder: HolderID) async throws -> [Callback] {
        entries.withLock { entries in Self.oldestFirst(entries.filter { !$0.isClosed && $0.holder == holder }) }
    }

    private static func oldestFirst(_ entries: [Entry]) -> [Callback] {
        entries.map(\.callback).enumerated()
            .sorted { ($0.element.createdAt, $0.offset) < ($1.element.createdAt, $1.offset) }.map(\.element)
    }

    public func noteAttempt(_ id: RandomID, attempts: Int) async throws {
        change(id) { $0.callback.attempts = max($0.callback.attempts, attempts) }
    }

    public func close(_ id: RandomID, givenUp reason: String?) async throws {
        change(id) { entry in
            entry.isClosed = true
            entry.givenUp = reason
        }
    }

    private func change(_ id: RandomID, _ body: (inout Entry) -> Void) {
        entries.withLock { entries in
            for index in entries.indices where entries[index].callback.id == id && !entries[index].isClosed {
                body(&entries[index])
            }
        }
    }

    public func remove(_ jobs: [JobID]) async throws {
        entries.withLock { entries in entries.removeAll { jobs.contains($0.callback.job) } }
    }
}
