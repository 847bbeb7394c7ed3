import LIFModel
import Logging

/// What a reload has done.
struct SystemReload: Equatable {
    /// The sources that there are now.
    var sources: Int
    /// Whether something was replaced.
    var isChanged: Bool
    /// The keys of settings that have changed since the start and hold only after a restart.
    var needsRestart: [String]
}

/// What the log says about the reloads of one process: each fault once, that it is mended, and always an answer to SIGHUP.
/// Pure.
struct ReloadReport {
    /// Why the configuration was loaded again.
    enum Reason: String {
        case signal = "SIGHUP"
        case change = "a file has changed"
    }

    struct Line: Equatable {
        let level: Logger.Level
        let message: String
        var sources: Int? = nil
    }

    /// The fault of the last configuration, while it is not mended.
    private var fault: String?
    private var needsRestart: [String] = []
    private var notices: Set<String>

    /// - Parameter notices: Of the configuration that the process was started with, which the log has.
    init(notices: [String] = []) { self.notices = Set(notices) }

    /// What the log is to say of a configuration that was loaded, as it does at a start: the notices that the one before it had
    /// not.
    mutating func new(_ notices: [String]) -> [String] {
        defer { self.notices = Set(notices) }
        return notices.filter { !self.notices.contains($0) }
    }

    /// - Returns: `nil` when there is nothing to say that the log does not say already.
    mutating func line(for result: Result<SystemReload, LIFError>, _ reason: Reason) -> Line? {
        switch result {
        case .failure(let error):
            defer { fault = error.message }
            // A file beside the faulty one may change often.
            guard fault != error.message || reason == .signal else { return nil }
            return Line(
                level: .error,
                message: "The configuration was not loaded again; the former one stays in force: \(error.message)")
        case .success(let reload):
            defer {
                fault = nil
                needsRestart = reload.needsRestart
            }
            return line(for: reload, reason)
        }
    }

    private func line(for reload: SystemReload, _ reason: Reason) -> Line? {
        var message = "The configuration was loaded again"
        let isNew = reload.isChanged || reload.needsRestart != needsRestart
        // Other files lie in the same folders.
        guard isNew || fault != nil || reason == .signal else { return nil }
        if !isNew { message += ", and nothing in it has changed" }
        message += ": \(reason.rawValue)"
        if reload.needsRestart.isEmpty { return Line(level: .notice, message: message, sources: reload.sources) }
        let settings = reload.needsRestart.map { "\"\($0)\"" }.joined(separator: ", ")
        message += ". These need a restart: \(settings)"
        return Line(level: .warning, message: message, sources: reload.sources)
    }
}
