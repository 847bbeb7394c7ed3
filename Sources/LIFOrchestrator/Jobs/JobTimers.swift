import Foundation
import LIFWorkflow
import Synchronization

/// Does something about a job at a certain time, unless the job has ended before.
final class JobTimers: Sendable {
    private let timers: Mutex<[JobID: [Task<Void, Never>]]> = Mutex([:])

    func at(_ date: Date, now: Date, for job: JobID, _ act: @escaping @Sendable () async -> Void) {
        let wait = Duration.seconds(max(0, date.timeIntervalSince(now)))
        // A bare task: a timer is nobody's child. It is held until the job ends.
        let timer = Task {
            do {
                try await Task.sleep(for: wait)
            } catch {
                return
            }
            await act()
        }
        timers.withLock { $0[job, default: []].append(timer) }
    }

    func cancel(_ job: JobID) {
        let cancelled = timers.withLock { $0.removeValue(forKey: job) } ?? []
        for timer in cancelled { timer.cancel() }
    }

    func cancelAll() {
        let all = timers.withLock { timers in
            defer { timers = [:] }
            return timers.values.flatMap(\.self)
        }
        for timer in all { timer.cancel() }
    }
}
