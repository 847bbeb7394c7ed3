import Foundation
import LIFModel
import LIFWorkflow
import Testing

@Suite struct JobStatusTests {
    private let data = outcome(.data([]))
    private let empty = outcome(.empty(learnerKnown: false))
    private let failed = outcome(.failed(Failure(.timeout, "late")))

    private static func outcome(_ result: Outcome.Result) -> Outcome {
        Outcome(result, finishedAt: Date(timeIntervalSince1970: 0), duration: .zero)
    }

    @Test("A job is starting until an engine holds it or something landed, and then running")
    func running() {
        #expect(JobStatus(partCount: 2, outcomes: [:], isStarted: false) == .starting)
        #expect(JobStatus(partCount: 2, outcomes: [:], isStarted: true) == .running)
        #expect(JobStatus(partCount: 2, outcomes: [1: data], isStarted: false) == .running)
        #expect(JobStatus(partCount: 2, outcomes: [0: failed], isStarted: true) == .running)
    }

    @Test("It is done when each part has an outcome, also before its engine lets go of it")
    func completed() {
        for isStarted in [false, true] {
            #expect(JobStatus(partCount: 2, outcomes: [0: data, 1: data], isStarted: isStarted) == .completed)
            #expect(JobStatus(partCount: 2, outcomes: [0: failed, 1: empty], isStarted: isStarted) == .completed)
            #expect(JobStatus(partCount: 2, outcomes: [0: failed, 1: data], isStarted: isStarted) == .completed)
        }
    }

    @Test("It has failed only when no part has data or an empty outcome")
    func failedJob() {
        #expect(JobStatus(partCount: 2, outcomes: [0: failed, 1: failed], isStarted: true) == .failed)
        #expect(JobStatus(partCount: 0, outcomes: [:], isStarted: false) == .completed)
    }

    @Test("The words are the seed's, and two of them are final")
    func words() {
        let all: [JobStatus] = [.starting, .running, .completed, .failed]
        #expect(all.map(\.rawValue) == ["STARTING", "RUNNING", "COMPLETED", "FAILED"])
        #expect(all.map(\.isFinal) == [false, false, true, true])
    }
}
