public import Foundation
public import LIFWorkflow
import Synchronization

/// A schedule store that forgets everything with its process.
public final class MemoryScheduleStore: ScheduleStore {
    /// In the order added.
    private let kept = Mutex<[JobSchedule]>([])

    /// Makes an empty store.
    public init() {}

    /// Adds the schedule, unless one with its id or idempotency key is kept; returns the one that is kept.
    @discardableResult
    public func add(_ schedule: JobSchedule) async throws -> JobSchedule {
        kept.withLock { kept in
            let key = schedule.submission.idempotencyKey
            if let earlier = kept.first(where: {
                $0.id == schedule.id || key != nil && $0.submission.idempotencyKey == key
            }) {
                return earlier
            }
            kept.append(schedule)
            return schedule
        }
    }

    /// All schedules, the oldest first.
    public func schedules() async throws -> [JobSchedule] {
        kept.withLock { kept in
            kept.enumerated().sorted { ($0.element.createdAt, $0.offset) < ($1.element.createdAt, $1.offset) }
                .map(\.element)
        }
    }

    /// The schedule of this id; `nil` when there is none.
    public func schedule(_ id: ScheduleID) async throws -> JobSchedule? {
        kept.withLock { kept in kept.first { $0.id == id } }
    }

    /// Removes the schedule, and returns whether there was one.
    public func remove(_ id: ScheduleID) async throws -> Bool {
        kept.withLock { kept in
            let count = kept.count
            kept.removeAll { $0.id == id }
            return kept.count < count
        }
    }

    /// Notes a firing, unless a later one is noted. Without a job, the last one stays.
    public func note(_ id: ScheduleID, due: Date, job: JobID?) async throws {
        kept.withLock { kept in
            guard let index = kept.firstIndex(where: { $0.id == id }), due >= kept[index].lastDueAt ?? due else {
                return
            }
            kept[index].lastDueAt = due
            kept[index].lastJob = job ?? kept[index].lastJob
        }
    }

    /// Moves times that are later than now back to now.
    public func setBack(_ id: ScheduleID, to now: Date) async throws {
        kept.withLock { kept in
            guard let index = kept.firstIndex(where: { $0.id == id }) else { return }
            kept[index].createdAt = min(kept[index].createdAt, now)
            kept[index].lastDueAt = kept[index].lastDueAt.map { min($0, now) }
        }
    }
}
