import Foundation

/// How large the files of this process may grow (setrlimit(2)). A write beyond it fails, as on a disk with a quota.
struct FileSizeLimit {
    #if canImport(Glibc)
        private static let resource = __rlimit_resource_t(1)
    #else
        private static let resource = RLIMIT_FSIZE
    #endif

    private var original = rlimit()

    /// For a process that runs nothing else.
    init(bytes: Int) throws {
        // The signal would end the process.
        signal(SIGXFSZ, SIG_IGN)
        guard getrlimit(Self.resource, &original) == 0 else { throw CocoaError(.featureUnsupported) }
        var limit = original
        limit.rlim_cur = rlim_t(bytes)
        guard setrlimit(Self.resource, &limit) == 0 else { throw CocoaError(.featureUnsupported) }
    }

    mutating func end() { setrlimit(Self.resource, &original) }
}
