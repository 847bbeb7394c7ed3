import LIFModel
import LIFQueryPlanner
import Logging

/// One run at an orchestrator elsewhere, followed until each of its parts has an outcome.
struct RemoteRun: Sendable {
    let id: RandomID
    let answers: OrchestratorAnswers
    let runs: OrchestrationRuns?
    let end: RemoteRunEnd
    /// How long results may still be on their way after the run has ended.
    let settlingTime: Duration
    /// When the run as a whole must have ended, and how long after its submission that is.
    let deadline: ContinuousClock.Instant
    let limit: Duration
    let logger: Logger

    /// How it came that nothing more is waited for.
    enum Ending: Sendable {
        /// The run has ended, or each part has its outcome.
        case ended
        /// The run may go on; nobody waits for it.
        case timeUp
    }

    private enum Event: Sendable {
        case arrived(Int, Outcome)
        case ended(RemoteRunEnd.End)
        /// Nothing more is to be waited for.
        case settled
        case timeUp
        case fault(any Error)
    }

    /// Lands each part once: what is posted as it arrives, the rest when the run has ended.
    ///
    /// - Throws: `LIFError` when the orchestrator or the store is gone; `CancellationError`.
    func follow(_ land: @escaping @Sendable (Int, Outcome) async -> Void) async throws -> Ending {
        let (events, tell) = AsyncStream.makeStream(of: Event.self)
        return try await withThrowingTaskGroup(of: Void.self, returning: Ending.self) { group in
            defer { group.cancelAll() }
            if let runs { group.addTask { await tellArrivals(runs, tell) } }
            group.addTask { await tellEnd(tell) }
            group.addTask {
                do { try await Task.sleep(until: deadline) } catch { return }
                tell.yield(.timeUp)
            }
            var open = Set(answers.plan.parts.indices)
            func close(_ outcomes: [Int: Outcome], otherwise outcome: Outcome) async {
                let missing = open.subtracting(outcomes.keys)
                if !missing.isEmpty { log(outcome, parts: missing.count) }
                for index in open.sorted() { await land(index, outcomes[index] ?? outcome) }
                open = []
            }
            for await event in events {
                switch event {
                case .arrived(let index, let outcome):
                    if open.remove(index) != nil { await land(index, outcome) }
                case .ended(.results(let outcomes)):
                    await close(outcomes, otherwise: answers.missing)
                    await runs?.close(id)
                case .ended(.without(let outcome)): await close(try await arrived(open), otherwise: outcome)
                case .ended(.completed):
                    group.addTask {
                        try? await Task.sleep(for: settlingTime)
                        tell.yield(.settled)
                    }
                case .settled: await close(try await arrived(open), otherwise: answers.missing)
                case .timeUp:
                    await close(try await arrived(open), otherwise: answers.late(limit))
                    return .timeUp
                case .fault(let error): throw error
                }
                if open.isEmpty { return .ended }
            }
            // Only a cancelled task sees the events end.
            throw CancellationError()
        }
    }

    private func tellArrivals(_ runs: OrchestrationRuns, _ tell: AsyncStream<Event>.Continuation) async {
        do {
            for try await (index, outcome) in runs.outcomes(of: id) { tell.yield(.arrived(index, outcome)) }
        } catch {
            tell.yield(.fault(error))
        }
    }

    private func tellEnd(_ tell: AsyncStream<Event>.Continuation) async {
        do {
            tell.yield(.ended(try await end.wait()))
        } catch {
            tell.yield(.fault(error))
        }
    }

    /// Answers have the reason only; whoever runs the planner wants the sentence.
    private func log(_ outcome: Outcome, parts: Int) {
        logger.warning(
            "Parts of a run have no results: \(outcome.failure?.message ?? "")",
            metadata: ["run": "\(id.logLabel)", "parts": "\(parts)"])
    }

    /// What has arrived and was not passed on yet.
    private func arrived(_ open: Set<Int>) async throws -> [Int: Outcome] {
        let others = Set(answers.plan.parts.indices).subtracting(open)
        return try await runs?.arrived(of: id, except: others) ?? [:]
    }
}
