import GRDB
import LIFModel

/// What an SQLite file is, by its header and its tables. Nothing but a store of this program is ever written to.
enum StoreFormat: Sendable, Hashable {
    /// Nothing was written into it yet.
    case empty
    /// Of this version, or of an earlier one that can be brought up to date.
    case store
    case newer
    /// Of the time before the first release, when tables were counted otherwise.
    case unreleased
    /// Of another program.
    case foreign

    /// - Parameter database: In a transaction, so that header and tables are of one moment.
    init(_ database: Database) throws {
        func number(_ pragma: String) throws -> Int { try Int.fetchOne(database, sql: "PRAGMA \(pragma)") ?? 0 }
        let (application, version) = (try number("application_id"), try number("user_version"))
        if application == Schema.applicationID, version > 0 {
            self = version > Schema.version ? .newer : .store
            return
        }
        let tables = Set(try String.fetchAll(database, sql: "SELECT name FROM sqlite_schema"))
        self =
            if Self.unreleasedTables.isSubset(of: tables) {
                .unreleased
            } else if tables.isEmpty, application == 0, version == 0 {
                .empty
            } else {
                .foreign
            }
    }

    /// Every store from before the first release has them.
    private static let unreleasedTables: Set = ["grdb_migrations", "fragment", "job", "outcome", "processed_request"]

    /// Why the file is not opened as the store of a folder; `nil` when it is.
    func refusal(in folder: StateFolder) -> LIFError? {
        switch self {
        case .empty, .store: nil
        case .newer:
            Self.refusal(
                "The store in \"\(folder.path)\" was made by a newer version of lif. Run that version, or choose another "
                    + "state folder.")
        case .unreleased:
            Self.refusal(
                "The store in \"\(folder.path)\" was made by a version of lif from before the first release, which this "
                    + "version does not read. Move \(LIFDatabase.fileName), with its -wal and -shm, away to start anew, or "
                    + "run the version that made it.")
        case .foreign:
            Self.refusal(
                "The file \"\(folder.file)\" is the database of another program. Move it away, or choose another state "
                    + "folder.")
        }
    }

    /// Why a file that is no SQLite database is not opened as the store of a folder.
    static func noDatabase(in folder: StateFolder, cause: any Error) -> LIFError {
        refusal(
            "The file \"\(folder.file)\" is no SQLite database, or its beginning is damaged. Restore a backup (`lif "
                + "restore`), or move the file away to start anew.", cause: cause)
    }

    /// Why the file is not restored as the store of a folder; `nil` when it is.
    var refusalAsBackup: LIFError? {
        switch self {
        case .store: nil
        case .newer: Self.refusal("The backup was made by a newer version of lif. Restore it with that version.")
        case .unreleased:
            Self.refusal(
                "The backup was made by a version of lif from before the first release, which this version does not read. "
                    + "Give another backup, or restore it with the version that made it.")
        case .empty, .foreign: Self.noBackup
        }
    }

    static let noBackup = refusal("The file is no backup of a lif store. Give a file that `lif backup` has made.")

    private static func refusal(_ message: String, cause: (any Error)? = nil) -> LIFError {
        LIFError(.configurationNotValid, message, blame: .us, cause: cause)
    }
}
