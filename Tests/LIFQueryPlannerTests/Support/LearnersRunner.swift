import Foundation
import LIFModel
import LIFTesting
import Synchronization

/// A plan runner that does each part by a closure, all parts at the same time, and counts how often each pair was asked for.
final class LearnersRunner: PlanRunner {
    typealias Work = @Sendable (QueryPlanPart) async throws -> Outcome.Result

    struct Asked: Hashable {
        let source: String
        let learner: String
        let entity: String
    }

    private let time: ManualTime
    private let work: Work
    private let state = Mutex((asked: [Asked: Int](), plans: [QueryPlan](), cancelled: 0))
    private let started = Tally()

    /// - Parameter work: Throws to fail the part with `source-error`.
    init(_ time: ManualTime, _ work: @escaping Work) {
        self.time = time
        self.work = work
    }

    var asked: [Asked: Int] { state.withLock { $0.asked } }
    var plans: [QueryPlan] { state.withLock { $0.plans } }
    var partCount: Int { asked.values.reduce(0, +) }
    var cancelled: Int { state.withLock { $0.cancelled } }

    func count(_ source: String, _ learner: String, _ entity: String = "Name") -> Int {
        asked[Asked(source: source, learner: learner, entity: entity)] ?? 0
    }

    /// Until so many parts have been begun.
    func waitForParts(_ count: Int) async throws {
        try await within("\(count) parts") { [started] in try await started.wait(for: count) }
    }

    func run(_ plan: QueryPlan, land: @escaping @Sendable (Int, Outcome) async -> Void) async throws {
        state.withLock { state in
            state.plans.append(plan)
            for part in plan.parts {
                for path in part.fragmentPaths {
                    let asked = Asked(
                        source: part.informationSourceID, learner: part.learner.identifier, entity: path.entity)
                    state.asked[asked, default: 0] += 1
                }
            }
        }
        await withTaskGroup(of: Void.self) { group in
            for (index, part) in plan.parts.enumerated() {
                group.addTask { [self] in
                    started.add()
                    var result: Outcome.Result
                    do {
                        result = try await work(part)
                    } catch is CancellationError {
                        state.withLock { $0.cancelled += 1 }
                        return
                    } catch {
                        result = .failed(Failure(.sourceError, "The source failed."))
                    }
                    await land(index, Outcome(result, finishedAt: time.now, duration: .milliseconds(1)))
                }
            }
        }
        try Task.checkCancellation()
    }

    /// Data that tells whose it is: `["org1 7"]`.
    static func named(_ part: QueryPlanPart) throws -> Outcome.Result {
        .data(
            try part.fragmentPaths.map {
                try fragment($0.entity, "[\"\(part.informationSourceID) \(part.learner.identifier)\"]")
            })
    }
}

func learners(_ numbers: some Sequence<Int>) -> [LearnerIdentifier] {
    numbers.map { LearnerIdentifier(identifier: "\($0)", identifierType: "T") }
}
