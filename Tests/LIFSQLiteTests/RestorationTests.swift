import Foundation
import GRDB
import LIFModel
import LIFQueryPlanner
import LIFTesting
import LIFWorkflow
import TestProcesses
import Testing

@testable import LIFSQLite

@Suite struct RestorationTests {
    private let folder: TemporaryFolder
    private let shelf: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        shelf = try TemporaryFolder()
    }

    private var backup: URL { shelf.file("backup") }

    private func names(in folder: TemporaryFolder) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.url.path(percentEncoded: false)).sorted()
    }

    private static func request(holder: HolderID = HolderID()) -> ProcessedRequest {
        ProcessedRequest(
            query: LIFQuery(learners: [Job.sampleLearner], selectedFields: []),
            acceptedAt: Date(timeIntervalSinceReferenceDate: 0), holder: holder)
    }

    private static let part = LandedPart(
        AnswerPart(
            learner: 0, ordinal: 0, path: FragmentPath(entity: "Name"), sourceID: "org1", outcome: .empty),
        content: nil)

    @Test("What was accepted in a backup goes on after a restore, with what has landed, and what came later is gone")
    func goesOn() async throws {
        var database = try LIFDatabase(folder: folder.url)
        let request = Self.request()
        try await ProcessedRequestStore(database).accept(request)
        _ = try await ProcessedRequestStore(database).append([Self.part], to: request.id, fence: 1)
        let job = try await JobStore(database).accept(.sample())
        try await database.backup(to: backup)
        _ = try await ProcessedRequestStore(database).finish(
            request.id, fence: 1, state: .completed, at: Date(timeIntervalSinceReferenceDate: 1))
        let later = Self.request()
        try await ProcessedRequestStore(database).accept(later)
        try await database.close()

        let aside = try LIFDatabase.restore(from: backup, to: folder.url)
        #expect(aside?.lastPathComponent == "lif.sqlite.before-restore")
        #expect(try folder.mode(of: "lif.sqlite") == 0o600)
        database = try LIFDatabase(folder: folder.url)
        let requests = ProcessedRequestStore(database)
        let own = HolderID()
        let claimed = try await requests.claim(living: [own], by: own, limit: 9)
        #expect(claimed.map(\.id) == [request.id])
        #expect(claimed.map(\.fence) == [2])
        #expect(try await requests.parts(of: request.id, learners: 0..<1) == [Self.part])
        #expect(try await requests.finish(request.id, fence: 2, state: .completed, at: Date()))
        #expect(try await requests.request(later.id) == nil)
        #expect(try await JobStore(database).claim(for: own, living: [own], limit: 100).map(\.id) == [job.id])
        try await database.close()
        // The former store has all that was in it, in one file.
        #expect(try LIFDatabase.restore(from: folder.file("lif.sqlite.before-restore"), to: folder.url) != nil)
        #expect(FileManager.default.fileExists(atPath: folder.file("lif.sqlite.before-restore-2").path))
        let former = ProcessedRequestStore(try LIFDatabase(folder: folder.url))
        #expect(try await former.request(later.id) == later)
        #expect(try await former.request(request.id)?.state == .completed)
    }

    @Test("Nothing is restored while a process has the store open, also one without a lease")
    func refusedWhileOpen() async throws {
        let database = try LIFDatabase(folder: folder.url)
        try await database.backup(to: backup)
        let error = #expect(throws: LIFError.self) { try LIFDatabase.restore(from: backup, to: folder.url) }
        #expect(error?.code == .configurationNotValid)
        #expect(error?.message.contains("Stop all processes") == true)
        let request = Self.request()
        try await ProcessedRequestStore(database).accept(request)
        try await database.close()
        #expect(try LIFDatabase.restore(from: backup, to: folder.url) != nil)
    }

    @Test("Nothing is restored while another process has a lease", .enabled(if: LockHolder.isPossible))
    func refusedWhileLeased() async throws {
        let database = try LIFDatabase(folder: folder.url)
        try await database.backup(to: backup)
        try await database.close()
        let processes = folder.file("processes")
        try FileManager.default.createDirectory(at: processes, withIntermediateDirectories: true)
        let peer = try await LockHolder(at: processes.appending(path: "\(HolderID().text).lock").path)
        #expect(throws: LIFError.self) { try LIFDatabase.restore(from: backup, to: folder.url) }
        await peer.kill()
        #expect(try LIFDatabase.restore(from: backup, to: folder.url) != nil)
    }

    @Test("Nothing is restored while another process has the store open", .enabled(if: LockHolder.isPossible))
    func refusedWhileOpenElsewhere() async throws {
        let database = try LIFDatabase(folder: folder.url)
        try await database.backup(to: backup)
        try await database.close()
        let lock = folder.file("store.lock").path(percentEncoded: false)
        let peer = try ChildProcess("/usr/bin/flock", ["--shared", "--no-fork", lock, "sleep", "600"])
        let folder = folder
        try await eventually("the lock is held") { StoreLock(excluding: folder.url.path) == nil }
        #expect(throws: LIFError.self) { try LIFDatabase.restore(from: backup, to: folder.url) }
        peer.send(SIGKILL)
        _ = await peer.exitCode()
        #expect(try LIFDatabase.restore(from: backup, to: folder.url) != nil)
    }

    @Test("A store that is being restored cannot be opened")
    func cannotBeOpenedMeanwhile() async throws {
        let lock = StoreLock(excluding: folder.url.path)
        let error = #expect(throws: LIFError.self) { try LIFDatabase(folder: folder.url) }
        #expect(error?.code == .outputQueueNotAvailableException)
        #expect(error?.message.contains("being restored") == true)
        lock?.release()
        try await LIFDatabase(folder: folder.url).close()
    }

    @Test("A file that is no backup is refused, and the store stays")
    func refusesOtherFiles() async throws {
        let database = try LIFDatabase(folder: folder.url)
        let job = try await JobStore(database).accept(.sample())
        try await database.backup(to: backup)
        try await database.close()
        let damaged = shelf.file("damaged")
        var bytes = try Data(contentsOf: backup)
        bytes.replaceSubrange((bytes.count / 2)..<(bytes.count / 2 + 8_192), with: Data(repeating: 0xFF, count: 8_192))
        try bytes.write(to: damaged)
        var files = [
            (damaged, "damaged"), (shelf.file("none"), "There is no file"),
            (folder.file("lif.sqlite"), "the store itself"),
        ]
        for other in OtherFile.allCases {
            files.append((shelf.file(other.rawValue), other.words.backup))
            try other.write(to: shelf.file(other.rawValue))
        }
        let empty = shelf.file("empty")
        try Data().write(to: empty)
        files.append((empty, "no backup"))
        let before = try names(in: shelf)
        for (file, words) in files {
            let error = #expect(throws: LIFError.self) { try LIFDatabase.restore(from: file, to: folder.url) }
            #expect(error?.code == .configurationNotValid)
            #expect(error?.message.contains(words) == true, "\(String(describing: error))")
        }
        #expect(try names(in: shelf) == before)
        let names = try names(in: folder)
        #expect(!names.contains { $0.contains("unfinished") || $0.contains("before-restore") }, "\(names)")
        #expect(try await JobStore(LIFDatabase(folder: folder.url)).jobs(JobFilter()) == [job])
    }

    @Test("A folder, a device and a pipe are refused before anything is copied, also as the WAL of a backup")
    func refusesOtherKinds() async throws {
        let database = try LIFDatabase(folder: folder.url)
        try await database.backup(to: backup)
        try await database.close()
        let before = try FileManager.default.contentsOfDirectory(atPath: folder.url.path).sorted()
        let tree = shelf.file("tree/below")
        try FileManager.default.createDirectory(at: tree, withIntermediateDirectories: true)
        try Data("kept".utf8).write(to: tree.appending(path: "file"))
        let pipe = shelf.file("pipe")
        #expect(mkfifo(pipe.path, 0o600) == 0)
        let link = shelf.file("link")
        try FileManager.default.createSymbolicLink(at: link, withDestinationURL: shelf.file("tree"))
        let withFolder = shelf.file("with-folder")
        try FileManager.default.copyItem(at: backup, to: withFolder)
        try FileManager.default.createDirectory(at: shelf.file("with-folder-wal"), withIntermediateDirectories: true)
        for file in [shelf.file("tree"), pipe, link, URL(filePath: "/dev/zero"), withFolder] {
            let error = #expect(throws: LIFError.self) { try LIFDatabase.restore(from: file, to: folder.url) }
            #expect(error?.code == .configurationNotValid)
            #expect(error?.message.contains("is not a file") == true, "\(String(describing: error))")
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path).sorted() == before)
        }
    }

    @Test("A symbolic link to a backup is followed: the store is a file of its own, and the backup stays as it is")
    func followsLinks() async throws {
        let database = try LIFDatabase(folder: folder.url)
        let job = try await JobStore(database).accept(.sample())
        try await database.backup(to: backup)
        try await database.close()
        let bytes = try Data(contentsOf: backup)
        let link = shelf.file("link")
        try FileManager.default.createSymbolicLink(at: link, withDestinationURL: backup)
        let home = try TemporaryFolder()
        #expect(try LIFDatabase.restore(from: link, to: home.url) == nil)
        let restored = try LIFDatabase(folder: home.url)
        #expect(try await JobStore(restored).jobs(JobFilter()) == [job])
        _ = try await JobStore(restored).accept(.sample())
        try await restored.close()
        let attributes = try FileManager.default.attributesOfItem(atPath: home.file("lif.sqlite").path)
        #expect(attributes[.type] as? FileAttributeType == .typeRegular)
        #expect(try Data(contentsOf: backup) == bytes)
    }

    @Test("What a restore that was killed has left goes with the next one, and nothing else does")
    func removesUnfinished() async throws {
        let database = try LIFDatabase(folder: folder.url)
        try await database.backup(to: backup)
        try await database.close()
        let names = [".lif.sqlite.abc.unfinished", ".lif.sqlite.abc.unfinished-wal", ".other.abc.unfinished"]
        for name in names { try Data("x".utf8).write(to: folder.file(name)) }
        let tree = folder.file(".lif.sqlite.def.unfinished/below")
        try FileManager.default.createDirectory(at: tree, withIntermediateDirectories: true)
        #expect(throws: LIFError.self) { try LIFDatabase.restore(from: shelf.file("none"), to: folder.url) }
        let left = try FileManager.default.contentsOfDirectory(atPath: folder.url.path)
        #expect(left.filter { $0.contains("unfinished") } == [".other.abc.unfinished"])
    }

    @Test("A store that is damaged, and its WAL, are put aside as they are")
    func damagedStore() async throws {
        let database = try LIFDatabase(folder: folder.url)
        try await database.backup(to: backup)
        try await database.close()
        let garbage = Data(repeating: 0x41, count: 8_192)
        for name in ["lif.sqlite", "lif.sqlite-wal"] { try garbage.write(to: folder.file(name)) }
        let aside = try #require(try LIFDatabase.restore(from: backup, to: folder.url))
        #expect(try Data(contentsOf: aside) == garbage)
        try await LIFDatabase(folder: folder.url).checkReady()
    }

    @Test(
        "What is no store of this version is put aside as it is when a backup takes its place",
        arguments: [OtherFile.unreleasedStore, .otherProgram, .shortText])
    func otherFile(_ other: OtherFile) async throws {
        let home = try TemporaryFolder()
        let database = try LIFDatabase(folder: home.url)
        try await database.backup(to: backup)
        try await database.close()
        try other.write(to: folder.file("lif.sqlite"))
        let bytes = try Data(contentsOf: folder.file("lif.sqlite"))
        let aside = try #require(try LIFDatabase.restore(from: backup, to: folder.url))
        #expect(try Data(contentsOf: aside) == bytes)
        try await LIFDatabase(folder: folder.url).checkReady()
    }

    @Test("A copy of a store whose processes were killed is restored with what is in its WAL")
    func copyWithLog() async throws {
        let database = try LIFDatabase(folder: folder.url)
        let job = try await JobStore(database).accept(.sample())
        for suffix in ["", "-wal"] {
            try FileManager.default.copyItem(at: folder.file("lif.sqlite\(suffix)"), to: shelf.file("copy\(suffix)"))
        }
        let home = try TemporaryFolder()
        #expect(try LIFDatabase.restore(from: shelf.file("copy"), to: home.url) == nil)
        #expect(try await JobStore(LIFDatabase(folder: home.url)).jobs(JobFilter()) == [job])
    }
}
