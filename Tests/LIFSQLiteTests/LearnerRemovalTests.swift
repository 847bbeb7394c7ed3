import Foundation
import GRDB
import LIFIdentities
import LIFJSON
import LIFJournal
import LIFModel
import LIFQueryPlanner
import LIFStores
import LIFTesting
import LIFWorkflow
import Testing

@testable import LIFSQLite

@Suite struct LearnerRemovalTests {
    private let folder: TemporaryFolder
    private let database: LIFDatabase

    init() throws {
        folder = try TemporaryFolder()
        database = try LIFDatabase(folder: folder.url)
    }

    /// With a quote, that JSON escapes.
    private static let learner = LearnerIdentifier(identifier: "forget-\"me\"-100001", identifierType: "School number")
    private static let alias = LearnerIdentifier(identifier: "alias-of-100001", identifierType: "OTHER")
    private static let value = "a-value-of-the-learner-that-must-go"
    private static let time = Date(timeIntervalSinceReferenceDate: 0)

    private static func content(_ text: String) throws -> FragmentContent {
        FragmentContent(items: try raw("[\"\(text)\"]"), count: 1, isScalar: false)
    }

    private static func fragment(_ learner: LearnerIdentifier, source: String, _ text: String) throws -> StoredFragment
    {
        StoredFragment(
            key: FragmentKey(sourceID: source, learner: learner, path: FragmentPath(entity: "Name")),
            content: try content(text), learnerKnown: true, storedAt: time, dataTimestamp: nil, origin: "a")
    }

    private static func job(_ learner: LearnerIdentifier) -> Job {
        let part = QueryPlanPart(
            informationSourceID: "org1", adapterID: "a", learner: learner,
            fragmentPaths: [FragmentPath(entity: "Name")])
        return Job(
            submission: JobSubmission(plan: QueryPlan(parts: [part])), acceptedAt: time, holder: HolderID())
    }

    /// Keeps something of a learner in each table.
    ///
    /// - Returns: The promised query and the job, which have ended.
    private func fill(_ learner: LearnerIdentifier, _ text: String) async throws -> (RandomID, JobID) {
        let content = try Self.content(text)
        let fragments = try SQLiteFragmentStore(database)
        // One that is replaced by a shorter one, too.
        try await fragments.write([
            try Self.fragment(learner, source: "org1", text + String(repeating: "-", count: 9_000))
        ])
        try await fragments.write([
            try Self.fragment(learner, source: "org1", text), try Self.fragment(learner, source: "org2", text),
        ])
        let requests = ProcessedRequestStore(database)
        let request = ProcessedRequest(
            query: LIFQuery(learners: [learner], selectedFields: []), acceptedAt: Self.time, holder: HolderID())
        try await requests.accept(request)
        let part = AnswerPart(
            learner: 0, ordinal: 0, path: FragmentPath(entity: "Name"), sourceID: "org1", outcome: .fetched, items: 1)
        _ = try await requests.append([LandedPart(part, content: content)], to: request.id, fence: 1)
        _ = try await requests.finish(request.id, fence: 1, state: .completed, at: Self.time)
        let job = try await JobStore(database).accept(Self.job(learner))
        let outcome = Outcome(
            .data([Fragment(path: FragmentPath(entity: "Name"), content: content)]), finishedAt: Self.time,
            duration: .zero)
        _ = try await OpenedOutputQueue(SQLiteJournal(database)).write(outcome, job: job.id, part: 0, fence: 1)
        try await OpenedOutputQueue(SQLiteJournal(database)).write(
            TaskOutput(.document(try raw("[\"\(text)\"]")), learnerKnown: true, dataTimestamp: nil, elapsed: .zero),
            job: job.id, task: WorkflowTask.ID("start"), attempt: 1, fence: 1)
        let log = JournalJobLog(SQLiteJournal(database))
        log.append(JobLogEntry(job: job.id, at: Self.time, event: "landed", message: "of the job \(text)"))
        await log.flush()
        _ = try await JobStore(database).finish(job.id, status: .completed, at: Self.time)
        return (request.id, job.id)
    }

    /// Whether the files of the store have a text anywhere.
    private func filesHave(_ text: String) -> Bool {
        ["lif.sqlite", "lif.sqlite-wal"].contains { name in
            guard let bytes = try? Data(contentsOf: folder.file(name)) else { return false }
            return bytes.range(of: Data(text.utf8)) != nil
        }
    }

