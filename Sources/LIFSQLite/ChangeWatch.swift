import GRDB
import Synchronization

/// Tells listeners that another process has committed to the store's file.
///
/// It asks the writer's connection: its `PRAGMA data_version` moves with the commits of all others and not with its own,
/// and in this process nobody else commits.
final class ChangeWatch: Sendable {
    /// How soon a change is told.
    static let interval: Duration = .milliseconds(50)

    private struct State {
        var version: Int
        var listeners: [Int: AsyncStream<Void>.Continuation] = [:]
        var nextListener = 0
        var isPolling = false
        /// The writer was asked and has not come to answer.
        var isAsked = false
        var isOver = false
    }

    private let pool: DatabasePool
    private let state: Mutex<State>

    init(_ pool: DatabasePool) throws {
        self.pool = pool
        state = Mutex(State(version: try pool.writeWithoutTransaction { try Self.version($0) }))
    }

    private static func version(_ database: Database) throws -> Int {
        try Int.fetchOne(try database.cachedStatement(sql: "PRAGMA data_version")) ?? 0
    }

    /// What changed before this call, and was not told to anyone, may give the first element.
    func changes() -> AsyncStream<Void> {
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let (number, isFirst) = state.withLock { state -> (Int?, Bool) in
            if state.isOver { return (nil, false) }
            state.nextListener += 1
            state.listeners[state.nextListener] = continuation
            defer { state.isPolling = true }
            return (state.nextListener, !state.isPolling)
        }
        guard let number else {
            continuation.finish()
            return stream
        }
        continuation.onTermination = { [weak self] _ in
            self?.state.withLock { state in _ = state.listeners.removeValue(forKey: number) }
        }
        // Ends when nobody listens any more, or the store is gone.
        if isFirst { Task { [weak self] in while await self?.poll() == true {} } }
        return stream
    }

    /// - Returns: Whether someone still listens.
    private func poll() async -> Bool {
        let (goesOn, asks) = state.withLock { state in
            state.isPolling = !state.listeners.isEmpty
            defer { if state.isPolling { state.isAsked = true } }
            return (state.isPolling, state.isPolling && !state.isAsked)
        }
        if asks {
            pool.asyncWriteWithoutTransaction { database in
                self.state.withLock { $0.isAsked = false }
                self.look(database)
            }
        }
        if goesOn { try? await Task.sleep(for: Self.interval) }
        return goesOn
    }

    /// Looks for a change; on the writer's connection, between transactions. A writer that is busy all the time calls it
    /// itself.
    func look(_ database: Database) {
        // Without listeners a change waits for the next one.
        guard state.withLock({ !$0.listeners.isEmpty }), let version = try? Self.version(database) else { return }
        let listeners = state.withLock { state in
            defer { state.version = version }
            return state.version == version ? [] : Array(state.listeners.values)
        }
        for listener in listeners { listener.yield() }
    }

    /// Ends all streams.
    func finish() {
        let listeners = state.withLock { state in
            state.isOver = true
            return Array(state.listeners.values)
        }
        for listener in listeners { listener.finish() }
    }
}
