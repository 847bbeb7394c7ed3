import Foundation
import LIFHTTP
import LIFJSON
import LIFModel
import LIFQueryPlanner
import Logging

/// Reads what an orchestrator answers about a plan. Pure.
struct OrchestratorAnswers: Sendable {
    let plan: QueryPlan
    let logger: Logger
    let now: @Sendable () -> Date

    /// - Throws: `LIFError` `NeighbourNotAvailable` for results of another shape.
    func outcomes(_ results: RawJSON) throws(LIFError) -> [Int: Outcome] {
        do {
            return try ReceivedJobResults.outcomes(from: results, plan: plan, now: now()) { misstated in
                logger.warning(
                    "An orchestrator's job results state durations or times that cannot be; their data is used without them",
                    metadata: ["count": "\(misstated.count)", "first": "\(misstated.faults.first?.place ?? "")"])
            }
        } catch {
            throw OrchestratorProblem.unavailable("its job results are not of the agreed shape")
        }
    }

    /// The job results themselves, or `{"job_id","result":…}` around them.
    static func results(in document: RawJSON) -> RawJSON? {
        [document, document["result"]].compactMap(\.self).first { $0["query_plan_part_results"] != nil }
    }

    static func isFailedJob(_ answer: OutgoingResponse) -> Bool {
        answer.status == 502 && code(of: answer) == .operatorException
    }

    /// Our code in a problem document.
    static func code(of answer: OutgoingResponse) -> LIFError.Code? {
        (try? RawJSON(validating: answer.body))?["code"]?.string.flatMap(LIFError.Code.init(rawValue:))
    }

    /// The engine's own word, where a deployed orchestrator says that it has none for it.
    static func unmappedStatus(in answer: OutgoingResponse) -> String? {
        (try? RawJSON(validating: answer.body))?["detail"]?.string.flatMap(RemoteRunStatus.unmapped)
    }

    /// The outcome of a part whose job failed as a whole.
    var failed: Outcome { outcome(.sourceError, "The orchestrator reports that the job failed.") }

    /// The outcome of a part of a run that the orchestrator has forgotten.
    var lost: Outcome { outcome(.sourceError, "The orchestrator no longer knows the run that asked this source.") }

    /// The outcome of a part that a completed job says nothing about.
    var missing: Outcome { outcome(.invalidAnswer, "The orchestrator gave no result for this part.") }

    /// The outcome of a part of a run that somebody has stopped.
    func canceled(_ word: String) -> Outcome {
        outcome(
            .cancelled,
            "The run that asked this source was canceled at the orchestrator, whose word for it is "
                + "\(RemoteRunStatus.shown(word)). Look there for who did it and why.")
    }

    /// The outcome of a part of a run whose status means nothing here.
    func notUnderstood(_ word: String) -> Outcome {
        outcome(
            .sourceError,
            "The orchestrator gives the run that asked this source a status that is not known here: "
                + "\(RemoteRunStatus.shown(word)). Look there for what became of the run.")
    }

    /// The outcome of a part of a run that has taken too long.
    func late(_ limit: Duration) -> Outcome {
        outcome(
            .timeout,
            "The run that asked this source did not end within \(limit.forPeople) at the orchestrator. Look there for what it "
                + "waits for, or raise \"orchestrator_run_timeout\".")
    }

    private func outcome(_ reason: Failure.Reason, _ message: String) -> Outcome {
        Outcome(.failed(Failure(reason, message)), finishedAt: now(), duration: .zero)
    }
}