    @Test("Of a forgotten learner no byte is left in the files, and of the others nothing is missing")
    func leavesNoByte() async throws {
        // Enough others that pages are split and joined.
        var others: [(RandomID, JobID)] = []
        for number in 0..<30 {
            others.append(
                try await fill(LearnerIdentifier(identifier: "other-\(number)", identifierType: "OTHER"), "v\(number)"))
            if number == 15 { _ = try await fill(Self.learner, Self.value) }
            if number == 20 { _ = try await fill(Self.alias, Self.value) }
        }
        #expect(filesHave(Self.value))
        let before = try await counts()
        let result = try await LearnerRemoval(database).remove(Self.learner, aliases: [Self.alias])
        #expect(result.fragments == 4)
        #expect(result.requests == 2)
        #expect(result.jobs == 2)
        #expect(!result.hasPending)
        #expect(result.schedules.isEmpty)
        #expect(result.isLogEmpty)
        for text in [Self.value, "forget-", "me\\\"-100001", Self.alias.identifier] {
            #expect(!filesHave(text), "\(text) is left")
        }
        #expect(filesHave("other-7"))
        let after = try await counts()
        #expect(zip(before, after).map { $0 - $1 } == [4, 4, 4, 2, 2, 2])
        for (request, job) in others {
            #expect(try await ProcessedRequestStore(database).parts(of: request, learners: 0..<1).count == 1)
            #expect(try await OpenedOutputQueue(SQLiteJournal(database)).outcomes(of: job).count == 1)
        }
        #expect(try await database.read { try String.fetchOne($0, sql: "PRAGMA integrity_check") } == "ok")
        #expect(try await LearnerRemoval(database).remove(Self.learner, aliases: [Self.alias]).jobs == 0)
    }

    private func counts() async throws -> [Int] {
        let tables = ["fragment", "part", "run_learner", "run_source", "hand_over", "job_log"]
        return try await database.read { database in
            try tables.map { try Int.fetchOne(database, sql: "SELECT count(*) FROM \($0)") ?? 0 }
        }
    }

    @Test("What still runs for a learner is counted and left, and so is a schedule")
    func leavesWhatRuns() async throws {
        let requests = ProcessedRequestStore(database)
        let request = ProcessedRequest(
            query: LIFQuery(learners: [Self.learner], selectedFields: []), acceptedAt: Self.time, holder: HolderID())
        try await requests.accept(request)
        let job = try await JobStore(database).accept(Self.job(Self.learner))
        let schedule = JobSchedule(
            submission: job.submission, rule: ScheduleRule(.interval(.seconds(3_600))),
            createdAt: Self.time)
        try await SQLiteCoordination(database).add(schedule)
        let result = try await LearnerRemoval(database).remove(Self.learner)
        #expect(result.pendingRequests == 1)
        #expect(result.pendingJobs == 1)
        #expect(result.schedules == [schedule.id])
        #expect(result.jobs == 0)
        #expect(try await requests.request(request.id) == request)
        #expect(try await JobStore(database).job(job.id) == job)
        #expect(try await SQLiteCoordination(database).schedules().count == 1)
    }

    @Test(
        "A job whose submission cannot be read and has the identifier in it goes too; one that has it elsewhere stays")
    func unreadableJobs() async throws {
        let jobs = JobStore(database)
        let damaged = try await jobs.accept(Self.job(Self.learner))
        let elsewhere = Job(
            submission: JobSubmission(plan: Self.job(Self.alias).plan, callback: Self.learner.identifier),
            acceptedAt: Self.time, holder: HolderID())
        _ = try await jobs.accept(elsewhere)
        for id in [damaged.id, elsewhere.id] { _ = try await jobs.finish(id, status: .completed, at: Self.time) }
        try await database.write { database in
            try database.execute(
                sql: "UPDATE run SET document = substr(document, 2) WHERE id = ?", arguments: [damaged.id.text])
        }
        #expect(try await LearnerRemoval(database).remove(Self.learner).jobs == 1)
        #expect(try await jobs.jobs(JobFilter()).map(\.id) == [elsewhere.id])
    }

    @Test("A learner's mappings say what else is theirs, and are kept as long as something is pending")
    func followsMappings() async throws {
        let identities = SQLiteIdentityStore(database)
        let mapping = IdentityMapping(
            organization: "us", person: Self.learner.identifier, systemID: "org2", target: Self.alias)
        _ = try await identities.save([mapping])
        let other = LearnerIdentifier(identifier: "other-alias-of-100001", identifierType: "OTHER")
        let copied = IdentityMapping(
            organization: "us", person: Self.learner.identifier, systemID: "org3", target: other)
        let copy = IdentityCopy(person: Self.learner.identifier, fetchedAt: Self.time, mappings: [copied])
        try await SQLiteIdentityStore(database).keep([copy], in: "us", from: "https://mapper.example")
        try await SQLiteFragmentStore(database).write([try Self.fragment(other, source: "org3", Self.value)])
        let job = try await JobStore(database).accept(Self.job(Self.alias))
        try await SQLiteFragmentStore(database).write([try Self.fragment(Self.alias, source: "org2", Self.value)])
        let removal = LearnerRemoval(
            database, IdentityScope(organization: "us", mapper: "https://mapper.example"))
        let first = try await removal.remove(Self.learner)
        #expect(first.fragments == 2)
        #expect(first.pendingJobs == 1)
        #expect(first.mappings == 0)
        _ = try await JobStore(database).finish(job.id, status: .completed, at: Self.time)
        let second = try await removal.remove(Self.learner)
        #expect(second.jobs == 1)
        #expect(second.mappings == 1)
        #expect(!filesHave(Self.alias.identifier))
        #expect(!filesHave("forget-"))
    }

