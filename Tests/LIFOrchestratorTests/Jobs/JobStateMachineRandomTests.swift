import Foundation
import LIFJournal
import LIFModel
import LIFTesting
import LIFWorkflow
import Testing

@testable import LIFOrchestrator

/// Random events in any order, decided by several processes, also on what is no longer so; after every event all rules hold.
@Suite(.timeLimit(.minutes(5))) struct JobStateMachineRandomTests {
    @Test(
        "Whatever happens, a job ends once in an epoch, its parts have one outcome each, and it owes its callbacks once",
        arguments: 0..<200 as Range<UInt64>)
    func rules(_ seed: UInt64) async throws {
        var random = SeededGenerator(seed: seed)
        var model = JobModel(
            partCount: Int.random(in: 1...4, using: &random),
            timeout: Bool.random(using: &random) ? .seconds(Int.random(in: 1...60, using: &random)) : nil,
            isElsewhere: !seed.isMultiple(of: 3))
        var late: (JobModel.Snapshot, JobOccurrence, Int)?
        for step in 0..<300 {
            await Task.yield()
            model.now += Double.random(in: 0..<2, using: &random)
            let process = Int.random(in: 0..<3, using: &random)
            if let event = Self.event(&model, process, &random) {
                let snapshot = model.snapshot(of: process)
                // A run ends once, and nobody else decides on that.
                if case .runEnded = event {
                    Self.decide(event, on: snapshot, by: process, &model)
                } else if late == nil, Int.random(in: 0..<5, using: &random) == 0 {
                    late = (snapshot, event, process)
                } else {
                    Self.decide(event, on: snapshot, by: process, &model)
                }
            }
            if let (snapshot, event, process) = late, Int.random(in: 0..<3, using: &random) == 0 {
                late = nil
                Self.decide(event, on: snapshot, by: process, &model)
            }
            try #require(model.violations == [], "seed \(seed), step \(step)")
        }
        // Left alone, it comes to its end.
        Self.decide(.takenUp, on: model.snapshot(of: model.holder), by: model.holder, &model)
        for part in 0..<model.partCount where model.landed[part] == nil {
            Self.land(part, .whole, epoch: model.state.epoch, by: model.holder, &model)
        }
        #expect(!model.state.isOpen, "seed \(seed)")
        #expect(model.violations == [], "seed \(seed)")
        #expect(model.ends > 0)
    }

    /// As `JobDriver` does: again, when it was decided on what is no longer so.
    private static func decide(
        _ event: JobOccurrence, on first: JobModel.Snapshot, by process: Int, _ model: inout JobModel
    ) {
        var snapshot = first
        for _ in 0..<3 {
            let decision = snapshot.machine.decide(event, at: model.now)
            if model.apply(decision, event, on: snapshot, by: process) { return }
            snapshot = model.snapshot(of: process)
        }
    }

    private static func land(
        _ part: Int, _ landing: JobStateMachine.Landing, epoch: Int, by process: Int, _ model: inout JobModel
    ) {
        let ends = model.ends
        decide(.landing(part: part, landing, epoch: epoch), on: model.snapshot(of: process), by: process, &model)
        if model.ends == ends { model.append(part, landing, epoch: epoch) }
    }

    private static func event(
        _ model: inout JobModel, _ process: Int, _ random: inout SeededGenerator
    ) -> JobOccurrence? {
        let landing = [.whole, .whole, .partly, .failed].randomElement(using: &random) ?? JobStateMachine.Landing.whole
        if model.isElsewhere, Bool.random(using: &random) { return eventElsewhere(&model, process, landing, &random) }
        let epoch = Bool.random(using: &random) ? model.state.epoch : Int.random(in: 0..<4, using: &random)
        switch Int.random(in: 0..<100, using: &random) {
        case ..<8:
            model.claim(by: process)
            return .takenUp
        case ..<20: return .takenUp
        case ..<25: return .lookedAt
        case ..<60:
            guard let run = model.runs[process], let part = run.parts.randomElement(using: &random) else { return nil }
            land(part, landing, epoch: run.epoch, by: process, &model)
            return .finished(epoch: run.epoch)
        case ..<65: return .finished(epoch: epoch)
        case ..<78:
            guard !model.isElsewhere, let epoch = model.leave(process) else { return nil }
            let ends: [EngineRunEnd] = [
                .succeeded, .cancelled, .failed(Failure(.storage, "full")), .failed(Failure(.internal, "killed")),
            ]
            return .runEnded(epoch: epoch, ends.randomElement(using: &random) ?? .succeeded)
        case ..<83: return .cancelled
        case ..<92: return .retried
        case ..<95: return .timeIsUp(epoch: epoch)
        case ..<98: return .slaMissed(epoch: epoch)
        default: return .acknowledged
        }
    }

    /// What comes from an engine elsewhere, and what its workers do, also those of a run that was given up.
    private static func eventElsewhere(
        _ model: inout JobModel, _ process: Int, _ landing: JobStateMachine.Landing, _ random: inout SeededGenerator
    ) -> JobOccurrence? {
        guard let epoch = model.launched.keys.sorted().randomElement(using: &random) else { return nil }
        switch Int.random(in: 0..<20, using: &random) {
        case ..<6: return .launchAnswered(epoch: epoch, run: "run \(epoch)")
        case 6: return .launchAnswered(epoch: epoch, run: "second run \(epoch)")
        case 7: return .launchFailed(epoch: epoch, Failure(.internal, "There is no such graph."))
        case 8: return .launchLost(epoch: epoch)
        case 9: return .unreachable(epoch: epoch)
        case ..<13:
            let states: [EngineRunState] = [
                .notStarted, .running, .unknown, .gone, .ended(.succeeded), .ended(.cancelled),
                .ended(.failed(Failure(.internal, "killed"))),
            ]
            return states.randomElement(using: &random).map { .engineSays(epoch: epoch, $0) }
        case ..<17:
            guard let cancellation = model.state.cancellations.randomElement(using: &random) else { return nil }
            let answers: [EngineCancelAnswer] = [.accepted, .tooEarly, .alreadyEnded, .gone, .unreachable]
            return answers.randomElement(using: &random).map { .cancellationAnswered(cancellation, $0) }
        default:
            guard let part = model.launched[epoch]?.sorted().randomElement(using: &random) else { return nil }
            land(part, landing, epoch: epoch, by: process, &model)
            return nil
        }
    }
}
