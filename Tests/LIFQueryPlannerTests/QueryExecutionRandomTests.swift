import LIFTesting
import Testing

@testable import LIFQueryPlanner

/// Random events in any order: parts land, plans are refused for now and for good, time passes, clients leave, stores fail, processes
/// stop and take queries over.
@Suite(.timeLimit(.minutes(2))) struct QueryExecutionRandomTests {
    @Test(
        "Each part lands once and stays as it came first, nobody gets two replies, a refusal costs its own parts only, and it ends",
        arguments: ModelSeeds.some(60))
    func rules(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<20 {
            var model = QueryModel(seed: generator.next())
            try model.run()
        }
    }
}
