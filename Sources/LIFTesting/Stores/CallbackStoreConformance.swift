import LIFJournal
import LIFModel
public import LIFWorkflow

/// What a `CallbackStore` does on every journal.
public struct CallbackStoreConformance: Sendable {
    /// Makes an empty store.
    public typealias Make = @Sendable () async throws -> CallbackStore
    /// Two stores on the same storage, as two processes have them.
    public typealias MakePair = @Sendable () async throws -> (CallbackStore, CallbackStore)

    /// One for each sentence of the contract.
    public let checks: [ConformanceCheck]

    /// All checks for one kind of journal.
    ///
    /// - Parameters:
    ///   - make: Makes an empty store.
    ///   - makePair: `nil` for an implementation that cannot be shared; the checks that need it are then left out.
    public init(make: @escaping Make, makePair: MakePair? = nil) {
        checks = Self.keeping(make) + Self.delivering(make) + (makePair.map(Self.shared) ?? [])
    }

    /// Runs the checks one after another; the first that fails ends it.
    public func run() async throws { try await checks.run() }

    private static func keeping(_ make: @escaping Make) -> [ConformanceCheck] {
        [
            ConformanceCheck("Callbacks of every kind are owed by their holder as they were added, oldest first.") {
                expect in
                let store = try await make()
                let (holder, other) = (HolderID(), HolderID())
                let callbacks = CallbackKind.allCases.enumerated().map { number, kind in
                    callback(
                        kind: kind, target: "https://example.org/\"\(number)\"", at: -Double(number), attempts: number)
                }
                try await add(to: store, callbacks, holder: holder)
                try await add(to: store, [callback()], holder: other)
                try await add(to: store, [], holder: holder)
                try expect.equal(try await store.owed(by: holder), callbacks.reversed(), "what it owes")
                try expect.equal(try await store.owed(by: other).count, 1, "number of what the other owes")
                try expect(try await store.owed(by: HolderID()).isEmpty, "one that has none owes some")
            },
            ConformanceCheck("One of the same job, kind, target and fence stays as it was, also when it was delivered.")
            {
                expect in
                let store = try await make()
                let (job, holder) = (JobID(), HolderID())
                let first = callback(job: job)
                try await add(to: store, [first], holder: holder)
                try await store.noteAttempt(first.id, attempts: 2)
                try await add(to: store, [callback(job: job), first], holder: HolderID())
                try expect.equal(try await store.owed(by: holder).map(\.id), [first.id], "what is owed")
                try expect.equal(try await store.owed(by: holder).map(\.attempts), [2], "its attempts")
                try await store.close(first.id, givenUp: nil)
                try await add(to: store, [callback(job: job)], holder: holder)
                try expect(try await store.owed(by: holder).isEmpty, "it is owed again")
            },
            ConformanceCheck("Another job, kind, target or fence is another callback.") { expect in
                let store = try await make()
                let (job, holder) = (JobID(), HolderID())
                let callbacks = [
                    callback(job: job), callback(), callback(job: job, kind: .failure),
                    callback(job: job, target: "other"), callback(job: job, fence: 2),
                ]
                try await add(to: store, callbacks, holder: holder)
                try expect.equal(Set(try await store.owed(by: holder).map(\.id)), Set(callbacks.map(\.id)), "owed")
            },
        ]
    }

