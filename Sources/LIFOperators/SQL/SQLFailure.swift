import GRDB
import LIFModel

/// What SQLite's failures while it reads mean for an operator. Their own text may hold data and is left out.
enum SQLFailure {
    static func error(_ error: DatabaseError) -> LIFError {
        switch error.resultCode {
        case .SQLITE_BUSY, .SQLITE_LOCKED:
            .source(
                .sourceError, "The database of this source is locked by another process.", isRetryable: true,
                cause: error)
        case .SQLITE_CANTOPEN, .SQLITE_PERM, .SQLITE_AUTH:
            .source(
                .unreachable, "The database of this source cannot be opened. Check its path and permissions.",
                isRetryable: true, cause: error)
        case .SQLITE_READONLY:
            .source(
                .sourceError,
                "The database of this source has a log beside it (-wal or -journal) that only its writer can take up. "
                    + "Open it once with the program that writes it.",
                cause: error)
        case .SQLITE_IOERR:
            .source(
                .unreachable, "The database of this source cannot be read from its disk.", isRetryable: true,
                cause: error)
        case .SQLITE_NOTADB, .SQLITE_CORRUPT:
            .source(.invalidAnswer, "The database of this source is damaged, or no SQLite database.", cause: error)
        case .SQLITE_TOOBIG, .SQLITE_NOMEM:
            .source(.answerTooLarge, "A value in the database of this source is too large to be read.", cause: error)
        case let code:
            .source(
                .sourceError, "The database of this source could not be asked (SQLite code \(code.rawValue)).",
                cause: error)
        }
    }
}
