import Foundation

/// How many descriptors this process may have: connections, files, and the ends of commands' pipes.
enum DescriptorLimit {
    /// More than this are never asked for: what costs something for each possible one, such as closing all in a child, stays fast.
    private static let most: UInt64 = 65_536

    /// Raises the soft limit as far as the hard one lets it be raised.
    ///
    /// - Returns: The limit that then holds.
    static func raise() -> Int {
        var limit = rlimit()
        #if os(Linux)
            let files = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        #else
            let files = RLIMIT_NOFILE
        #endif
        guard getrlimit(files, &limit) == 0 else { return 1_024 }
        let wanted = min(limit.rlim_max, rlim_t(most))
        if wanted > limit.rlim_cur {
            var raised = limit
            raised.rlim_cur = wanted
            if setrlimit(files, &raised) == 0 { limit = raised }
        }
        return Int(clamping: limit.rlim_cur)
    }
}
