import Foundation
import LIFModel

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The folder that a store lies in, private to its owner.
struct StateFolder {
    let path: String

    init(_ url: URL) { path = url.path(percentEncoded: false) }

    var file: String { (path.hasSuffix("/") ? path : path + "/") + LIFDatabase.fileName }

    /// Makes folder and file where they are missing, before SQLite opens the file: SQLite gives its WAL and shared memory
    /// the mode that it finds on the file. What is there stays as it is.
    ///
    /// - Throws: `LIFError` `ConfigurationNotValid`.
    func prepare(mounts: String) throws(LIFError) {
        try prepareFolder(mounts: mounts)
        // Only ever on a file that is not there yet: closing a descriptor of an open SQLite file drops this process's
        // locks on it.
        let descriptor = open(file, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0o600)
        if descriptor >= 0 { close(descriptor) }
    }

    /// Takes from all but the owner what they may do with the store's files.
    func makePrivate() {
        for suffix in ["", "-wal", "-shm"] { chmod(file + suffix, 0o600) }
    }

    /// Makes the folder where it is missing.
    ///
    /// - Throws: `LIFError` `ConfigurationNotValid`.
    func prepareFolder(mounts: String) throws(LIFError) {
        do {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw LIFError(
                .configurationNotValid,
                "The state folder \"\(path)\" cannot be made. Choose a folder that this process may write to.",
                blame: .us, cause: error)
        }
        let real = URL(fileURLWithPath: path).resolvingSymlinksInPath().path(percentEncoded: false)
        if let type = NetworkFileSystem.type(ofFolder: real, mounts: mounts) {
            throw LIFError(
                .configurationNotValid,
                "The state folder \"\(path)\" is on a network file system (\(type)), where SQLite can lose data. Choose a "
                    + "folder on a local disk.", blame: .us)
        }
    }
}
