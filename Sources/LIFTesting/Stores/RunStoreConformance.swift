import Foundation
import LIFModel
public import LIFQueryPlanner

/// What a `RunStore` must do, whatever its journal is.
public struct RunStoreConformance: Sendable {
    /// Makes an empty `RunStore`.
    public typealias Make = @Sendable () async throws -> RunStore
    /// Two stores on the same storage, as two processes have them.
    public typealias MakePair = @Sendable () async throws -> (RunStore, RunStore)

    /// One for each sentence of the contract.
    public let checks: [ConformanceCheck]

    /// All checks for one kind of journal.
    ///
    /// - Parameters:
    ///   - make: Makes an empty store.
    ///   - makePair: `nil` for an implementation that cannot be shared; the checks that need it are then left out.
    public init(make: @escaping Make, makePair: MakePair? = nil) {
        checks = Self.alone(make) + Self.closing(make) + Self.removal(make) + (makePair.map(Self.shared) ?? [])
    }

    /// Runs the checks one after another; the first that fails ends it.
    public func run() async throws { try await checks.run() }

    private static func alone(_ make: @escaping Make) -> [ConformanceCheck] {
        [
            ConformanceCheck("A run that is not known is absent, and nothing is filed for it.") { expect in
                let store = try await make()
                let id = RandomID()
                try expect(try await store.run(id) == nil, "it gave one")
                try expect.equal(try await store.file([0: SampleOutcomes.failed()], run: id), [], "filed parts")
                try expect.equal(try await store.outcomes(of: id, except: []), [:], "its outcomes")
            },
            ConformanceCheck("A run is read as it was registered, and a second one of its id changes nothing.") {
                expect in
                let store = try await make()
                let run = run()
                try await store.register(run)
                try await store.register(
                    SubmittedRun(id: run.id, plan: QueryPlan(parts: []), submittedAt: SampleJobs.date(9)))
                try expect.equal(try await store.run(run.id), run, "what is read")
            },
            ConformanceCheck("A run is read with the planners that its plan came through.") { expect in
                let store = try await make()
                let via = FederationPath().appending("org-1").appending("the \"second\"")
                let direct = run()
                let run = SubmittedRun(
                    id: RandomID(), plan: QueryPlan(parts: direct.plan.parts, via: via), submittedAt: SampleJobs.date(1)
                )
                for run in [run, direct] { try await store.register(run) }
                try expect.equal(try await store.run(run.id)?.plan.via, via, "what it came through")
                try expect.equal(try await store.run(run.id), run, "what is read")
                try expect.equal(try await store.run(direct.id), direct, "what is read of a direct one")
                let gone: Set<LearnerIdentifier> = [SampleJobs.learner]
                try expect.equal(try await store.remove(naming: gone), 2, "removed")
            },
            ConformanceCheck("A run is read with its sources as they were when the plan was made.") { expect in
                let store = try await make()
                var run = run()
                let sources = [
                    "org1": PlannedSource(origin: "rest:\"a\"", rewritesIdentifiers: true),
                    "org2": PlannedSource(origin: ""),
                ]
                run = SubmittedRun(
                    id: run.id, plan: QueryPlan(parts: run.plan.parts, sources: sources), submittedAt: run.submittedAt)
                try await store.register(run)
                try expect.equal(try await store.run(run.id)?.plan.sources, sources, "the sources")
                try expect.equal(try await store.run(run.id), run, "what is read")
            },
            ConformanceCheck("Outcomes of every kind are read as they were filed, by part.") { expect in
                let store = try await make()
                let run = run()
                try await store.register(run)
                let kinds = try SampleOutcomes.everyKind()
                let outcomes = Dictionary(uniqueKeysWithValues: kinds.enumerated().map { ($0.offset, $0.element) })
                try expect.equal(try await store.file(outcomes, run: run.id), Set(outcomes.keys), "filed parts")
                try expect.equal(try await store.outcomes(of: run.id, except: []), outcomes, "what is read")
                let rest = outcomes.filter { $0.key > 1 }
                try expect.equal(try await store.outcomes(of: run.id, except: [0, 1, 99]), rest, "the rest")
            },
            ConformanceCheck("A part's first outcome stays, and a repeated one is not told as filed.") { expect in
                let store = try await make()
                let (run, other) = (run(), run())
                for run in [run, other] { try await store.register(run) }
                let (first, second) = (SampleOutcomes.failed("first"), SampleOutcomes.failed("second"))
                try expect.equal(try await store.file([0: first], run: run.id), [0], "filed at first")
                try expect.equal(try await store.file([0: second, 1: second], run: run.id), [1], "filed then")
                try expect.equal(try await store.file([0: first, 1: second], run: run.id), [], "filed again")
                try expect.equal(
                    try await store.outcomes(of: run.id, except: []), [0: first, 1: second], "what is read")
                try expect.equal(try await store.outcomes(of: other.id, except: []), [:], "another run's")
            },
            ConformanceCheck("Of what is filed at the same time for a part one outcome is taken.") { expect in
                let store = try await make()
                let run = run()
                try await store.register(run)
                let taken = try await withThrowingTaskGroup(of: Int.self) { group in
                    for number in 0..<16 {
                        group.addTask {
                            try await store.file([0: SampleOutcomes.failed("\(number)")], run: run.id).count
                        }
                    }
                    return try await group.reduce(0, +)
                }
                try expect.equal(taken, 1, "taken")
                try expect.equal(try await store.outcomes(of: run.id, except: []).count, 1, "kept")
            },
        ]
    }

