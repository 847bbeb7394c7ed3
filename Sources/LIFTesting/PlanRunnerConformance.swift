import Foundation
import LIFJSON
public import LIFModel
public import LIFWorkflow
import Synchronization

/// What every `PlanRunner` must do.
public struct PlanRunnerConformance: Sendable {
    /// Makes a runner over these sources, each with its operator by source id. Every source has an adapter of its own.
    public typealias Make =
        @Sendable (SourceCatalogue, _ operators: [String: any TaskOperator]) async throws -> any PlanRunner

    /// One for each sentence of the contract.
    public let checks: [ConformanceCheck]

    /// All checks for one kind of runner.
    ///
    /// - Parameter make: Makes a runner over operators.
    public init(make: @escaping Make) { checks = Self.outcomes(make) + Self.lifecycle(make) }

    /// Runs the checks one after another; the first that fails ends it.
    public func run() async throws { try await checks.run() }

    private static func outcomes(_ make: @escaping Make) -> [ConformanceCheck] {
        [
            ConformanceCheck("Each part lands once, with its own source's data, before the run returns.") { expect in
                let runner = try await runner(
                    make,
                    [
                        "org1": operating(.fragments([fragment("[1]")])),
                        "org2": operating(.fragments([fragment("[2]")])),
                    ])
                let landings = Landings()
                let plan = plan(["org1", "org2", "org1"])
                try await within("a run") { try await runner.run(plan) { landings.add($0, $1) } }
                try expect.equal(landings.all.map(\.part).sorted(), [0, 1, 2], "parts landed")
                for (part, items) in ["[1]", "[2]", "[1]"].enumerated() {
                    let fragments = landings.outcome(of: part)?.fragments ?? []
                    try expect.equal(fragments.map(\.content.items.text), [items], "what part \(part) landed")
                }
            },
            ConformanceCheck("A source that has nothing is an empty outcome, which says whether it knows the learner.")
            {
                expect in
                let runner = try await runner(
                    make,
                    ["org1": operating(.empty(learnerKnown: true)), "org2": operating(.empty(learnerKnown: false))])
                let landings = Landings()
                try await within("a run") { try await runner.run(plan(["org1", "org2"])) { landings.add($0, $1) } }
                try expect.equal(landings.outcome(of: 0)?.result, .empty(learnerKnown: true), "part 0")
                try expect.equal(landings.outcome(of: 1)?.result, .empty(learnerKnown: false), "part 1")
            },
            ConformanceCheck("A failing source is an outcome with its reason, and costs only its own part.") { expect in
                let refused = LIFError.source(.refused, "The source refused the credential.")
                let runner = try await runner(
                    make, ["org1": operating(.failure(refused)), "org2": operating(.fragments([fragment("[2]")]))])
                let landings = Landings()
                try await within("a run") { try await runner.run(plan(["org1", "org2"])) { landings.add($0, $1) } }
                try expect.equal(landings.all.count, 2, "parts landed")
                try expect.equal(landings.outcome(of: 0)?.failure?.reason, .refused, "why part 0 failed")
                try expect.equal(landings.outcome(of: 1)?.fragments.count, 1, "fragments of part 1")
            },
            ConformanceCheck("A source that fails at one path and has data at another gives both.") { expect in
                let failures = [other: Failure(.sourceError, "It failed.")]
                let runner = try await runner(
                    make, ["org1": operating(.partial([fragment("[1]")], failures: failures))])
                let landings = Landings()
                try await within("a run") { try await runner.run(plan(["org1"])) { landings.add($0, $1) } }
                let outcome = landings.outcome(of: 0)
                try expect.equal(outcome?.fragments.map(\.path), [path], "paths with data")
                try expect.equal(outcome?.failures.mapValues(\.reason), [other: .sourceError], "paths that failed")
            },
            ConformanceCheck("What is ready lands while other sources are still at work.") { expect in
                let gate = Gate()
                let runner = try await runner(
                    make,
                    [
                        "org1": operating(.after(gate, .fragments([fragment("[1]")]))),
                        "org2": operating(.empty(learnerKnown: true)),
                    ])
                let landings = Landings()
                try await within("a run") {
                    try await runner.run(plan(["org1", "org2"])) { part, outcome in
                        landings.add(part, outcome)
                        if part == 1 { gate.open() }
                    }
                }
                try expect.equal(landings.all.map(\.part), [1, 0], "the order of landing")
            },
        ]
    }

