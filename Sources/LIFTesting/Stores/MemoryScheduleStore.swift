import Foundation
public import LIFWorkflow
import Synchronization

/// A schedule store that forgets everything with its process.
public final class MemoryScheduleStore: ScheduleStore {
    /// In the order added.
    private let kept = Mutex<[JobSchedule]>([])

    /// Makes an empty store.
    public init() {}

    public func schedules() async throws -> [JobSchedule] {
        kept.withLock { kept in
            kept.enumerated().sorted { ($0.element.createdAt, $0.offset) < ($1.element.createdAt, $1.offset) }
                .map(\.element)
        }
    }

    public func change<Value: Sendable>(
        _ id: ScheduleID, orKey key: String?, _ change: @escaping @Sendable (inout JobSchedule?) -> Value
    ) async throws -> Value {
        kept.withLock { kept in
            let index =
                kept.firstIndex { $0.id == id }
                ?? kept.firstIndex { key != nil && $0.submission.idempotencyKey == key }
            var schedule = index.map { kept[$0] }
            let value = change(&schedule)
            switch (index, schedule) {
            case (let index?, let schedule?): kept[index] = schedule
            case (let index?, nil): kept.remove(at: index)
            case (nil, let schedule?): kept.append(schedule)
            case (nil, nil): break
            }
            return value
        }
    }
}
