public import Foundation
public import LIFModel

/// Keeps schedules. Passes `ScheduleStoreConformance` of `LIFTesting`.
public protocol ScheduleStore: Sendable {
    /// Keeps a schedule.
    ///
    /// - Returns: The schedule that now holds its submission's idempotency key: this one, or one added with that key earlier.
    /// - Throws: `LIFError` `JobPostException` when it cannot be kept.
    @discardableResult
    func add(_ schedule: JobSchedule) async throws -> JobSchedule

    /// All of them, oldest first.
    func schedules() async throws -> [JobSchedule]

    /// The schedule of this id; `nil` for an unknown one.
    func schedule(_ id: ScheduleID) async throws -> JobSchedule?

    /// Removes a schedule; its jobs stay.
    ///
    /// - Returns: `false` when there was none.
    func remove(_ id: ScheduleID) async throws -> Bool

    /// Notes that the times up to `due` are dealt with, and which job came of it; without one the last job stays. An
    /// earlier time than is noted already changes nothing.
    func note(_ id: ScheduleID, due: Date, job: JobID?) async throws

    /// The clock was set back: what was noted of times after `now` is noted as of `now`, the creation too. What is not
    /// after it stays, and so does the last job.
    func setBack(_ id: ScheduleID, to now: Date) async throws
}