    @Test("What was fetched under a mapping that was replaced since is found, of our own mapper and of a remote one")
    func followsFormerMappings() async throws {
        let identities = SQLiteIdentityStore(database)
        let copies = SQLiteIdentityStore(database)
        let fragments = try SQLiteFragmentStore(database)
        let time = Date()
        func target(_ name: String) -> LearnerIdentifier {
            LearnerIdentifier(identifier: "\(name)-of-100001", identifierType: "OTHER")
        }
        func mapping(_ name: String, id: String? = nil, system: String = "org2") -> IdentityMapping {
            IdentityMapping(
                id: id, organization: "us", person: Self.learner.identifier, systemID: system, target: target(name))
        }
        func copy(_ name: String, at seconds: TimeInterval) -> IdentityCopy {
            IdentityCopy(
                person: Self.learner.identifier, fetchedAt: time.addingTimeInterval(seconds),
                mappings: [mapping(name, id: "m", system: "org3")])
        }
        _ = try await identities.save([mapping("saved")])
        let kept = try await identities.save([mapping("imported-é\"")])
        let id = RandomID()
        _ = try await identities.stage([IdentityImportLine(number: 1, mapping: mapping("last"))], for: id, at: time)
        #expect(try await identities.applyStaged(id, atMost: 10).changed == 1)
        #expect(try await identities.remove(try #require(kept[0].id), of: Self.learner.identifier, in: "us"))
        try await copies.keep([copy("copied", at: 0)], in: "us", from: "https://mapper.example")
        try await copies.keep([copy("copied-later", at: 1)], in: "us", from: "https://mapper.example")
        try await copies.remove(fetchedBefore: time.addingTimeInterval(2))
        let names = ["saved", "imported-é\"", "last", "copied", "copied-later"]
        for name in names {
            let key = FragmentKey(sourceID: "org2", learner: target(name), path: FragmentPath(entity: "Name"))
            try await fragments.write([
                StoredFragment(
                    key: key, content: try Self.content(Self.value), learnerKnown: true, storedAt: time,
                    dataTimestamp: nil, origin: "a")
            ])
        }
        // Retention of what is older than all of this takes nothing along.
        #expect(try await fragments.remove(storedBefore: time.addingTimeInterval(-60), limit: 10) == 0)
        let removal = LearnerRemoval(
            database, IdentityScope(organization: "us", mapper: "https://mapper.example"))
        #expect(try await removal.remove(Self.learner).fragments == names.count)
        #expect(!filesHave("-of-100001"))
        #expect(!filesHave("forget-"))
        #expect(!filesHave(Self.value))
    }

    @Test("A former mapping is kept as long as anything is that may have been fetched under it")
    func formerMappingsAge() async throws {
        let identities = SQLiteIdentityStore(database)
        let fragments = try SQLiteFragmentStore(database)
        func count() async throws -> Int {
            try await database.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM identity_former") ?? 0 }
        }
        for target in [Self.alias, Self.learner] {
            _ = try await identities.save([
                IdentityMapping(
                    organization: "us", person: Self.learner.identifier, systemID: "org2",
                    target: LearnerIdentifier(identifier: target.identifier, identifierType: "T"))
            ])
        }
        #expect(try await count() == 1)
        let later = Date().addingTimeInterval(60)
        let job = try await JobStore(database).accept(Self.job(Self.alias))
        _ = try await fragments.remove(storedBefore: later, limit: 10)
        #expect(try await count() == 1)
        try await JobStore(database).journal.remove(.all, of: [job.id])
        _ = try await fragments.remove(storedBefore: Date().addingTimeInterval(-60), limit: 10)
        #expect(try await count() == 1)
        _ = try await fragments.remove(storedBefore: later, limit: 10)
        #expect(try await count() == 0)
    }

    @Test("Other processes on the store are notified at once that what they have read is not to be believed")
    func tellsOthers() async throws {
        let other = try SQLiteFragmentStore(try LIFDatabase(folder: folder.url))
        _ = try await fill(Self.learner, Self.value)
        _ = try await other.changesByOthers()
        let result = try await LearnerRemoval(database).remove(Self.learner)
        #expect(result.isLogEmpty)
        #expect(try await other.changesByOthers() == .everything)
    }
}
