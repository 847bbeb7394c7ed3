import Foundation
import GRDB

@testable import LIFSQLite

/// A real file that is no store of this version.
enum OtherFile: String, CaseIterable, Sendable {
    case unreleasedStore
    /// As after a kill: what was written is in the WAL.
    case unreleasedStoreWithLog
    case newerStore
    /// A file that only says that it is a store.
    case storeWithoutVersion
    case otherProgram
    case otherProgramWithTablesOfTheSameNames
    case otherProgramWithIDAlone
    case otherProgramWithVersionAlone
    case text
    case shortText

    /// What the error says of it, as the store of a folder and as a backup.
    var words: (store: String, backup: String) {
        switch self {
        case .unreleasedStore, .unreleasedStoreWithLog:
            ("before the first release, which this version does not read", "before the first release")
        case .newerStore: ("newer version", "newer version")
        case .storeWithoutVersion, .otherProgram, .otherProgramWithTablesOfTheSameNames, .otherProgramWithIDAlone,
            .otherProgramWithVersionAlone:
            ("the database of another program", "no backup")
        case .text, .shortText: ("no SQLite database", "no backup")
        }
    }

    /// Writes the file, and its WAL where it has one.
    func write(to url: URL) throws {
        switch self {
        case .unreleasedStore:
            try Self.write(Self.unreleased + "PRAGMA journal_mode = WAL", to: url)
        case .unreleasedStoreWithLog: try Self.writeWithLog(Self.unreleased, to: url)
        case .newerStore:
            try Self.write("PRAGMA application_id = 0x4C494651; PRAGMA user_version = 1000", to: url)
        case .storeWithoutVersion: try Self.write("PRAGMA application_id = 0x4C494651", to: url)
        case .otherProgram: try Self.write("CREATE TABLE note (text TEXT)", to: url)
        case .otherProgramWithTablesOfTheSameNames:
            try Self.write("CREATE TABLE job (id INTEGER); CREATE TABLE outcome (id INTEGER)", to: url)
        case .otherProgramWithIDAlone: try Self.write("PRAGMA application_id = 7", to: url)
        case .otherProgramWithVersionAlone: try Self.write("PRAGMA user_version = 1", to: url)
        case .text: try Data(repeating: 0x41, count: 8_192).write(to: url)
        case .shortText: try Data("not a store".utf8).write(to: url)
        }
    }

    private static func write(_ sql: String, to url: URL) throws {
        let queue = try DatabaseQueue(path: url.path(percentEncoded: false))
        try queue.writeWithoutTransaction { try $0.execute(sql: sql) }
        try queue.close()
    }

    private static func writeWithLog(_ sql: String, to url: URL) throws {
        let folder = try TemporaryFolder()
        let path = folder.file("open").path(percentEncoded: false)
        let queue = try DatabaseQueue(path: path)
        try queue.writeWithoutTransaction { try $0.execute(sql: "PRAGMA journal_mode = WAL; " + sql) }
        for suffix in ["", "-wal"] {
            try FileManager.default.copyItem(
                atPath: path + suffix, toPath: url.path(percentEncoded: false) + suffix)
        }
        try queue.close()
    }

    /// As the last version before the first release made it, with fewer tables and columns.
    private static let unreleased = """
        CREATE TABLE grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY);
        INSERT INTO grdb_migrations VALUES ('1 fragments'), ('1 jobs and outcomes'), ('6 clock');
        CREATE TABLE fragment (source_id TEXT NOT NULL, path TEXT NOT NULL, items BLOB) STRICT;
        CREATE TABLE job (position INTEGER PRIMARY KEY, id TEXT NOT NULL, submission BLOB NOT NULL) STRICT;
        CREATE TABLE outcome (job_id TEXT NOT NULL, part INTEGER NOT NULL, fragments BLOB) STRICT;
        CREATE TABLE processed_request (position INTEGER PRIMARY KEY, id TEXT NOT NULL, query BLOB) STRICT;
        INSERT INTO job VALUES (1, 'j', x'7B7D');

        """
}
