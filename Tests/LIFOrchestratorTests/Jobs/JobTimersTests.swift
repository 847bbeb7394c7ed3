import Foundation
import LIFModel
import LIFTesting
import LIFWorkflow
import Testing

@testable import LIFOrchestrator

@Suite struct JobTimersTests {
    private let timers = JobTimers { try await Task.sleep(for: $0) }
    private let now = Date(timeIntervalSinceReferenceDate: 0)

    @Test("After all alarms were taken away nothing is kept of them, and a job can have new ones under the same fence")
    func cancelAll() async throws {
        let (job, first, second) = (JobID(), Tally(), Tally())
        timers.watch(job, fence: 1, now: now, [JobTimers.Alarm(date: now + 3_600) { first.add() }])
        #expect(timers.count == 1)
        timers.cancelAll()
        #expect(timers.count == 0)
        timers.watch(job, fence: 1, now: now, [JobTimers.Alarm(date: now) { second.add() }])
        try await within("the alarm") { try await second.wait(for: 1) }
        timers.cancel(job, through: 1)
        #expect(timers.count == 0 && first.count == 0)
    }
}
