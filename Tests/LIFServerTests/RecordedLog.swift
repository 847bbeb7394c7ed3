import Logging
import Synchronization

/// Keeps every line that is logged, whatever its level.
final class RecordedLog: Sendable {
    private let recorded = Mutex<[String]>([])

    var lines: [String] { recorded.withLock { $0 } }

    func add(_ line: String) { recorded.withLock { $0.append(line) } }

    /// A logger into the log, or one that says nothing.
    static func logger(_ log: RecordedLog?) -> Logger {
        guard let log else {
            var quiet = Logger(label: "test")
            quiet.logLevel = .critical
            return quiet
        }
        return Logger(label: "test") { _ in Handler(log: log) }
    }

    private struct Handler: LogHandler {
        let log: RecordedLog
        var logLevel = Logger.Level.trace
        var metadata: Logger.Metadata = [:]

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            let all = metadata.merging(event.metadata ?? [:]) { _, new in new }
            log.add("\(event.level) \(event.message) \(all)")
        }
    }
}
