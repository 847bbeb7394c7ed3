public import Foundation
public import LIFModel

/// Keeps schedules. Passes `ScheduleStoreConformance` of `LIFTesting`.
public protocol ScheduleStore: Sendable {
    /// All of them, oldest first; without those that cannot be read, so that the others fire.
    ///
    /// - Throws: `LIFError` `OutputReadException`.
    func schedules() async throws -> [JobSchedule]

    /// Changes a schedule in one step that no other process comes between. A change that leaves it as it is needs no write.
    ///
    /// - Parameters:
    ///   - key: Where there is no schedule of this id, the one with this idempotency key is meant.
    ///   - change: Gets `nil` where there is none, adds one by setting it, and removes it by setting `nil`. It may run more than once.
    /// - Returns: What `change` gives.
    /// - Throws: `LIFError` `OutputReadException`, also for a schedule that cannot be read; `OutputWriteException`.
    func change<Value: Sendable>(
        _ id: ScheduleID, orKey key: String?, _ change: @escaping @Sendable (inout JobSchedule?) -> Value
    ) async throws -> Value
}

extension ScheduleStore {
    /// Keeps a schedule.
    ///
    /// - Returns: The schedule that now holds its submission's idempotency key: this one, or one added with that key earlier.
    /// - Throws: `LIFError` `JobPostException` when it cannot be kept.
    @discardableResult
    public func add(_ schedule: JobSchedule) async throws -> JobSchedule {
        do {
            return try await change(schedule.id, orKey: schedule.submission.idempotencyKey) { kept in
                let now = kept ?? schedule
                kept = now
                return now
            }
        } catch let error as LIFError {
            // What cannot be kept is not accepted, whatever the reason.
            throw LIFError(
                .jobPostException, error.message, blame: error.blame, isRetryable: error.isRetryable,
                cause: error.cause ?? error)
        }
    }

    /// The schedule of this id; `nil` for an unknown one.
    public func schedule(_ id: ScheduleID) async throws -> JobSchedule? { try await change(id, orKey: nil) { $0 } }

    /// Removes a schedule; its jobs stay.
    ///
    /// - Returns: `false` when there was none.
    public func remove(_ id: ScheduleID) async throws -> Bool {
        try await change(id, orKey: nil) { kept in
            defer { kept = nil }
            return kept != nil
        }
    }

    /// Notes that the times up to `due` are dealt with, and which job came of it; without one the last job stays. An
    /// earlier time than is noted already changes nothing.
    public func note(_ id: ScheduleID, due: Date, job: JobID?) async throws {
        try await change(id, orKey: nil) { kept in
            guard let last = kept?.lastDueAt ?? kept.map({ _ in due }), last <= due else { return }
            kept?.lastDueAt = due
            if let job { kept?.lastJob = job }
        }
    }

    /// The clock was set back: what was noted of times after `now` is noted as of `now`, the creation too. What is not
    /// after it stays, and so does the last job.
    public func setBack(_ id: ScheduleID, to now: Date) async throws {
        try await change(id, orKey: nil) { kept in
            guard var schedule = kept else { return }
            schedule.createdAt = min(schedule.createdAt, now)
            schedule.lastDueAt = schedule.lastDueAt.map { min($0, now) }
            kept = schedule
        }
    }
}
