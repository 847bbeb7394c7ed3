import Foundation
import LIFModel
import LIFWorkflow
import Testing

@Suite struct JobStatusTests {
    private static let now = Date(timeIntervalSince1970: 0)
    private let data = outcome(.data([]))
    private let empty = outcome(.empty(learnerKnown: false))
    private let failed = outcome(.failed(Failure(.timeout, "late")))

    private static func outcome(_ result: Outcome.Result) -> OutcomeSummary {
        OutcomeSummary(Outcome(result, finishedAt: now, duration: .zero))
    }

    private static func job(_ partCount: Int) -> Job {
        let part = QueryPlanPart(
            informationSourceID: "org1", adapterID: "a",
            learner: LearnerIdentifier(identifier: "1", identifierType: "SCHOOL_ASSIGNED_NUMBER"),
            fragmentPaths: [FragmentPath(entity: "Name")])
        let plan = QueryPlan(parts: Array(repeating: part, count: partCount))
        return Job(submission: JobSubmission(plan: plan), acceptedAt: now, holder: HolderID())
    }

    private func status(_ outcomes: [OutcomeSummary], of partCount: Int = 2, isStarted: Bool) -> JobStatus {
        JobStatus(of: Self.job(partCount), outcomes: outcomes, isStarted: isStarted)
    }

    @Test("A job is starting until an engine holds it or something landed, and then running")
    func running() {
        #expect(status([], isStarted: false) == .starting)
        #expect(status([], isStarted: true) == .running)
        #expect(status([data], isStarted: false) == .running)
        #expect(status([failed], isStarted: true) == .running)
    }

    @Test("It is done when each part has an outcome, also before its engine lets go of it")
    func completed() {
        for isStarted in [false, true] {
            #expect(status([data, data], isStarted: isStarted) == .completed)
            #expect(status([failed, empty], isStarted: isStarted) == .completed)
            #expect(status([failed, data], isStarted: isStarted) == .completed)
        }
    }

    @Test("It has failed when no part has data or an empty outcome")
    func failedJob() {
        #expect(status([failed, failed], isStarted: true) == .failed)
        #expect(status([], of: 0, isStarted: false) == .completed)
    }

    @Test("A job that was cancelled, or that its engine could not run, has failed once each part has an outcome")
    func stoppedJob() {
        var cancelled = Self.job(2)
        cancelled.cancelledAt = Self.now
        var broken = Self.job(2)
        broken.engineFailure = Failure(.internal, "The engine is away.")
        for job in [cancelled, broken] {
            #expect(JobStatus(of: job, outcomes: [data], isStarted: false) == .running)
            #expect(JobStatus(of: job, outcomes: [data, failed], isStarted: false) == .failed)
        }
    }

    @Test("The words are the seed's, and two of them are final")
    func words() {
        #expect(JobStatus.allCases.map(\.rawValue) == ["STARTING", "RUNNING", "COMPLETED", "FAILED"])
        #expect(JobStatus.allCases.map(\.isFinal) == [false, false, true, true])
    }
}
