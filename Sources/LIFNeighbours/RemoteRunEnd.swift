import LIFConcurrency
import LIFHTTP
import LIFJSON
import LIFModel

/// Learns that a run at an orchestrator elsewhere has ended, and how.
///
/// It asks for the results, waiting at the orchestrator (`Prefer: wait`). One that has no such route is asked for the run's
/// status, with pauses that grow from 250 ms to 2 s.
struct RemoteRunEnd: Sendable {
    enum End: Sendable {
        case results([Int: Outcome])
        /// Its results are posted to the planner.
        case completed
        /// It gives no results; this is the outcome of the parts that have none.
        case without(Outcome)
    }

    let id: RandomID
    let requests: OrchestratorRequests
    let answers: OrchestratorAnswers
    let takesPostedResults: Bool
    /// How long the orchestrator may be away.
    let outageTolerance: Duration
    /// How long it may say that it knows no such run: a deployed one says so too when it cannot look.
    let lossTolerance: Duration
    let sleep: @Sendable (Duration) async throws -> Void

    private static let retry = RetryPolicy(
        first: .milliseconds(250), longest: .seconds(2), longestRetryAfter: .seconds(30))
    /// How long a status may be one that means nothing here, before the run counts as ended. It has been said twice then: a slow
    /// answer alone is no sign that it stays.
    private static let unknownStatusTolerance = Duration.seconds(1)

    private enum Step {
        case end(End)
        case unfinished
        /// Believed when it has been said for a while.
        case doubtful(End, for: Duration)
        /// There is no route for results.
        case noResults
    }

    /// - Throws: `LIFError` `NeighbourNotAvailable`, `CancellationError`.
    func wait() async throws -> End {
        var asksForResults = true
        // Whoever has the route for results has been asked to wait; only the other is asked less and less often.
        var statusPolls = 0
        var doubtSince: ContinuousClock.Instant?
        var outageSince: ContinuousClock.Instant?
        while true {
            var retryAfter: Duration?
            let start = ContinuousClock.now
            do {
                let step = asksForResults ? try await askForResults() : try await askForStatus()
                outageSince = nil
                switch step {
                case .end(let end): return end
                case .unfinished: doubtSince = nil
                case .doubtful(let end, let tolerance):
                    let answered = ContinuousClock.now
                    let since = doubtSince ?? answered
                    doubtSince = since
                    if answered - since >= tolerance { return end }
                case .noResults:
                    asksForResults = false
                    continue
                }
            } catch let outage as OrchestratorOutage {
                let since = outageSince ?? start
                outageSince = since
                if ContinuousClock.now - since >= outageTolerance { throw outage.error }
                retryAfter = outage.error.retryAfter
            }
            if !asksForResults { statusPolls += 1 }
            try await sleep(Self.retry.pause(after: statusPolls, retryAfter: retryAfter))
            try Task.checkCancellation()
        }
    }

    private func askForResults() async throws -> Step {
        let answer = try await requests.poll("jobs/\(id)/result", headers: [("Prefer", "wait=\(requests.wait)")])
        if OrchestratorAnswers.isFailedJob(answer) { return .end(.without(answers.failed)) }
        switch (answer.status, OrchestratorAnswers.code(of: answer)) {
        case (200..<300, _):
            return try await requests.read(answer.body.count) {
                guard let results = OrchestratorAnswers.results(in: try requests.document(answer)) else {
                    throw OrchestratorProblem.unavailable("it answered a request for results with something else")
                }
                return .end(.results(try answers.outcomes(results)))
            }
        case (409, _): return .unfinished
        case (404, .jobNotFoundException), (410, _): return .end(.without(answers.lost))
        case (404, _), (405, _), (501, _):
            guard takesPostedResults else {
                throw OrchestratorProblem.unavailable(
                    "it gives results only by posting them, and this planner takes none. Configure a store for its runs"
                )
            }
            return .noResults
        default: throw OrchestratorProblem.error(answer)
        }
    }

    private func askForStatus() async throws -> Step {
        let answer = try await requests.poll("jobs/\(id)")
        if answer.status == 404 {
            if OrchestratorAnswers.code(of: answer) == .jobNotFoundException { return .end(.without(answers.lost)) }
            if let word = OrchestratorAnswers.unmappedStatus(in: answer) { return step(word) }
            return .doubtful(.without(answers.lost), for: lossTolerance)
        }
        guard answer.isSuccess else { throw OrchestratorProblem.error(answer) }
        guard let status = try requests.document(answer)["status"]?.string else {
            throw OrchestratorProblem.unavailable("it answered a request for a run's status with something else")
        }
        return step(status)
    }

    private func step(_ word: String) -> Step {
        switch RemoteRunStatus(word) {
        case .unfinished: .unfinished
        case .completed: .end(.completed)
        case .failed: .end(.without(answers.failed))
        case .canceled: .end(.without(answers.canceled(word)))
        case .unknown: .doubtful(.without(answers.notUnderstood(word)), for: Self.unknownStatusTolerance)
        }
    }
}
