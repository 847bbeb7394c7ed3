import Foundation
import LIFWorkflow
import Synchronization

/// Does something about a job at certain times, unless the job has ended before.
final class JobTimers: Sendable {
    struct Alarm {
        let date: Date
        let act: @Sendable () async -> Void
    }

    private struct Watch {
        let fence: Int
        let tasks: [Task<Void, Never>]
    }

    private let watches: Mutex<[JobID: Watch]> = Mutex([:])
    private let sleep: @Sendable (Duration) async throws -> Void

    init(sleep: @escaping @Sendable (Duration) async throws -> Void) { self.sleep = sleep }

    /// How many jobs are watched.
    var count: Int { watches.withLock { $0.count } }

    /// Sets the alarms of a job, instead of those that it had under an earlier fence. A job that is watched under this
    /// fence already keeps what it has, so that nothing is reported twice.
    func watch(_ job: JobID, fence: Int, now: Date, _ alarms: [Alarm]) {
        let replaced = watches.withLock { watches -> [Task<Void, Never>] in
            let old = watches[job]
            if old?.fence == fence { return [] }
            // Bare tasks: a timer is nobody's child. They are held until the job ends.
            let tasks = alarms.map { alarm in
                let wait = Duration.seconds(max(0, alarm.date.timeIntervalSince(now)))
                return Task { [sleep] in
                    do {
                        try await sleep(wait)
                    } catch {
                        return
                    }
                    await alarm.act()
                }
            }
            watches[job] = Watch(fence: fence, tasks: tasks)
            return old?.tasks ?? []
        }
        for task in replaced { task.cancel() }
    }

    /// Takes away the alarms that a job has under this fence or a lower one.
    func cancel(_ job: JobID, through fence: Int) {
        let cancelled = watches.withLock { watches -> [Task<Void, Never>] in
            guard let watch = watches[job], watch.fence <= fence else { return [] }
            watches[job] = nil
            return watch.tasks
        }
        for task in cancelled { task.cancel() }
    }

    func cancelAll() {
        let all = watches.withLock { watches in
            defer { watches = [:] }
            return watches.values.flatMap(\.tasks)
        }
        for task in all { task.cancel() }
    }
}
