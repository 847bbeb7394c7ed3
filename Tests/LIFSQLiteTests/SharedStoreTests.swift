import Foundation
import GRDB
import LIFJournal
import LIFModel
import LIFQueryPlanner
import LIFTesting
import LIFWorkflow
import Synchronization
import Testing

@testable import LIFSQLite

/// Two stores on one folder, as two processes have them.
@Suite struct SharedStoreTests {
    private let folder: TemporaryFolder
    private let one: LIFDatabase
    private let other: LIFDatabase

    init() throws {
        folder = try TemporaryFolder()
        one = try LIFDatabase(folder: folder.url)
        other = try LIFDatabase(folder: folder.url)
    }

    private static let failed = Outcome(
        .failed(Failure(.timeout, "late")), finishedAt: Date(timeIntervalSinceReferenceDate: 0), duration: .zero)

    @Test("A process that was given up and goes on all the same is kept from writing by the next one's fence")
    func fencesAGivenUpProcess() async throws {
        let (late, next) = (HolderID(), HolderID())
        let job = try await JobStore(one).accept(.sample(holder: late))
        let claimed = try await SQLiteJournal(other).claim(
            .job, for: next, living: [next], except: [], isFencing: true, limit: 100)
        #expect(claimed.map(\.state.epoch) == [2])
        let error = await #expect(throws: LIFError.self) {
            try await OpenedOutputQueue(SQLiteJournal(one)).write(Self.failed, job: job.id, part: 0, fence: job.fence)
        }
        #expect(error?.code == .outputWriteException)
        #expect(error?.reason == .cancelled)
        #expect(try await OpenedOutputQueue(SQLiteJournal(other)).write(Self.failed, job: job.id, part: 0, fence: 2))
    }

    @Test("Who waits for a run is told of its changes by another process, and of nothing else that it writes")
    func tellsByKey() async throws {
        let (mine, others) = (SQLiteJournal(one), SQLiteJournal(other))
        let job = try await JobStore(other).accept(.sample(holder: HolderID()))
        let elements = Counter()
        let listening = Task { for await _ in mine.changes(of: job.id) { elements.add() } }
        defer { listening.cancel() }
        // The first change of any kind that comes after the beginning may be told.
        func write(_ count: Int) async throws {
            for _ in 0..<count {
                _ = try await JobStore(other).accept(.sample(holder: HolderID()))
                try await Task.sleep(for: .milliseconds(2))
            }
        }
        try await eventually("it is told once") {
            _ = try await JobStore(other).accept(.sample(holder: HolderID()))
            return elements.count == 1
        }
        try await write(200)
        // What was written before is looked at in order: after an element of this run there is none of those that came before.
        let part = JournalPart(group: 0, outcome: "data", at: Date(timeIntervalSinceReferenceDate: 0))
        _ = try await others.append([part], to: job.id, epoch: 1)
        try await eventually("it is told of its part") { elements.count >= 2 }
        #expect(elements.count == 2)
    }

    private final class Counter: Sendable {
        private let number = Mutex(0)
        var count: Int { number.withLock { $0 } }
        func add() { number.withLock { $0 += 1 } }
    }

    @Test("A refused write is undone alone: those committed with it stay")
    func refusesOneOfAGroup() async throws {
        let queue = OpenedOutputQueue(SQLiteJournal(one))
        let (fenced, open) = (JobID(), JobID())
        let run = JournalRun(
            id: fenced, kind: .job, acceptedAt: .now, expectedParts: 40, document: Array("{}".utf8),
            state: JournalRun.State(startedAt: .now, holder: HolderID(), epoch: 9))
        _ = try await SQLiteJournal(one).accept(run, index: RunIndex(), parts: [])
        let written = await withTaskGroup(of: Bool.self) { group in
            for part in 0..<40 {
                group.addTask {
                    let job = part.isMultiple(of: 2) ? fenced : open
                    return (try? await queue.write(Self.failed, job: job, part: part, fence: 1)) == true
                }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(written == 20)
        #expect(try await queue.progress(of: open).count == 20)
        #expect(try await queue.progress(of: fenced).isEmpty)
    }

    @Test("A process is not notified of its own changes")
    func ownChangesAreNotTold() async throws {
        let heard = Tally()
        let changes = one.changesByOthers(to: .anything)
        let listening = Task { for await _ in changes { heard.add() } }
        // The writer looks for changes of others after each commit.
        for _ in 0..<5 { _ = try await JobStore(one).accept(.sample()) }
        try await one.close()
        await listening.value
        #expect(heard.count == 0)
    }

    @Test("A change of another process also reaches a process that writes all the time")
    func busyWriterIsTold() async throws {
        let heard = Tally()
        let changes = one.changesByOthers(to: .anything)
        let (one, other) = (one, other)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { for await _ in changes { heard.add() } }
            for _ in 0..<64 {
                group.addTask {
                    while !Task.isCancelled { _ = try await JobStore(one).accept(.sample()) }
                }
            }
            _ = try await JobStore(other).accept(.sample())
            try await within("the change is told") { try await heard.wait(for: 1) }
            group.cancelAll()
        }
    }

    @Test("Who listens to a closed store hears the end at once")
    func closedStoreEndsStreams() async throws {
        try await one.close()
        for await _ in one.changesByOthers(to: .anything) { Issue.record("something changed") }
    }

    @Test(
        "Of more changes than are read at once it is reported that everything may have changed, and the next look is quick"
    )
    func manyChanges() async throws {
        let (mine, theirs) = (try SQLiteFragmentStore(one), try SQLiteFragmentStore(other))
        func fragments(_ numbers: Range<Int>) throws -> [StoredFragment] {
            try numbers.map { number in
                StoredFragment(
                    key: FragmentKey(
                        sourceID: "org1",
                        learner: LearnerIdentifier(identifier: "\(number)", identifierType: "SCHOOL_ASSIGNED_NUMBER"),
                        path: FragmentPath(entity: "Name")),
                    content: FragmentContent(items: try raw("[1]"), count: 1, isScalar: false), learnerKnown: true,
                    storedAt: Date(timeIntervalSinceReferenceDate: 0), dataTimestamp: nil, origin: "a")
            }
        }
        try await theirs.write(try fragments(0..<SQLiteFragmentStore.changesReadAtMost))
        guard case .written(let keys) = try await mine.changesByOthers() else {
            Issue.record("the keys were not told")
            return
        }
        #expect(keys.count == SQLiteFragmentStore.changesReadAtMost)
        try await theirs.write(try fragments(0..<(SQLiteFragmentStore.changesReadAtMost + 1)))
        #expect(try await mine.changesByOthers() == .everything)
        #expect(try await mine.changesByOthers() == .written([]))
        try await theirs.write(try fragments(0..<1))
        #expect(try await mine.changesByOthers() == .written([try fragments(0..<1)[0].key]))
    }

    @Test("A breaker is read from memory as long as nothing is committed")
    func breakersAreRemembered() async throws {
        let store = SQLiteCoordination(one)
        try await store.change("org1") { $0.failures = 3 }
        #expect(try await store.breaker(of: "org1").failures == 3)
        // A connection that the store does not know of cannot hide a commit: only without one is memory good enough.
        try await other.write { try $0.execute(sql: "UPDATE breaker SET failures = 4") }
        #expect(try await store.breaker(of: "org1").failures == 4)
        let reads = Tally()
        try one.watch { database in
            database.trace { event in
                if "\(event)".contains("FROM breaker") { reads.add() }
            }
        }
        for _ in 0..<10 { #expect(try await store.breaker(of: "org1").failures == 4) }
        #expect(reads.count == 0)
    }

    @Test("What is removed counts no longer, and its room is used again")
    func usedBytes() async throws {
        let queue = OpenedOutputQueue(SQLiteJournal(one))
        let empty = try await one.usedBytes()
        #expect(empty > 0)
        let items = "[\"\(String(repeating: "x", count: 100_000))\"]"
        let content = FragmentContent(items: try raw(items), count: 1, isScalar: false)
        let outcome = Outcome(
            .data([Fragment(path: FragmentPath(entity: "Name"), content: content)]),
            finishedAt: Date(timeIntervalSinceReferenceDate: 0), duration: .zero)
        let job = JobID()
        for part in 0..<10 { _ = try await queue.write(outcome, job: job, part: part, fence: 1) }
        let full = try await one.usedBytes()
        #expect(full > empty + 1_000_000)
        try await SQLiteJournal(one).remove(.data, of: [job])
        let removed = try await one.usedBytes()
        #expect(removed < empty + 100_000)
        let pages = try await one.read { try Int.fetchOne($0, sql: "PRAGMA page_count") }
        for part in 0..<9 { _ = try await queue.write(outcome, job: JobID(), part: part, fence: 1) }
        #expect(try await one.read { try Int.fetchOne($0, sql: "PRAGMA page_count") } == pages)
    }
}
