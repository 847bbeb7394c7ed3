import Foundation
import GRDB
import LIFIdentities
import LIFJSON
import LIFModel
import LIFQueryPlanner
import LIFStores
import LIFTesting
import LIFWorkflow
import Synchronization
import Testing

@testable import LIFSQLite

@Suite("Who was forgotten after a backup is forgotten again when it is restored")
struct ForgottenAgainTests {
    private let folder: TemporaryFolder
    private let shelf: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        shelf = try TemporaryFolder()
    }

    private var backup: URL { shelf.file("backup") }

    private static let learner = LearnerIdentifier(identifier: "100001", identifierType: "School number")
    private static let alias = LearnerIdentifier(identifier: "alias-of-100001", identifierType: "OTHER")
    private static let other = LearnerIdentifier(identifier: "100002", identifierType: "School number")

    private static func key(_ learner: LearnerIdentifier) -> FragmentKey {
        FragmentKey(sourceID: "org1", learner: learner, path: FragmentPath(entity: "Name"))
    }

    private static func write(
        _ learners: [LearnerIdentifier], _ database: LIFDatabase,
        at time: Date = Date(timeIntervalSinceReferenceDate: 0)
    ) async throws {
        let content = FragmentContent(items: try raw(#"["a"]"#), count: 1, isScalar: false)
        try await SQLiteFragmentStore(database).write(
            learners.map { learner in
                StoredFragment(
                    key: key(learner), content: content, learnerKnown: true,
                    storedAt: time, dataTimestamp: nil, origin: "a")
            })
    }

    private static func kept(_ database: LIFDatabase) async throws -> Set<LearnerIdentifier> {
        let keys = [learner, alias, other].map(key)
        return Set(try await SQLiteFragmentStore(database).read(keys).keys.map(\.learner))
    }

    private func restored(_ file: URL? = nil) throws -> LIFDatabase {
        _ = try LIFDatabase.restore(from: file ?? backup, to: folder.url)
        return try LIFDatabase(folder: folder.url)
    }

    private func list() throws -> String {
        try String(contentsOf: folder.file("forgotten"), encoding: .utf8)
    }

    #if os(Linux)
        @Test("The list is closed after each look and each addition")
        func closed() async throws {
            let list = ForgottenLearners(try LIFDatabase(folder: folder.url))
            for learner in [Self.learner, Self.other] { try await list.note([learner]) }
            _ = try await list.returned()
            let descriptors = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")
            let files = descriptors.compactMap {
                try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\($0)")
            }
            let suffix = "/\(folder.url.lastPathComponent)/\(ForgottenLearners.fileName)"
            #expect(files.contains { $0.contains("/\(folder.url.lastPathComponent)/") }, "the store itself is open")
            #expect(!files.contains { $0.hasSuffix(suffix) })
        }
    #endif

    @Test("Their data is gone again, that of others stays, and the list says nobody's identifier")
    func again() async throws {
        var database = try LIFDatabase(folder: folder.url)
        try await Self.write([Self.learner, Self.alias, Self.other], database)
        try await database.backup(to: backup)
        _ = try await LearnerRemoval(database).remove(Self.learner, aliases: [Self.alias])
        #expect(try await LearnerRemoval(database).repeatForgets().returned == 0, "nothing came back")
        try await database.close()
        #expect(try folder.mode(of: "forgotten") == 0o600)
        #expect(!(try list()).contains("100001"))

        database = try restored()
        #expect(try await Self.kept(database) == [Self.learner, Self.alias, Self.other])
        let repetition = try await LearnerRemoval(database).repeatForgets()
        #expect(repetition.returned == 2 && repetition.fragments == 2)
        #expect(repetition.hasList && !repetition.hasUnknown)
        #expect(try await Self.kept(database) == [Self.other])
        #expect(try await LearnerRemoval(database).repeatForgets().returned == 0)
        // Whoever comes back later is not forgotten again.
        try await Self.write([Self.learner], database, at: Date())
        try await database.backup(to: backup, overwriting: true)
        try await database.close()
        database = try restored()
        #expect(try await LearnerRemoval(database).repeatForgets().returned == 0)
        #expect(try await Self.kept(database) == [Self.learner, Self.other])
        try await database.close()
    }

    @Test("A backup of any moment of the forgetting does not bring them back")
    func meanwhile() async throws {
        var database = try LIFDatabase(folder: folder.url)
        try await Self.write([Self.learner, Self.other], database)
        let copies = CommitCopies(of: folder, to: shelf)
        try await database.write { $0.add(transactionObserver: copies, extent: .databaseLifetime) }
        _ = try await LearnerRemoval(database).remove(Self.learner)
        try await database.close()
        var hadLearner: [Bool] = []
        for copy in copies.files {
            database = try restored(copy)
            hadLearner.append(try await Self.kept(database).contains(Self.learner))
            _ = try await LearnerRemoval(database).repeatForgets()
            #expect(try await Self.kept(database) == [Self.other], "\(copy.lastPathComponent)")
            try await database.close()
        }
        #expect(Set(hadLearner) == [true, false])
    }

    @Test("Half a line that a full disk has left in the list does not take the next one with it")
    func halfALine() async throws {
        var database = try LIFDatabase(folder: folder.url)
        try await Self.write([Self.learner], database)
        try await database.backup(to: backup)
        try Data("1 0011".utf8).write(to: folder.file("forgotten"))
        try await ForgottenLearners(database).note([Self.learner])
        try await database.close()
        database = try restored()
        #expect(try await LearnerRemoval(database).repeatForgets().returned == 1)
        try await database.close()
    }

    @Test("The list alone does not reveal whether someone is on it: the key is in the store")
    func keyed() async throws {
        var lists: [Set<Substring>] = []
        for _ in 0..<2 {
            let folder = try TemporaryFolder()
            let database = try LIFDatabase(folder: folder.url)
            _ = try await LearnerRemoval(database).remove(Self.learner)
            try await database.close()
            let text = try String(contentsOf: folder.file("forgotten"), encoding: .utf8)
            lists.append(Set(text.split(separator: "\n").compactMap { $0.split(separator: " ").last }))
        }
        #expect(lists[0].count == 2)
        #expect(lists[0].isDisjoint(with: lists[1]))
    }

    @Test("A mapping that came back is removed again, also when nothing else of the person did")
    func mapping() async throws {
        var database = try LIFDatabase(folder: folder.url)
        let store = SQLiteIdentityStore(database)
        _ = try await store.save([
            IdentityMapping(
                organization: "Org", person: Self.learner.identifier, systemID: "org1", target: Self.alias)
        ])
        try await database.backup(to: backup)
        let removed = try await LearnerRemoval(database, IdentityScope(organization: "Org")).remove(Self.learner)
        #expect(removed.mappings == 1)
        try await database.close()
        database = try restored()
        let repetition = try await LearnerRemoval(database, IdentityScope(organization: "Org")).repeatForgets()
        #expect(repetition.mappings == 1)
        let left = try await SQLiteIdentityStore(database).mappings(of: [Self.learner.identifier], in: "Org")
        #expect(left.flatMap(\.self).isEmpty)
        try await database.close()
    }

    @Test("What still runs for them in the backup is left, and removed when it has ended")
    func pending() async throws {
        var database = try LIFDatabase(folder: folder.url)
        let part = QueryPlanPart(
            informationSourceID: "org1", adapterID: "a", learner: Self.learner,
            fragmentPaths: [FragmentPath(entity: "Name")])
        let job = try await JobStore(database).accept(
            Job(
                submission: JobSubmission(plan: QueryPlan(parts: [part])),
                acceptedAt: Date(timeIntervalSinceReferenceDate: 0), holder: HolderID()))
        try await database.backup(to: backup)
        func finish() async throws {
            _ = try await JobStore(database).finish(
                job.id, status: .completed, at: Date(timeIntervalSinceReferenceDate: 1))
        }
        try await finish()
        _ = try await LearnerRemoval(database).remove(Self.learner)
        try await database.close()
        database = try restored()
        #expect(try await LearnerRemoval(database).repeatForgets().pendingJobs == 1)
        // Nor is anything of them passed over because another learner is forgotten meanwhile.
        _ = try await LearnerRemoval(database).remove(Self.other)
        try await finish()
        let repetition = try await LearnerRemoval(database).repeatForgets()
        #expect(repetition.jobs == 1 && !repetition.hasPending)
        #expect(try await JobStore(database).job(job.id) == nil)
        try await database.close()
    }

    @Test("A list of another store is reported, and one that is not there")
    func unknown() async throws {
        let database = try LIFDatabase(folder: folder.url)
        #expect(try await !LearnerRemoval(database).repeatForgets().hasList)
        try Data("1 0011223344556677 00ff\nnot a line\n".utf8).write(to: folder.file("forgotten"))
        let repetition = try await LearnerRemoval(database).repeatForgets()
        #expect(repetition.hasList && repetition.hasUnknown && repetition.returned == 0)
        try await database.close()
    }
}

/// Copies a store with its WAL after each commit of its writer: each copy is what a backup made then would be.
private final class CommitCopies: TransactionObserver, Sendable {
    private let folder: TemporaryFolder
    private let shelf: TemporaryFolder
    private let written = Mutex<[URL]>([])

    init(of folder: TemporaryFolder, to shelf: TemporaryFolder) {
        self.folder = folder
        self.shelf = shelf
    }

    var files: [URL] { written.withLock { $0 } }

    func observes(eventsOfKind eventKind: DatabaseEventKind) -> Bool { false }
    func databaseDidChange(with event: DatabaseEvent) {}
    func databaseDidRollback(_ db: Database) {}

    func databaseDidCommit(_ db: Database) {
        written.withLock { files in
            let file = shelf.file("commit-\(files.count)")
            for suffix in ["", "-wal"] {
                let source = folder.file(LIFDatabase.fileName + suffix)
                do {
                    try FileManager.default.copyItem(at: source, to: shelf.file(file.lastPathComponent + suffix))
                } catch {
                    Issue.record(error)
                }
            }
            files.append(file)
        }
    }
}
