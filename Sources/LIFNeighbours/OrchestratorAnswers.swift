import Foundation
import LIFHTTP
import LIFJSON
import LIFModel

/// Reads what an orchestrator answers about a plan. Pure.
struct OrchestratorAnswers: Sendable {
    let plan: QueryPlan
    let now: @Sendable () -> Date

    /// - Throws: `LIFError` `NeighbourNotAvailable` for results of another shape.
    func outcomes(_ results: RawJSON) throws(LIFError) -> [Int: Outcome] {
        do {
            return try JobResults.outcomes(from: results, plan: plan, now: now())
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

    /// The outcome of a part whose job failed as a whole.
    var failed: Outcome { outcome(.sourceError, "The orchestrator reports that the job failed.") }

    /// The outcome of a part of a run that the orchestrator has forgotten.
    var lost: Outcome { outcome(.sourceError, "The orchestrator no longer knows the run that asked this source.") }

    /// The outcome of a part that a completed job says nothing about.
    var missing: Outcome { outcome(.invalidAnswer, "The orchestrator gave no result for this part.") }

    private func outcome(_ reason: Failure.Reason, _ message: String) -> Outcome {
        Outcome(.failed(Failure(reason, message)), finishedAt: now(), duration: .zero)
    }
}
