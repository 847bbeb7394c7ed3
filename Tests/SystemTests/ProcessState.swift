import Foundation

/// Whether a process that is not a child of this one lives.
struct ProcessState {
    let isAlive: Bool

    init(_ pid: pid_t) {
        guard kill(pid, 0) == 0 else {
            isAlive = false
            return
        }
        // One that has ended, with all its threads, and that nobody has asked about is there still (proc_pid_stat(5)).
        let stat = (try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8)) ?? ""
        let fields = stat.split(separator: ")").last?.split(separator: " ") ?? []
        isAlive = fields.first != "Z" || (fields.count > 17 && fields[17] != "0" && fields[17] != "1")
    }
}

extension String {
    /// As a command tells an error: one line.
    var isOneSentence: Bool { hasPrefix("lif: ") && hasSuffix("]\n") && filter { $0 == "\n" }.count == 1 }
}
