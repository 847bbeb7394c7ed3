import Foundation

/// The process that holds a store's write lock, by what the operating system says.
struct LockOwner: Equatable {
    /// Where SQLite locks for writing, in the `-shm` file of a database in WAL mode.
    private static let writeLock = 120

    let pid: pid_t
    /// Whether it was stopped, as by SIGSTOP: it does not go on by itself.
    let isStopped: Bool

    /// - Returns: `nil` when nobody holds it, or it cannot be found: on another system than Linux, or from another container.
    static func ofStore(_ file: String) -> LockOwner? {
        var status = stat()
        guard stat(file + "-shm", &status) == 0,
            let locks = try? String(contentsOfFile: "/proc/locks", encoding: .utf8),
            let pid = holder(of: UInt64(status.st_ino), in: locks)
        else { return nil }
        let stat = (try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8)) ?? ""
        return LockOwner(pid: pid, isStopped: isStopped(stat))
    }

    /// - Parameter locks: As in `proc_locks(5)`: number, kind, mode, access, process, device and inode, first byte, last byte.
    static func holder(of inode: UInt64, in locks: String) -> pid_t? {
        for line in locks.split(separator: "\n") {
            let fields = line.split(separator: " ")
            guard fields.count == 8, fields[1] == "POSIX", fields[3] == "WRITE",
                fields[5].split(separator: ":").last.flatMap({ UInt64($0) }) == inode,
                let pid = pid_t(fields[4]), pid > 0,
                let first = Int(fields[6]), first <= writeLock, fields[7] == "EOF" || Int(fields[7]) ?? 0 >= writeLock
            else { continue }
            return pid
        }
        return nil
    }

    /// - Parameter stat: As in `proc_pid_stat(5)`: the state comes after the name, which may hold anything.
    static func isStopped(_ stat: String) -> Bool {
        let state = stat[(stat.lastIndex(of: ")") ?? stat.startIndex)...].dropFirst(2).first
        return state == "T" || state == "t"
    }
}
