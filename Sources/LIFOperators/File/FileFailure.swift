import LIFModel

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The failures of adapters that read files. No sentence holds a file's name: it may be a learner's.
enum FileFailure {
    /// - Parameters:
    ///   - what: "The folder of this source".
    ///   - code: The system's `errno`.
    ///   - isOneFile: Whether others of the source may be readable.
    static func unreadable(_ what: String, _ code: Int32, isOneFile: Bool = false) -> LIFError {
        let reason =
            switch code {
            case ENOENT: "is not there"
            case ENOTDIR: "is no folder"
            case EACCES, EPERM: "may not be read by this process"
            default: "cannot be read: \(String(cString: strerror(code)))"
            }
        return .source(
            .unreachable, "\(what) \(reason). Check its path and permissions.",
            isRetryable: [EIO, ESTALE, EMFILE, ENFILE, EAGAIN, ETIMEDOUT].contains(code),
            // What is wrong with the disk or with this process is so for each file.
            isAboutRequest: isOneFile && [EACCES, EPERM, EISDIR, ELOOP, ENAMETOOLONG, ENOENT, ENOTDIR].contains(code))
    }
}
