import GRDB
import LIFConcurrency
import LIFModel
import Synchronization

/// The one writer of a store: changes that come while a commit is under way wait, and are then committed together, so that
/// many callers share the price of one wait for the disk.
///
/// Each change has its own savepoint: one that fails is undone alone. Each caller goes on only after the commit.
final class GroupCommitWriter: Sendable {
    /// One caller's change.
    private struct Change: Sendable {
        /// Makes the change, and returns what notifies the caller once it is committed.
        let run: @Sendable (Database) throws -> @Sendable () -> Void
        let fail: @Sendable (any Error) -> Void
    }

    private struct State {
        var waiting: [Change] = []
        var isCommitting = false
        var isClosed = false
        var commitsSinceCheckpoint = 0
        var isCheckpointing = false
        /// Since when the lock could not be had; `nil` when the last commit had it, or failed for another reason.
        var waitsForLockSince: ContinuousClock.Instant?
        /// Why the last transaction could not begin, where that was not the lock.
        var fault: (any Error)?
        var isTrying = false
    }

    private static let largestGroup = 256
    /// After how many commits the WAL is copied into the file. The copying is done by another connection, beside the writer
    /// and not in a caller's wait.
    static let checkpointInterval = 128

    private let pool: DatabasePool
    private let checkpointer: DatabaseQueue
    private let file: StoreFile
    private let changes: ChangeWatch
    private let turn: WriteTurn
    private let state = Mutex(State())

    init(
        _ pool: DatabasePool, checkpointer: DatabaseQueue, file: StoreFile, changes: ChangeWatch, turn: WriteTurn
    ) {
        self.pool = pool
        self.turn = turn
        self.changes = changes
        self.checkpointer = checkpointer
        self.file = file
    }

    var waitingCount: Int { state.withLock { $0.waiting.count } }

    /// - Throws: What the body throws, or why the commit failed. Cancellation does not take a change back.
    func write<Value: Sendable>(_ body: @escaping @Sendable (Database) throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            let change = Change(
                run: { database in
                    let value = try body(database)
                    return { continuation.resume(returning: value) }
                },
                fail: { continuation.resume(throwing: $0) })
            let (isClosed, starts) = state.withLock { state in
                if state.isClosed { return (true, false) }
                state.waiting.append(change)
                defer { state.isCommitting = true }
                return (false, !state.isCommitting)
            }
            if isClosed { change.fail(StorageFault.closed) }
            if starts { pool.asyncWriteWithoutTransaction { self.commitAll($0) } }
        }
    }

    var lockWait: Duration? { state.withLock { $0.waitsForLockSince.map { $0.duration(to: .now) } } }

    var fault: (any Error)? { state.withLock { $0.fault } }

    /// Writes nothing, to see whether a transaction can begin.
    func tryWriting(atMost limit: Duration) async {
        let isFirst = state.withLock { state in
            defer { state.isTrying = true }
            return !state.isTrying
        }
        // One at a time: each waits for seconds while the store is locked.
        guard isFirst else { return }
        let tried = Pulse()
        // A bare task: whoever asks does not wait longer than it wants. It ends by SQLite's own time limit.
        Task { [self] in
            try? await write { _ in }
            state.withLock { $0.isTrying = false }
            tried.beat()
        }
        await tried.wait(atMost: limit)
    }

    /// Lets no further change in, and returns when those that wait are committed, also in a cancelled task.
    ///
    /// - Returns: `false` when it was called before.
    func finish() async -> Bool {
        let isFirst = state.withLock { state in
            defer { state.isClosed = true }
            return !state.isClosed
        }
        guard isFirst else { return false }
        await withCheckedContinuation { continuation in
            pool.asyncWriteWithoutTransaction { database in
                // A caller may have put its change in and not come to start the commits.
                self.commitAll(database)
                continuation.resume()
            }
        }
        return true
    }

    private func commitAll(_ database: Database) {
        while let group = nextGroup() {
            state.withLock { $0.waitsForLockSince = $0.waitsForLockSince ?? .now }
            turn.take { commit(group, database) }
            changes.look(database)
            checkpointWhenDue()
        }
    }

    private func nextGroup() -> [Change]? {
        state.withLock { state in
            if state.waiting.isEmpty {
                state.isCommitting = false
                return nil
            }
            let group = Array(state.waiting.prefix(Self.largestGroup))
            state.waiting.removeFirst(group.count)
            return group
        }
    }

    private func commit(_ group: [Change], _ database: Database) {
        var answers: [@Sendable () -> Void] = []
        var hasBegun = false
        guard file.isInPlace else {
            noteBegin()
            for change in group { change.fail(StorageFault.moved) }
            return
        }
        do {
            try database.inTransaction(.immediate) {
                hasBegun = true
                noteBegin()
                for change in group { answers.append(try attempt(change, database)) }
                return .commit
            }
            for answer in answers { answer() }
        } catch let error as DatabaseError where error.resultCode == .SQLITE_BUSY {
            // Waiting again for each would add up to minutes.
            for change in group { change.fail(error) }
        } catch {
            if !hasBegun { noteBegin(error) }
            // The whole transaction is gone, as when the disk is full: those that still fit are kept one by one.
            if group.count == 1 {
                group[0].fail(error)
            } else {
                for change in group { commit([change], database) }
            }
        }
    }

    /// - Parameter fault: Why it could not begin, where nobody held the lock.
    private func noteBegin(_ fault: (any Error)? = nil) {
        state.withLock { state in
            state.waitsForLockSince = nil
            state.fault = fault
        }
    }

    /// - Throws: An error that has ended the transaction around it.
    private func attempt(_ change: Change, _ database: Database) throws -> @Sendable () -> Void {
        var answer: @Sendable () -> Void = {}
        do {
            try database.inSavepoint {
                answer = try change.run(database)
                return .commit
            }
        } catch {
            guard database.isInsideTransaction else { throw error }
            answer = { change.fail(error) }
        }
        return answer
    }

    private func checkpointWhenDue() {
        let isDue = state.withLock { state in
            state.commitsSinceCheckpoint += 1
            guard state.commitsSinceCheckpoint >= Self.checkpointInterval, !state.isCheckpointing, !state.isClosed
            else {
                return false
            }
            state.commitsSinceCheckpoint = 0
            state.isCheckpointing = true
            return true
        }
        guard isDue else { return }
        checkpointer.asyncWriteWithoutTransaction { database in
            // A checkpoint that fails is made up for by the next one, or by the bound on the writer's own connection.
            _ = try? database.checkpoint(.passive)
            self.state.withLock { $0.isCheckpointing = false }
        }
    }
}
