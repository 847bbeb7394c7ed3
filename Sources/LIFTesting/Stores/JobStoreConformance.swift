import Foundation
import LIFModel
public import LIFWorkflow

/// What every `JobStore` must do.
public struct JobStoreConformance: Sendable {
    public typealias Make = @Sendable () async throws -> any JobStore
    /// Two stores on the same storage, as two processes have them.
    public typealias MakePair = @Sendable () async throws -> (any JobStore, any JobStore)

    public let checks: [ConformanceCheck]

    /// - Parameters:
    ///   - make: Makes an empty store.
    ///   - makePair: `nil` for an implementation that cannot be shared; the checks that need it are then left out.
    public init(make: @escaping Make, makePair: MakePair? = nil) {
        checks = Self.alone(make) + (makePair.map(Self.shared) ?? [])
    }

    public func run() async throws { try await checks.run() }

    private static func alone(_ make: @escaping Make) -> [ConformanceCheck] {
        [
            ConformanceCheck("A job that is not known is absent.") { expect in
                let store = try await make()
                try expect(try await store.job(JobID()) == nil, "it gave one")
                try expect(try await store.unfinished().isEmpty, "an empty store has unfinished jobs")
            },
            ConformanceCheck("An accepted job is read as it was given, with its whole plan.") { expect in
                let store = try await make()
                let job = job(key: "key-1")
                try expect.equal(try await store.accept(job), job, "what accept gives")
                try expect.equal(try await store.job(job.id), job, "what is read")
            },
            ConformanceCheck("A second job with the same idempotency key is not kept; the first is given.") { expect in
                let store = try await make()
                let (first, second) = (job(key: "key"), job(key: "key", at: 1))
                _ = try await store.accept(first)
                try expect.equal(try await store.accept(second), first, "what accept gives")
                try expect(try await store.job(second.id) == nil, "the second is kept")
                try expect.equal(try await store.unfinished(), [first], "unfinished jobs")
            },
            ConformanceCheck("A job accepted again under its own id stays as it was.") { expect in
                let store = try await make()
                let first = job()
                _ = try await store.accept(first)
                let again = Job(id: first.id, plan: QueryPlan(parts: []), acceptedAt: first.acceptedAt)
                try expect.equal(try await store.accept(again), first, "what accept gives")
                try expect.equal(try await store.job(first.id), first, "what is kept")
            },
            ConformanceCheck("Jobs without a key, and with different ones, are all kept.") { expect in
                let store = try await make()
                let jobs = [job(), job(at: 1), job(key: "a", at: 2), job(key: "A", at: 3)]
                for job in jobs { try expect.equal(try await store.accept(job), job, "what accept gives") }
                try expect.equal(try await store.unfinished(), jobs, "unfinished jobs")
            },
            ConformanceCheck("Unfinished jobs come oldest first, whatever the order of acceptance.") { expect in
                let store = try await make()
                let jobs = [job(at: 3), job(at: 1), job(at: 2)]
                for job in jobs { _ = try await store.accept(job) }
                try expect.equal(try await store.unfinished(), [jobs[1], jobs[2], jobs[0]], "the order")
            },
            ConformanceCheck("A finished job is kept, but is no longer unfinished; finishing again changes nothing.") {
                expect in
                let store = try await make()
                let (done, open) = (job(key: "key"), job(at: 1))
                for job in [done, open] { _ = try await store.accept(job) }
                for _ in 0..<2 { try await store.markFinished(done.id) }
                try await store.markFinished(JobID())
                try expect.equal(try await store.unfinished(), [open], "unfinished jobs")
                try expect.equal(try await store.job(done.id), done, "what is read")
                try expect.equal(
                    try await store.accept(job(key: "key", at: 5)), done, "what its key gives after it is finished")
                try expect.equal(try await store.unfinished(), [open], "unfinished jobs after its key came again")
            },
            ConformanceCheck("Of many jobs with one key at the same time exactly one is kept, and all get that one.") {
                expect in
                let store = try await make()
                try await race(expect, Array(repeating: store, count: 16))
            },
        ]
    }

    private static func shared(_ makePair: @escaping MakePair) -> [ConformanceCheck] {
        [
            ConformanceCheck("What one process accepted, another reads and may finish.") { expect in
                let (one, other) = try await makePair()
                let job = job()
                _ = try await one.accept(job)
                try expect.equal(try await other.unfinished(), [job], "unfinished jobs of the other")
                try await other.markFinished(job.id)
                try expect(try await one.unfinished().isEmpty, "it is still unfinished")
            },
            ConformanceCheck("Of jobs with one key in several processes exactly one is kept.") { expect in
                let (one, other) = try await makePair()
                try await race(expect, [one, other, one, other, one, other])
            },
        ]
    }

    private static func race(_ expect: borrowing ConformanceExpectation, _ stores: [any JobStore]) async throws {
        let kept = try await withThrowingTaskGroup(of: Job.self) { group in
            for store in stores {
                let job = job(key: "key")
                group.addTask { try await store.accept(job) }
            }
            var kept: Set<Job> = []
            for try await job in group { kept.insert(job) }
            return kept
        }
        try expect.equal(kept.count, 1, "number of jobs given")
        try expect.equal(try await stores[0].unfinished(), Array(kept), "unfinished jobs")
    }

    private static func job(key: String? = nil, at seconds: Double = 0) -> Job {
        let learner = LearnerIdentifier(identifier: "e\u{301} \"'\u{1F600}", identifierType: "School-assigned number")
        let parts = [
            QueryPlanPart(
                informationSourceID: "org1", adapterID: "lif-to-lif", learner: learner,
                fragmentPaths: [FragmentPath(entity: "Name"), FragmentPath(entity: "CredentialAward")]),
            QueryPlanPart(
                informationSourceID: "org2", adapterID: "rest", learner: learner,
                fragmentPaths: [FragmentPath(entity: "Name")],
                translation: Translation(sourceSchemaID: "26", targetSchemaID: "17")),
        ]
        return Job(
            id: JobID(), plan: QueryPlan(parts: parts),
            acceptedAt: Date(timeIntervalSince1970: 1_800_000_000.125 + seconds), idempotencyKey: key)
    }
}