    private static func closing(_ make: @escaping Make) -> [ConformanceCheck] {
        [
            ConformanceCheck("Of a closed run its id is left, and it stays closed.") { expect in
                let store = try await make()
                let run = run()
                try await store.register(run)
                _ = try await store.file([0: SampleOutcomes.failed()], run: run.id)
                try await store.close(run.id, at: SampleJobs.date(5))
                try expect.equal(try await store.run(run.id)?.isClosed, true, "closed")
                try expect.equal(try await store.run(run.id)?.submittedAt, run.submittedAt, "when it was submitted")
                try expect.equal(try await store.outcomes(of: run.id, except: []), [:], "its outcomes")
                try await store.register(run)
                try expect.equal(try await store.run(run.id)?.isClosed, true, "closed, when it is registered again")
                try expect.equal(try await store.remove(naming: [SampleJobs.learner]), 0, "removed by its learner")
            },
            ConformanceCheck("A run that was not known can be closed, is then known, and is removed when it is old.") {
                expect in
                let store = try await make()
                let id = RandomID()
                try await store.close(id, at: SampleJobs.date(5))
                try await store.close(id, at: SampleJobs.date(9))
                try expect.equal(try await store.run(id)?.isClosed, true, "closed")
                try expect.equal(
                    try await store.remove(submittedBefore: SampleJobs.date(6), limit: 9), 1, "removed")
                try expect(try await store.run(id) == nil, "it is there still")
            },
        ]
    }

    private static func removal(_ make: @escaping Make) -> [ConformanceCheck] {
        [
            ConformanceCheck("Old runs are removed with their outcomes, the oldest first and no more than asked.") {
                expect in
                let store = try await make()
                let runs = [run(at: 3), run(at: 1), run(at: 2), run(at: 4)]
                for run in runs {
                    try await store.register(run)
                    _ = try await store.file([0: SampleOutcomes.failed()], run: run.id)
                }
                let limit = SampleJobs.date(4)
                try expect.equal(try await store.remove(submittedBefore: limit, limit: 2), 2, "removed")
                var left: [Bool] = []
                for run in runs { left.append(try await store.run(run.id) != nil) }
                try expect.equal(left, [true, false, false, true], "those that are left")
                try expect.equal(try await store.outcomes(of: runs[1].id, except: []), [:], "outcomes of a removed one")
                try expect.equal(try await store.outcomes(of: runs[0].id, except: []).count, 1, "outcomes of another")
                try expect.equal(try await store.remove(submittedBefore: limit, limit: 2), 1, "removed then")
                try expect.equal(try await store.remove(submittedBefore: limit, limit: 2), 0, "removed at last")
            },
            ConformanceCheck("Runs whose plans name a learner are removed, whatever else they ask for.") { expect in
                let store = try await make()
                let gone = LearnerIdentifier(identifier: "2", identifierType: "OTHER")
                let (first, second) = (run(), run(of: [SampleJobs.learner, gone]))
                for run in [first, second] { try await store.register(run) }
                try expect.equal(try await store.remove(naming: [gone]), 1, "removed")
                try expect(try await store.run(first.id) != nil, "another learner's run is gone")
                try expect(try await store.run(second.id) == nil, "the run is there")
            },
        ]
    }

    private static func shared(_ makePair: @escaping MakePair) -> [ConformanceCheck] {
        [
            ConformanceCheck("What one process registers and files, another reads; the first outcome stays.") {
                expect in
                let (one, other) = try await makePair()
                let run = run()
                try await one.register(run)
                try expect.equal(try await other.run(run.id), run, "the run")
                let first = SampleOutcomes.failed("first")
                try expect.equal(try await other.file([0: first], run: run.id), [0], "filed by the other")
                try expect.equal(try await one.file([0: SampleOutcomes.failed()], run: run.id), [], "filed by the one")
                try expect.equal(try await one.outcomes(of: run.id, except: []), [0: first], "what is read")
            },
            ConformanceCheck(
                "Listeners are notified when another process registers or closes a run, and when it files outcomes."
            ) {
                expect in
                let (one, other) = try await makePair()
                let run = run()
                try await told(by: one) { try await other.register(run) }
                try await told(by: one) { _ = try await other.file([0: SampleOutcomes.failed()], run: run.id) }
                try expect.equal(try await one.outcomes(of: run.id, except: []).count, 1, "outcomes")
                try await told(by: one) { try await other.close(RandomID(), at: SampleJobs.date(1)) }
            },
        ]
    }

    private static func told(by store: RunStore, when change: () async throws -> Void) async throws {
        let changes = store.changes()
        try await change()
        try await within("a change of another process is told") {
            for await _ in changes { return }
        }
    }

    private static func run(
        at seconds: Double = 0, of learners: [LearnerIdentifier] = [SampleJobs.learner]
    ) -> SubmittedRun {
        SubmittedRun(
            id: RandomID(),
            plan: QueryPlan(
                parts: learners.map { learner in
                    QueryPlanPart(
                        informationSourceID: "org \"1\"", adapterID: "lif-to-lif", learner: learner,
                        fragmentPaths: [FragmentPath(entity: "Name"), FragmentPath(entity: "CredentialAward")],
                        translation: Translation(sourceSchemaID: "26", targetSchemaID: "17"))
                }), submittedAt: SampleJobs.date(seconds))
    }
}
