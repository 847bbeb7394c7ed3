import LIFJournal
import LIFModel
public import LIFWorkflow

/// What a `JobStore` does on every journal.
public struct JobStoreConformance: Sendable {
    /// Makes an empty store.
    public typealias Make = @Sendable () async throws -> JobStore
    /// Two stores on the same storage, as two processes have them.
    public typealias MakePair = @Sendable () async throws -> (JobStore, JobStore)

    /// One for each sentence of the contract.
    public let checks: [ConformanceCheck]

    /// All checks for one kind of journal.
    ///
    /// - Parameters:
    ///   - make: Makes an empty store.
    ///   - makePair: `nil` for an implementation that cannot be shared; the checks that need it are then left out.
    public init(make: @escaping Make, makePair: MakePair? = nil) {
        checks =
            Self.accepting(make) + Self.listing(make) + Self.holding(make) + Self.keeping(make)
            + (makePair.map(Self.shared) ?? [])
    }

    /// Runs the checks one after another; the first that fails ends it.
    public func run() async throws { try await checks.run() }

    private static func accepting(_ make: @escaping Make) -> [ConformanceCheck] {
        [
            ConformanceCheck("A job that is not known is absent.") { expect in
                let store = try await make()
                try expect(try await store.job(JobID()) == nil, "it gave one")
                try expect(try await store.jobs(JobFilter()).isEmpty, "an empty store lists jobs")
                try expect(
                    try await store.claim(for: HolderID(), living: [], limit: 100).isEmpty, "it gave jobs to a holder")
            },
            ConformanceCheck("An accepted job is read as it was given, with all that was submitted.") { expect in
                let store = try await make()
                let job = Job(
                    submission: try SampleJobs.fullSubmission(), acceptedAt: SampleJobs.start, holder: HolderID(),
                    fence: 4, cancelledAt: SampleJobs.date(1.5),
                    engineFailure: Failure(.internal, "It says \"no\".", attempts: 2))
                try expect.equal(try await store.accept(job), job, "what accept gives")
                try expect.equal(try await store.job(job.id), job, "what is read")
                let ended = Job(
                    submission: JobSubmission(plan: SampleJobs.job().plan), acceptedAt: SampleJobs.start,
                    holder: HolderID(), finishedAt: SampleJobs.date(2), finalStatus: .failed)
                try expect.equal(try await store.accept(ended), ended, "what accept gives for one that has ended")
                try expect.equal(try await store.job(ended.id), ended, "what is read of one that has ended")
            },
            ConformanceCheck("A second job with the same idempotency key is not kept; the first is given.") { expect in
                let store = try await make()
                let (first, second) = (SampleJobs.job(key: "key"), SampleJobs.job(key: "key", at: 1))
                _ = try await store.accept(first)
                try expect.equal(try await store.accept(second), first, "what accept gives")
                try expect(try await store.job(second.id) == nil, "the second is kept")
                try expect.equal(try await store.jobs(JobFilter()), [first], "the jobs")
            },
            ConformanceCheck("A job accepted again under its own id stays as it was.") { expect in
                let store = try await make()
                let first = SampleJobs.job()
                _ = try await store.accept(first)
                let again = Job(
                    id: first.id, submission: JobSubmission(plan: .init(parts: [])), acceptedAt: first.acceptedAt,
                    holder: HolderID())
                try expect.equal(try await store.accept(again), first, "what accept gives")
                try expect.equal(try await store.job(first.id), first, "what is kept")
            },
            ConformanceCheck("Jobs without a key, and with different ones, are all kept.") { expect in
                let store = try await make()
                let jobs = [
                    SampleJobs.job(), SampleJobs.job(at: 1), SampleJobs.job(key: "a", at: 2),
                    SampleJobs.job(key: "A", at: 3),
                ]
                for job in jobs { try expect.equal(try await store.accept(job), job, "what accept gives") }
                try expect.equal(try await store.jobs(JobFilter()), jobs.reversed(), "the jobs")
            },
            ConformanceCheck("A key gives its job also after that has ended, as it is now.") { expect in
                let store = try await make()
                let job = try await store.accept(SampleJobs.job(key: "key"))
                _ = try await store.finish(job.id, status: .completed, at: SampleJobs.date(1))
                let given = try await store.accept(SampleJobs.job(key: "key", at: 5))
                try expect.equal(given, try await store.job(job.id), "what its key gives")
                try expect.equal(given.finalStatus, .completed, "its status")
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
            ConformanceCheck("What one process accepted, another reads, lists and may finish.") { expect in
                let (one, other) = try await makePair()
                let job = SampleJobs.job()
                _ = try await one.accept(job)
                try expect.equal(try await other.job(job.id), job, "what the other reads")
                try expect.equal(try await other.jobs(JobFilter()), [job], "what the other lists")
                try expect(
                    try await other.finish(job.id, status: .completed, at: SampleJobs.date(1)), "it was not the first")
                try expect(
                    try await !one.finish(job.id, status: .failed, at: SampleJobs.date(1)), "it was finished twice")
                try expect.equal(try await one.job(job.id)?.finalStatus, .completed, "the status")
            },
            ConformanceCheck("Of jobs with one key in several processes exactly one is kept.") { expect in
                let (one, other) = try await makePair()
                try await race(expect, [one, other, one, other, one, other])
            },
            ConformanceCheck("Of processes that claim at the same time each job goes to one.") { expect in
                let (one, other) = try await makePair()
                try await claimRace(expect, [one, other, one, other])
            },
            ConformanceCheck("What one process changes is told to another that listens, each time.") { expect in
                let (one, other) = try await makePair()
                let heard = Tally()
                let listening = Task { for await _ in one.journal.changes() { heard.add() } }
                defer { listening.cancel() }
                for number in 0..<3 {
                    let before = heard.count
                    _ = try await other.accept(SampleJobs.job(at: Double(number)))
                    try await within("change \(number) is told") { try await heard.wait(for: before + 1) }
                }
            },
        ]
    }

    private static func race(_ expect: borrowing ConformanceExpectation, _ stores: [JobStore]) async throws {
        let kept = try await withThrowingTaskGroup(of: Job.self) { group in
            for store in stores {
                let job = SampleJobs.job(key: "key")
                group.addTask { try await store.accept(job) }
            }
            var kept: Set<Job> = []
            for try await job in group { kept.insert(job) }
            return kept
        }
        try expect.equal(kept.count, 1, "number of jobs given")
        try expect.equal(try await stores[0].jobs(JobFilter()), Array(kept), "the jobs")
    }

    static func claimRace(_ expect: borrowing ConformanceExpectation, _ stores: [JobStore]) async throws {
        let dead = HolderID()
        var all: Set<JobID> = []
        for number in 0..<40 {
            all.insert(try await stores[0].accept(SampleJobs.job(at: Double(number), holder: dead)).id)
        }
        let holders = stores.map { _ in HolderID() }
        let claimed = try await withThrowingTaskGroup(of: [Job].self) { group in
            for (store, holder) in zip(stores, holders) {
                group.addTask { try await store.claim(for: holder, living: Set(holders), limit: 100) }
            }
            return try await group.reduce(into: [Job]()) { $0 += $1 }
        }
        try expect.equal(claimed.count, all.count, "number of jobs claimed")
        try expect.equal(Set(claimed.map(\.id)), all, "the jobs claimed")
        for job in claimed {
            try expect.equal(job.fence, 1, "the epoch")
            try expect.equal(try await stores[0].job(job.id), job, "what is kept")
        }
    }
}
