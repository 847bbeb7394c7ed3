import LIFHTTP
import LIFJSON
import LIFModel

// MARK: - A plan of which an orchestrator refuses a part

extension RemoteOrchestrator {
    /// Runs a plan as one job, or as several without the parts that the orchestrator refuses. Where it does not say which
    /// these are, as for a plan of too many parts, each half is offered by itself.
    ///
    /// - Throws: `LIFError` of the parts that were refused, when the others have landed; one that may pass before others.
    ///   `CancellationError`.
    func runAccepted(_ plan: QueryPlan, land: @escaping @Sendable (Int, Outcome) async -> Void) async throws {
        var groups = [Array(plan.parts.indices)]
        var refusal: LIFError?
        while let group = groups.popLast() {
            do {
                let parts = plan.with(parts: group.map { plan.parts[$0] })
                try await runJob(parts) { await land(group[$0], $1) }
            } catch let refused as RefusedParts {
                if refused.indices.isEmpty, group.count > 1 {
                    groups += [Array(group[(group.count / 2)...]), Array(group[..<(group.count / 2)])]
                    continue
                }
                refusal = Self.weightier(refusal, refused.error)
                let rest = group.indices.filter { !refused.indices.contains($0) }.map { group[$0] }
                if !refused.indices.isEmpty, !rest.isEmpty { groups.append(rest) }
            } catch let error as LIFError {
                refusal = Self.weightier(refusal, error)
                // The others would find it no better.
                if OrchestratorProblem.isSilence(error) { break }
            }
        }
        if let refusal { throw refusal }
    }

    /// One error stands for all parts that have not landed: one that may pass has them all offered again.
    static func weightier(_ one: LIFError?, _ other: LIFError?) -> LIFError? {
        guard let one else { return other }
        return other.map { !one.isRetryable && $0.isRetryable ? $0 : one } ?? one
    }
}

/// The orchestrator does not take a plan as it is, and says so with a code of ours.
struct RefusedParts: Error {
    let error: LIFError
    /// Which parts it names; empty when it refuses the plan and names none.
    let indices: Set<Int>

    /// - Returns: `nil` for an answer that says nothing about the plan.
    init?(_ answer: OutgoingResponse, of plan: QueryPlan) {
        let code = OrchestratorAnswers.code(of: answer)
        guard
            [.queryParseException, .operatorNotFoundException, .requestTooLarge].contains(code) || answer.status == 413
        else { return nil }
        error = OrchestratorProblem.refusal(answer)
        let faults = (try? RawJSON(validating: answer.body))?["faults"]?.elements ?? []
        indices = Set(faults.compactMap { $0["place"]?.string.flatMap(Self.index) })
            .intersection(plan.parts.indices)
    }

    /// The part that a place is in: 3 for `lif_query_plan[3].adapter_id`.
    private static func index(of place: String) -> Int? {
        let start = "lif_query_plan["
        guard place.hasPrefix(start) else { return nil }
        return Int(place.dropFirst(start.count).prefix { $0 != "]" })
    }
}
