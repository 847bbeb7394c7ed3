import LIFModel
import LIFTesting
import Testing

@testable import LIFQueryPlanner

/// A query's time counts from its arrival.
@Suite(.timeLimit(.minutes(1))) struct SlowLookupTests {
    /// An Identity Mapper that answers when it is let.
    private struct HeldIdentities: IdentityLookup {
        let gate: Gate

        func identities(
            of learners: [LearnerIdentifier], at sources: [InformationSource]
        ) async throws -> [[String: LearnerIdentifier]] {
            try await gate.wait()
            return try await SharedIdentities().identities(of: learners, at: sources)
        }
    }

    @Test("A look-up of identities that takes longer than the client waits does not keep it waiting; the query goes on")
    func slowMapper() async throws {
        let gate = Gate()
        let time = ManualTime()
        let runner = LearnersRunner(time) { try LearnersRunner.named($0) }
        let setup = PlannerSetup(
            [source("org1", ["Name"])], time: time, runner: runner, identities: HeldIdentities(gate: gate)
        ) { $0.timeout = .milliseconds(50) }
        let id = try #require(try await setup.planner.reply(to: query()).correlationID)
        gate.open()
        #expect(try await setup.planner.compatible(id).contains("org1"))
        #expect(runner.partCount == 1)
    }
}
