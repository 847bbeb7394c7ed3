import Foundation
import GRDB
import LIFModel
import LIFTesting
import LIFWorkflow
import Synchronization
import Testing

@testable import LIFSQLite

@Suite("Which files are opened as a store")
struct StoreFormatTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private var file: URL { folder.file(LIFDatabase.fileName) }

    /// The bytes of the file and of its WAL, and what others may do with it.
    private func state() throws -> [Data?] {
        let mode = try folder.mode(of: LIFDatabase.fileName)
        return [try Data(contentsOf: file), try? Data(contentsOf: folder.file("lif.sqlite-wal")), Data("\(mode)".utf8)]
    }

    @Test("The header of a new store says that it is one, and its version")
    func header() async throws {
        try await LIFDatabase(folder: folder.url).close()
        let header = try Data(contentsOf: file).prefix(100)
        #expect(header[68..<72] == Data("LIFQ".utf8))
        #expect(header[60..<64] == Data([0, 0, 0, 1]))
    }

    @Test(
        "What is no store of this version is refused with what to do, and stays as it is", arguments: OtherFile.allCases
    )
    func refused(_ other: OtherFile) throws {
        try other.write(to: file)
        chmod(file.path(percentEncoded: false), 0o644)
        let before = try state()
        // The second time too: the first has left nothing that changes what the file is.
        for _ in 0..<2 {
            let error = #expect(throws: LIFError.self) { try LIFDatabase(folder: folder.url) }
            #expect(error?.code == .configurationNotValid)
            #expect(error?.message.contains(other.words.store) == true, "\(String(describing: error))")
        }
        let after = try state()
        #expect(after[0] == before[0] && after[2] == before[2])
        // SQLite makes an empty WAL to read a file without one.
        #expect(after[1] == before[1] || before[1] == nil && after[1]?.isEmpty == true)
    }

    @Test("A file into which nothing was written becomes a store", arguments: ["", "PRAGMA journal_mode = WAL"])
    func emptyFile(sql: String) async throws {
        let queue = try DatabaseQueue(path: file.path(percentEncoded: false))
        try await queue.writeWithoutTransaction { try $0.execute(sql: sql) }
        try queue.close()
        let database = try LIFDatabase(folder: folder.url)
        _ = try await JobStore(database).accept(.sample())
        try await database.close()
    }

    @Test("When a store that was refused is moved away a new one is made, whatever WAL it has left")
    func anew() async throws {
        try OtherFile.unreleasedStoreWithLog.write(to: file)
        #expect(throws: LIFError.self) { try LIFDatabase(folder: folder.url) }
        try FileManager.default.moveItem(at: file, to: folder.file("old.sqlite"))
        let database = try LIFDatabase(folder: folder.url)
        #expect(try await JobStore(database).jobs(JobFilter()).isEmpty)
        #expect(try await database.read { try String.fetchOne($0, sql: "PRAGMA integrity_check") } == "ok")
        try await database.close()
    }

    @Test("A step that fails leaves the file as it was")
    func madeAsAWhole() async throws {
        let queue = try DatabaseQueue()
        let error = await #expect(throws: DatabaseError.self) {
            try await queue.write { database in
                // A table of the last step is there already.
                try database.execute(sql: "CREATE TABLE forget (id INTEGER)")
                try Schema.bringUpToDate(database)
            }
        }
        #expect(error != nil)
        #expect(try await queue.read(StoreFormat.init) == .empty)
    }

    @Test("Processes that open a folder at the same time find one store")
    func openedAtTheSameTime() async throws {
        // Each time the chance is good that two come upon each other.
        for _ in 0..<12 {
            let folder = try TemporaryFolder()
            let databases = try Self.openAtTheSameTime(folder.url)
            let job = try await JobStore(databases[0]).accept(.sample())
            for database in databases {
                #expect(try await JobStore(database).jobs(JobFilter()) == [job])
            }
        }
    }

    /// On threads of their own: tasks would take turns.
    private static func openAtTheSameTime(_ folder: URL) throws -> [LIFDatabase] {
        let opened = Mutex<[Result<LIFDatabase, any Error>]>([])
        DispatchQueue.concurrentPerform(iterations: 6) { _ in
            let result = Result { try LIFDatabase(folder: folder) }
            opened.withLock { $0.append(result) }
        }
        return try opened.withLock { try $0.map { try $0.get() } }
    }
}
