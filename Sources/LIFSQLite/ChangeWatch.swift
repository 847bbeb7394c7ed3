import GRDB
import LIFConcurrency
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
        var isPolling = false
        /// The writer was asked and has not come to answer.
        var isAsked = false
    }

    private let pool: DatabasePool
    private let listeners = Broadcast<Everyone, Void>(.newest)
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
        // Before it is asked whether somebody polls, as `poll` stops when nobody listens.
        let stream = listeners.listen()
        let isFirst = state.withLock { state in
            defer { state.isPolling = true }
            return !state.isPolling
        }
        // Ends when nobody listens any more, or the store is gone.
        if isFirst { Task { [weak self] in while await self?.poll() == true {} } }
        return stream
    }

    /// - Returns: Whether someone still listens.
    private func poll() async -> Bool {
        let (goesOn, asks) = state.withLock { state in
            state.isPolling = listeners.listenerCount > 0
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
        guard listeners.listenerCount > 0, let version = try? Self.version(database) else { return }
        let isChanged = state.withLock { state in
            defer { state.version = version }
            return state.version != version
        }
        if isChanged { listeners.send() }
    }

    /// Ends all streams.
    func finish() { listeners.finish() }
}