    private static func delivering(_ make: @escaping Make) -> [ConformanceCheck] {
        [
            ConformanceCheck("A claim gives what the dead owe, oldest first, and not what is closed.") { expect in
                let store = try await make()
                let (own, living, dead) = (HolderID(), HolderID(), HolderID())
                let callbacks = [callback(at: 2), callback(at: 1), callback(at: 0)]
                try await add(to: store, callbacks, holder: dead)
                try await store.close(callbacks[2].id, givenUp: "It was refused.")
                try await add(to: store, [callback()], holder: living)
                try await add(to: store, [callback()], holder: own)
                let claimed = try await store.claim(for: own, living: [own, living])
                try expect.equal(claimed, [callbacks[1], callbacks[0]], "what was claimed")
                try expect.equal(try await store.owed(by: own).count, 3, "number of what is owed then")
                try expect(try await store.owed(by: dead).isEmpty, "the dead one still owes some")
                try expect(
                    try await store.claim(for: own, living: [own, living]).isEmpty, "a second claim gave some")
            },
            ConformanceCheck("Attempts are noted and never fall.") { expect in
                let store = try await make()
                let holder = HolderID()
                let callback = callback()
                try await add(to: store, [callback], holder: holder)
                for attempts in [1, 3, 2] { try await store.noteAttempt(callback.id, attempts: attempts) }
                try await store.noteAttempt(RandomID(), attempts: 9)
                try expect.equal(try await store.owed(by: holder).map(\.attempts), [3], "the attempts")
            },
            ConformanceCheck(
                "A closed callback is owed no longer, however it was closed, and closing again is nothing."
            ) {
                expect in
                let store = try await make()
                let holder = HolderID()
                let callbacks = [callback(), callback(), callback()]
                try await add(to: store, callbacks, holder: holder)
                for reason in [nil, "late"] as [String?] { try await store.close(callbacks[0].id, givenUp: reason) }
                try await store.close(callbacks[1].id, givenUp: "It was refused.")
                try await store.close(RandomID(), givenUp: nil)
                try await store.noteAttempt(callbacks[0].id, attempts: 9)
                try expect.equal(try await store.owed(by: holder), [callbacks[2]], "what is owed")
                try expect(try await store.claim(for: HolderID(), living: [holder]).isEmpty, "closed ones are claimed")
            },
            ConformanceCheck("The callbacks of removed jobs are gone, and may come again.") { expect in
                let store = try await make()
                let (job, holder) = (JobID(), HolderID())
                let (first, other) = (callback(job: job), callback())
                try await add(to: store, [first, other], holder: holder)
                try await store.journal.remove(.all, of: [job, JobID()])
                try expect.equal(try await store.owed(by: holder), [other], "what is owed")
                let again = callback(job: job, at: 9)
                try await add(to: store, [again], holder: holder)
                try expect.equal(try await store.owed(by: holder), [other, again], "what is owed then")
            },
        ]
    }

    private static func shared(_ makePair: @escaping MakePair) -> [ConformanceCheck] {
        [
            ConformanceCheck("Of processes that claim at the same time each callback goes to one.") { expect in
                let (one, other) = try await makePair()
                let callbacks = (0..<20).map { _ in callback() }
                try await add(to: one, callbacks, holder: HolderID())
                let holders = (0..<4).map { _ in HolderID() }
                let claimed = try await withThrowingTaskGroup(of: [Callback].self) { group in
                    for (store, holder) in zip([one, other, one, other], holders) {
                        group.addTask { try await store.claim(for: holder, living: Set(holders)) }
                    }
                    return try await group.reduce(into: []) { $0 += $1 }
                }
                try expect.equal(claimed.count, callbacks.count, "number claimed")
                try expect.equal(Set(claimed), Set(callbacks), "what was claimed")
            },
            ConformanceCheck("What one process has closed, another does not owe.") { expect in
                let (one, other) = try await makePair()
                let (callback, holder) = (callback(), HolderID())
                try await add(to: one, [callback], holder: holder)
                try expect.equal(try await other.owed(by: holder), [callback], "what is owed")
                try await other.close(callback.id, givenUp: nil)
                try expect(try await one.owed(by: holder).isEmpty, "it is still owed")
            },
        ]
    }

    private static func callback(
        job: JobID = JobID(), kind: CallbackKind = .results, target: String = "https://example.org/results",
        fence: Int = 1, at seconds: Double = 0, attempts: Int = 0
    ) -> Callback {
        Callback(
            job: job, kind: kind, target: target, fence: fence, createdAt: SampleJobs.date(seconds), attempts: attempts)
    }

    /// Has a holder owe callbacks, with a change of a run as it may be.
    private static func add(to store: CallbackStore, _ callbacks: [Callback], holder: HolderID) async throws {
        let state = JournalRun.State(startedAt: SampleJobs.date(0), holder: holder)
        let run = JournalRun(
            id: RunID(), kind: .job, acceptedAt: state.startedAt, expectedParts: 1, document: nil, state: state)
        var change = RunChange(try await store.journal.accept(run, index: RunIndex(), parts: []), to: state)
        change.owed = callbacks.map(OwedCallback.init)
        _ = try await store.journal.commit(change)
    }
}
