public import Foundation
import LIFConcurrency
public import LIFJournal
public import LIFModel
import Synchronization

/// The logs of jobs in the journal, written after those who append have gone on.
///
/// Entries wait in memory for a moment and are then written together. When they come faster than they can be written, or
/// the store cannot be written, the oldest are given up; the log says how many.
public final class JournalJobLog: JobLog {
    private struct State {
        var buffer: LogBuffer
        var isWriting = false
    }

    private static let batchSize = 512

    private let journal: any Journal
    /// One write after another, so that entries are kept in their order.
    private let turn = TaskSemaphore<PlaceLedger>(places: 1)
    private let delay: Duration
    private let state: Mutex<State>

    /// A log in a journal.
    ///
    /// - Parameters:
    ///   - capacity: How many entries may wait in memory.
    ///   - delay: How long the first of them waits for others.
    public init(_ journal: any Journal, capacity: Int = 20_000, delay: Duration = .milliseconds(50)) {
        self.journal = journal
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
        // A bare task: also what is cancelled waits for what it has appended.
        await Task {
            // Once at least: what another call has taken out is written before this one's.
            var isWritten = true
            repeat { isWritten = await write() } while isWritten && state.withLock { $0.buffer.taken < target }
        }.value
    }

    /// Writes a batch.
    ///
    /// - Returns: `false` when it could not be written and is given up.
    private func write() async -> Bool {
        let isWritten = try? await turn.inPlace {
            let items = state.withLock { $0.buffer.take(Self.batchSize) }
            if items.isEmpty { return true }
            do {
                _ = try await journal.log(items.map { RunLogEntry($0.entry) }, removingBefore: nil, limit: 0)
                return true
            } catch {
                // Those that still wait would be lost as well; they make room one batch at a time.
                state.withLock { state in for item in items { state.buffer.lose(item) } }
                return false
            }
        }
        return isWritten ?? false
    }

    /// Writes what waits, then reads; see ``JobLog/entries(of:limit:)``.
    public func entries(of job: JobID, limit: Int) async throws -> [JobLogEntry] {
        await flush()
        return try await journal.log(of: job, limit: max(limit, 0)).map(JobLogEntry.init)
    }

    /// See ``JobLog/remove(before:limit:)``. The oldest first; what still waits in memory is not looked at.
    ///
    /// - Throws: `LIFError` `OutputWriteException`.
    public func remove(before date: Date, limit: Int) async throws -> Int {
        try await journal.log([], removingBefore: date, limit: max(limit, 0))
    }

    /// Removes all entries of the jobs, also those that still waited in memory when it was called.
    ///
    /// - Throws: `LIFError` `OutputWriteException`; some may be removed by then.
    public func remove(_ jobs: [JobID]) async throws {
        if jobs.isEmpty { return }
        await flush()
        try await journal.remove(.log, of: jobs)
    }
}

extension RunLogEntry {
    fileprivate init(_ entry: JobLogEntry) {
        self.init(
            run: entry.job, at: entry.at, level: entry.level.rawValue, event: entry.event, task: entry.task?.text,
            attempt: entry.attempt, message: entry.message)
    }
}

extension JobLogEntry {
    fileprivate init(_ entry: RunLogEntry) {
        self.init(
            job: entry.run, at: entry.at, level: Level(rawValue: entry.level) ?? .info, event: entry.event,
            task: entry.task.map(WorkflowTask.ID.init), attempt: entry.attempt, message: entry.message)
    }
}
