public import Foundation
import GRDB
public import LIFModel
public import LIFWorkflow
import Synchronization

/// The logs of runs in the SQLite file of a state folder, written behind those who append.
///
/// Entries wait in memory for a moment and are then written together. When they come faster than they can be written, or
/// the store cannot be written, the oldest are given up; the log says how many.
public final class SQLiteJobLog: JobLog {
    private struct State {
        var buffer: LogBuffer
        var isWriting = false
    }

    /// What one write has taken out of the buffer; its body may run twice.
    private final class Batch: Sendable {
        let items = Mutex<[LogBuffer.Item]?>(nil)
    }

    private static let batchSize = 512
    private static let removedAtOnce = 2_000

    private let database: LIFDatabase
    private let delay: Duration
    private let state: Mutex<State>

    /// A log over an open database.
    ///
    /// - Parameters:
    ///   - capacity: How many entries may wait in memory.
    ///   - delay: How long the first of them waits for others.
    public init(_ database: LIFDatabase, capacity: Int = 20_000, delay: Duration = .milliseconds(50)) {
        self.database = database
        self.delay = delay
        state = Mutex(State(buffer: LogBuffer(capacity: capacity)))
    }

    /// Puts an entry into memory and returns at once; a write begins `delay` after the first of those that wait.
    ///
    /// When `capacity` entries wait already, the oldest is given up, and the log says later how many were.
    public func append(_ entry: JobLogEntry) {
        let isFirst = state.withLock { state in
            state.buffer.append(entry)
            defer { state.isWriting = true }
            return !state.isWriting
        }
        guard isFirst else { return }
        // Nobody waits for it. It ends when nothing is to be written, or cannot be; the next entry then begins another.
        Task {
            try? await Task.sleep(for: delay)
            var goesOn = true
            while goesOn {
                let isWritten = await write()
                goesOn = state.withLock { state in
                    state.isWriting = isWritten && !state.buffer.isEmpty
                    return state.isWriting
                }
            }
        }
    }

    /// Writes what waits and returns when all that was appended before the call is on the disk, or was given up because the
    /// store cannot be written. Never throws.
    public func flush() async {
        let target = state.withLock { $0.buffer.appended }
        // Once at least: what another call has taken out is written before this one's.
        var isWritten = true
        repeat { isWritten = await write() } while isWritten && state.withLock { $0.buffer.taken < target }
    }

    /// Writes a batch. It is taken out by the store's writer itself, which does one thing after another: so entries are
    /// kept in their order.
    ///
    /// - Returns: `false` when it could not be written and is given up.
    private func write() async -> Bool {
        let batch = Batch()
        do {
            try await database.write { [self] database in
                let items = batch.items.withLock { items in
                    let taken = items ?? state.withLock { $0.buffer.take(Self.batchSize) }
                    items = taken
                    return taken
                }
                for item in items { try Self.insert(item.entry, database) }
            }
            return true
        } catch {
            // A store that is closed or broken has not asked for any: those that wait are lost as well.
            let items = batch.items.withLock { $0 }
            state.withLock { state in
                for item in items ?? state.buffer.take(Self.batchSize) { state.buffer.lose(item) }
            }
            return false
        }
    }

    private static func insert(_ entry: JobLogEntry, _ database: Database) throws {
        try database.change(
            "INSERT INTO job_log (job_id, at, level, event, task, attempt, message) VALUES (?, ?, ?, ?, ?, ?, ?)",
            [
                entry.job.text, entry.at.column, entry.level.rawValue, entry.event, entry.task?.text, entry.attempt,
                entry.message,
            ])
    }

    /// Writes what waits, then reads; see ``JobLog/entries(of:limit:)``.
    public func entries(of job: JobID, limit: Int) async throws -> [JobLogEntry] {
        await flush()
        return try await database.load { database in
            let statement = try database.cachedStatement(
                sql: """
                    SELECT at, level, event, task, attempt, message FROM job_log WHERE job_id = ?
                    ORDER BY position DESC LIMIT ?
                    """)
            return try Row.fetchAll(statement, arguments: [job.text, max(limit, 0)]).reversed().map { row in
                JobLogEntry(
                    job: job, at: row.date(0) ?? .distantPast,
                    level: JobLogEntry.Level(rawValue: row[1]) ?? .info, event: row[2],
                    task: (row[3] as String?).map(WorkflowTask.ID.init), attempt: row[4], message: row[5])
            }
        }
    }

    /// See ``JobLog/remove(before:limit:)``. The oldest first; what still waits in memory is not looked at.
    ///
    /// - Throws: `LIFError` `OutputWriteException`.
    public func remove(before date: Date, limit: Int) async throws -> Int {
        try await database.store { database in
            try database.change(
                "DELETE FROM job_log WHERE position IN (SELECT position FROM job_log WHERE at < ? ORDER BY at LIMIT ?)",
                [date.column, max(limit, 0)])
        }
    }

    /// Removes all entries of the jobs, also those that still waited in memory when it was called.
    ///
    /// It takes several transactions, so that other writers come in between.
    ///
    /// - Throws: `LIFError` `OutputWriteException`; some may be removed by then.
    public func remove(_ jobs: [JobID]) async throws {
        if jobs.isEmpty { return }
        await flush()
        for job in jobs {
            // Step by step, so that other writers come in between.
            while try await database.store({ database in
                try database.change(
                    "DELETE FROM job_log WHERE position IN (SELECT position FROM job_log WHERE job_id = ? LIMIT ?)",
                    [job.text, Self.removedAtOnce]) == Self.removedAtOnce
            }) {}
        }
    }
}
