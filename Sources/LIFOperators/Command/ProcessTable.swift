#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The system's processes, as far as their groups go. A process that has ended and is not collected counts as gone.
enum ProcessTable {
    /// Whether a child of this process has ended. It is not collected.
    static func hasEnded(_ child: pid_t) -> Bool {
        var state = siginfo_t()
        let result = waitid(P_PID, id_t(child), &state, WEXITED | WNOHANG | WNOWAIT)
        return result != 0 || state.si_signo != 0
    }

    #if os(Linux)
        static func members(of group: pid_t) -> [pid_t] {
            guard let folder = opendir("/proc") else { return [] }
            defer { closedir(folder) }
            var members: [pid_t] = []
            while let entry = readdir(folder) {
                let name = withUnsafeBytes(of: entry.pointee.d_name) {
                    String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
                }
                guard let process = pid_t(name), isMember(process, of: group) else { continue }
                members.append(process)
            }
            return members
        }

        static func isMember(_ process: pid_t, of group: pid_t) -> Bool {
            let file = open("/proc/\(process)/stat", O_RDONLY | O_CLOEXEC)
            guard file >= 0 else { return false }
            defer { close(file) }
            let text = withUnsafeTemporaryAllocation(byteCount: 512, alignment: 1) { buffer in
                String(decoding: buffer.prefix(max(read(file, buffer.baseAddress, buffer.count), 0)), as: UTF8.self)
            }
            // "17 (name) S 1 17 …": state, parent, group. The name may have anything in it.
            guard let end = text.lastIndex(of: ")") else { return false }
            let fields = text[text.index(after: end)...].split(separator: " ", maxSplits: 3)
            return fields.count > 2 && !["Z", "X"].contains(fields[0]) && fields[2] == "\(group)"
        }
    #else
        /// Elsewhere only the group's leader is seen.
        static func members(of group: pid_t) -> [pid_t] { isMember(group, of: group) ? [group] : [] }

        static func isMember(_ process: pid_t, of group: pid_t) -> Bool { !hasEnded(process) }
    #endif
}
