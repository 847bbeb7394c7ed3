import GRDB
import LIFConcurrency
import LIFJournal
import LIFModel
import Synchronization

/// What may be changed by another process, and be listened to.
enum StoreSubject: Hashable, Sendable {
    case anything
    case run(RunID)
    case permits
}

/// Tells listeners that another process has changed what they listen to.
///
/// It asks the writer's connection: its `PRAGMA data_version` moves with the commits of all others and not with its own,
/// and in this process nobody else commits. When it has moved, a look at a number of each subject tells whose listeners it
/// concerns; so what a process writes in bulk wakes nobody who waits for something else.
final class ChangeWatch: Sendable {
    /// How soon a change is reported.
    static let interval: Duration = .milliseconds(50)

    private struct State {
        var version: Int
        /// What moves with each change of a subject, when it was last looked at.
        var stamps: [StoreSubject: String] = [:]
        var isPolling = false
        /// The writer was asked and has not come to answer.
        var isAsked = false
    }

    private let pool: DatabasePool
    private let listeners = Broadcast<StoreSubject, Void>(.newest)
    private let state: Mutex<State>

    init(_ pool: DatabasePool) throws {
        self.pool = pool
        state = Mutex(State(version: try pool.writeWithoutTransaction { try Self.version($0) }))
    }

    private static func version(_ database: Database) throws -> Int {
        try Int.fetchOne(try database.cachedStatement(sql: "PRAGMA data_version")) ?? 0
    }

    /// What changed before this call, and was not reported to anyone, may give the first element.
    func changes(of subject: StoreSubject) -> AsyncStream<Void> {
        // Before it is asked whether somebody polls, as `poll` stops when nobody listens.
        let stream = listeners.listen(to: subject)
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
        guard isChanged else { return }
        let subjects = listeners.keys
        let stamps = (try? Self.stamps(of: subjects, database)) ?? [:]
        let former = state.withLock { state in
            defer { state.stamps = stamps }
            return state.stamps
        }
        // What was not looked at before may have changed since its first listener came.
        for subject in subjects
        where subject == .anything || former[subject] == nil || stamps[subject] != former[subject] {
            listeners.send(to: subject)
        }
    }

    private static func stamps(of subjects: [StoreSubject], _ database: Database) throws -> [StoreSubject: String] {
        var stamps: [StoreSubject: String] = [:]
        for subject in subjects {
            switch subject {
            case .anything: continue
            case .run(let id):
                let statement = try database.cachedStatement(
                    sql: "SELECT revision || '/' || last_position || '/' || kept FROM run WHERE id = ?")
                stamps[subject] = try String.fetchOne(statement, arguments: [id.text]) ?? ""
            case .permits:
                let statement = try database.cachedStatement(sql: "SELECT max(row) || '/' || count(*) FROM permit")
                stamps[subject] = try String.fetchOne(statement) ?? ""
            }
        }
        return stamps
    }

    /// Ends all streams.
    func finish() { listeners.finish() }
}
