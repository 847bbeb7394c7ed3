import LIFModel

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The folder of a source whose data lies in files. All of it blocks.
struct SourceFolder: Sendable {
    let path: String
    let maximumFileBytes: Int

    /// Opens a file of the folder.
    ///
    /// - Parameter name: One segment of a path.
    /// - Returns: `nil` when there is no such file.
    /// - Throws: `OperatorException` when the folder or the file cannot be read, when the name leads out of the folder or
    ///   to something that is no file, and with reason `answer-too-large`.
    func file(named name: String) throws(LIFError) -> SourceFile? {
        let folder = try resolved()
        guard let target = Self.realPath("\(folder)/\(name)") else {
            switch errno {
            case ENOENT, ENAMETOOLONG: return nil
            case let code: throw FileFailure.unreadable("A file of this source", code, isOneFile: true)
            }
        }
        guard target.hasPrefix(folder == "/" ? "/" : folder + "/") else {
            throw LIFError.source(
                .sourceError,
                "A file of this source is a link that leads out of its folder. Such links are not followed.")
        }
        // What a name leads to is settled: a link put there since is refused. A pipe would block without O_NONBLOCK.
        let descriptor = open(target, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        guard descriptor >= 0 else {
            switch errno {
            case ENOENT: return nil
            case let code: throw FileFailure.unreadable("A file of this source", code, isOneFile: true)
            }
        }
        return try SourceFile(descriptor: descriptor, maximumBytes: maximumFileBytes)
    }

    /// The folder's own path, free of links.
    ///
    /// - Throws: `OperatorException` with reason `unreachable` when it is not there or is no folder.
    func resolved() throws(LIFError) -> String {
        guard let folder = Self.realPath(path) else { throw FileFailure.unreadable("The folder of this source", errno) }
        guard access(folder + "/.", R_OK | X_OK) == 0 else {
            throw FileFailure.unreadable("The folder of this source", errno)
        }
        return folder
    }

    private static func realPath(_ path: String) -> String? {
        guard !path.utf8.contains(0), let resolved = realpath(path, nil) else { return nil }
        defer { free(resolved) }
        return String(cString: resolved)
    }
}
