import LIFJSON
import LIFModel
import SystemPackage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A command's standard input: a file that has the whole request from the start.
///
/// It is no pipe, so nobody has to write while the command reads: one that reads nothing, or only some of it, neither
/// blocks this process nor sends it a SIGPIPE. The file has no name, and lies in memory where the system has `/dev/shm`.
enum CommandInput {
    private static let folders = ["/dev/shm", "/tmp"]

    /// - Returns: A descriptor at the start of the file. Close it once the command has started.
    ///
    /// - Throws: `OperatorException` with reason `internal`, retryable: no descriptor or no room is left.
    static func descriptor(holding request: RawJSON) throws(LIFError) -> FileDescriptor {
        var cause: (any Error)?
        for folder in folders {
            do {
                return try file(in: folder, holding: request)
            } catch {
                cause = error
            }
        }
        throw CommandFailure.noResources(cause)
    }

    private static func file(in folder: String, holding request: RawJSON) throws -> FileDescriptor {
        var path = Array("\(folder)/lif-command-XXXXXX".utf8CString)
        // For nobody else to read (mode 0600), and gone from the folder at once.
        let descriptor = mkstemp(&path)
        guard descriptor >= 0 else { throw Errno(rawValue: errno) }
        unlink(path)
        let file = FileDescriptor(rawValue: descriptor)
        do {
            guard fcntl(descriptor, F_SETFD, FD_CLOEXEC) >= 0 else { throw Errno(rawValue: errno) }
            try file.writeAll(request.bytes)
            try file.seek(offset: 0, from: .start)
            return file
        } catch {
            try? file.close()
            throw error
        }
    }
}
