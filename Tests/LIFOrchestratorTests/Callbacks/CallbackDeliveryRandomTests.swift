import LIFModel
import LIFTesting
import LIFWorkflow
import Testing

@testable import LIFOrchestrator

/// Random ends of jobs, failures, stops and deaths in any order; after each of them all rules hold.
@Suite(.timeLimit(.minutes(5))) struct CallbackDeliveryRandomTests {
    @Test(
        "Each owed callback is delivered or given up after the allowed attempts, in order, and no death of the process loses one",
        arguments: ModelSeeds.some(60))
    func rules(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let policy = TaskPolicy(
            retries: Int.random(in: 0...6, using: &random), backoff: .seconds(1),
            maximumBackoff: .seconds(Int.random(in: 1...8, using: &random)),
            timeout: .seconds(Int.random(in: 5...200, using: &random)))
        // From a process that keeps up with what is owed to one that does not.
        let speed = Int.random(in: 1...8, using: &random)
        var model = CallbackModel(policy: policy, random: random)
        for step in 0..<600 {
            model.now += .milliseconds(Int.random(in: 0...1_000, using: &random))
            switch Int.random(in: 0..<100, using: &random) {
            case ..<8: model.owe(Int.random(in: 1...(step.isMultiple(of: 5) ? 30 : 3), using: &random))
            case ..<12: model.retryJob()
            case ..<16: model.look()
            case 16: model.crash()
            case 17:
                model.close()
                // What is under way ends, or does not.
                for _ in 0..<Int.random(in: 0..<20, using: &random) { model.goOn() }
                model.crash()
            default: for _ in 0..<speed { model.goOn() }
            }
            try #require(model.violations == [], "seed \(seed), step \(step)")
        }
        // Left alone, it comes to its end.
        while !model.pending.isEmpty { model.goOn(isCalm: true) }
        #expect(model.isReadLost || model.dropped.isSuperset(of: model.owed.map(\.id)), "seed \(seed)")
        // What the store would not take is looked for again.
        model.look()
        while !model.pending.isEmpty { model.goOn(isCalm: true) }
        #expect(model.violations == [], "seed \(seed)")
        #expect(model.owed.isEmpty, "seed \(seed)")
        #expect(model.machine.isIdle, "seed \(seed)")
        let delivered = model.store.filter { $0.end == .delivered }
        #expect(!delivered.isEmpty && delivered.allSatisfy { model.arrived.contains($0.callback.id) }, "seed \(seed)")
    }
}