    private static func lifecycle(_ make: @escaping Make) -> [ConformanceCheck] {
        [
            ConformanceCheck("A cancelled run throws CancellationError, and what is fetching is cancelled.") { expect in
                let slow = operating(.hang)
                let runner = try await runner(make, ["org1": slow])
                let task = Task { try await runner.run(plan(["org1"])) { _, _ in } }
                try await slow.waitForCalls(1)
                task.cancel()
                let result = try await within("a cancelled run") { await task.result }
                switch result {
                case .success: try expect(false, "it returned")
                case .failure(let error): try expect(error is CancellationError, "it threw \(type(of: error))")
                }
                try await slow.waitForCancellations(1)
            },
            ConformanceCheck("Runs of the same plan at the same time do not mix.") { expect in
                let runner = try await runner(make, ["org1": operating(.fragments([fragment("[1]")]))])
                let landings = (0..<8).map { _ in Landings() }
                try await within("eight runs") {
                    try await withThrowingTaskGroup(of: Void.self) { group in
                        for landings in landings {
                            group.addTask { try await runner.run(plan(["org1"])) { landings.add($0, $1) } }
                        }
                        try await group.waitForAll()
                    }
                }
                try expect.equal(landings.map(\.all.count), Array(repeating: 1, count: 8), "parts landed in each")
            },
            ConformanceCheck("Parts of sources that do not exist are refused when the other parts have landed.") {
                expect in
                let runner = try await runner(make, ["org1": operating(.fragments([fragment("[1]")]))])
                let landings = Landings()
                do {
                    try await within("a run") {
                        try await runner.run(plan(["org9", "org1", "org8"])) { landings.add($0, $1) }
                    }
                    try expect(false, "it returned")
                } catch let error as LIFError {
                    try expect.equal(error.reason, .operatorNotFound, "reason of the error")
                    try expect(!error.isRetryable, "the same plan is to be offered again")
                }
                try expect.equal(landings.all.map(\.part), [1], "parts that landed")
                try expect.equal(landings.all.first?.outcome.fragments.map(\.content.items.text), ["[1]"], "the data")
            },
            ConformanceCheck("A plan of nothing that exists throws, and nothing lands.") { expect in
                let runner = try await runner(make, ["org1": operating(.empty(learnerKnown: true))])
                let landings = Landings()
                do {
                    try await within("a run") { try await runner.run(plan(["org9"])) { landings.add($0, $1) } }
                    try expect(false, "it returned")
                } catch let error as LIFError {
                    try expect.equal(error.reason, .operatorNotFound, "reason of the error")
                }
                try expect.equal(landings.all.count, 0, "parts landed")
            },
        ]
    }

    /// What a run has landed, in order.
    private final class Landings: Sendable {
        private let landed = Mutex<[(part: Int, outcome: Outcome)]>([])

        var all: [(part: Int, outcome: Outcome)] { landed.withLock { $0 } }

        func add(_ part: Int, _ outcome: Outcome) { landed.withLock { $0.append((part, outcome)) } }

        func outcome(of part: Int) -> Outcome? { all.first { $0.part == part }?.outcome }
    }

    private static let path = FragmentPath(entity: "Name")
    private static let other = FragmentPath(entity: "Contact")

    private static func operating(_ step: ScriptedOperator.Step) -> ScriptedOperator { ScriptedOperator(step) }

    private static func fragment(_ items: String) throws -> Fragment {
        let items = try RawJSON(validating: Array(items.utf8))
        return Fragment(path: path, content: FragmentContent(items: items, count: 1, isScalar: false))
    }

    private static func adapter(of source: String) -> String { "adapter-of-\(source)" }

    private static func runner(
        _ make: Make, _ operators: [String: ScriptedOperator]
    ) async throws -> any PlanRunner {
        let sources = operators.keys.sorted().map { id in
            InformationSource(
                id: id, adapterID: adapter(of: id), timeToLive: .seconds(60), fragmentPaths: [path, other])
        }
        return try await make(SourceCatalogue(sources), operators)
    }

    private static func plan(_ sources: [String]) -> QueryPlan {
        QueryPlan(
            parts: sources.enumerated().map { index, source in
                QueryPlanPart(
                    informationSourceID: source, adapterID: adapter(of: source),
                    learner: LearnerIdentifier(identifier: "\(index)", identifierType: "TEST"),
                    fragmentPaths: [path, other])
            })
    }
}
