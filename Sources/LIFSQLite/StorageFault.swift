import GRDB
import LIFJournal
import LIFModel

/// Makes the errors that callers see of what SQLite reports. SQL and values stay in the cause.
enum StorageFault {
    static let closed = LIFError(
        .outputQueueNotAvailableException, "The store is closed, because this process is about to end.", blame: .us)

    static let moved = LIFError(
        .outputQueueNotAvailableException,
        "The file \(LIFDatabase.fileName) was removed or replaced while it was in use: what is written now would be lost. "
            + "Put the file back, or start this process again.", blame: .us)

    /// - Parameter owner: Who holds the lock, where that is known.
    static func locked(_ owner: LockOwner?) -> LIFError {
        let (who, remedy) =
            switch owner {
            case nil: ("Another process", "End it or let it go on")
            case let owner? where owner.isStopped:
                (
                    "Process \(owner.pid), which is stopped,",
                    "Let it go on (`kill -CONT \(owner.pid)`) or end it (`kill -KILL \(owner.pid)`)"
                )
            case let owner?: ("Process \(owner.pid)", "If it does not go on, end it (`kill -KILL \(owner.pid)`)")
            }
        return LIFError(
            .outputQueueNotAvailableException,
            "\(who) holds the lock of \(LIFDatabase.fileName), so nothing can be written. \(remedy): the lock cannot be taken "
                + "from it.", blame: .us, isRetryable: true)
    }

    static func reading(_ error: any Error) -> any Error {
        fault(error, .outputReadException, "The store cannot be read")
    }

    static func writing(_ error: any Error) -> any Error {
        fault(error, .outputWriteException, "The store cannot be written")
    }

    static func opening(_ error: any Error, folder: String) -> LIFError {
        LIFError(
            .outputQueueNotAvailableException,
            "The store in \"\(folder)\" cannot be opened: \(reason(error)).", blame: .us,
            isRetryable: isBusy(error), cause: error)
    }

    /// A row that this version cannot have written.
    static func damaged(_ what: String, cause: (any Error)? = nil) -> LIFError { .damaged(what, cause: cause) }

    private static func fault(_ error: any Error, _ code: LIFError.Code, _ what: String) -> any Error {
        if error is LIFError || error is CancellationError { return error }
        return LIFError(
            isUnavailable(error) ? .outputQueueNotAvailableException : code, "\(what): \(reason(error)).", blame: .us,
            isRetryable: isBusy(error), cause: error)
    }

    private static func isBusy(_ error: any Error) -> Bool {
        let code = (error as? DatabaseError)?.resultCode
        return code == .SQLITE_BUSY || code == .SQLITE_LOCKED
    }

    private static func isUnavailable(_ error: any Error) -> Bool {
        isBusy(error) || (error as? DatabaseError)?.resultCode == .SQLITE_CANTOPEN
    }

    /// What is wrong and what to do, without the full stop.
    private static func reason(_ error: any Error) -> String {
        guard let error = error as? DatabaseError else { return "an unexpected error; see the log" }
        return switch error.resultCode {
        case .SQLITE_BUSY, .SQLITE_LOCKED: "another process holds it. Try again"
        case .SQLITE_FULL: "the disk is full. Free space on the disk of the state folder"
        case .SQLITE_READONLY: "its file is read-only. Give this process the right to write in the state folder"
        case .SQLITE_CORRUPT, .SQLITE_NOTADB:
            "its file is damaged. Restore \(LIFDatabase.fileName) from a backup, or move it away to begin anew"
        case .SQLITE_CANTOPEN, .SQLITE_PERM, .SQLITE_AUTH:
            "its file cannot be opened. Check that this process owns the state folder"
        case .SQLITE_TOOBIG: "a value is larger than SQLite takes"
        case .SQLITE_IOERR: "the disk reports an error. Check the disk of the state folder"
        default: "SQLite reports error \(error.extendedResultCode.rawValue)"
        }
    }
}
