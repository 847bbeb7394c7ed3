import Logging
import Synchronization

/// Everything that is logged, as text.
final class RecordedLog: Sendable {
    private let written = Mutex<[(level: Logger.Level, line: String)]>([])

    var lines: [String] { written.withLock { $0.map(\.line) } }
    /// Those that an administrator is to read.
    var warnings: [String] { written.withLock { $0.filter { $0.level >= .warning }.map(\.line) } }

    var logger: Logger {
        var logger = Logger(label: "test") { _ in Handler(log: self) }
        logger.logLevel = .trace
        return logger
    }

    private struct Handler: LogHandler {
        let log: RecordedLog
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.trace

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            log.written.withLock { $0.append((event.level, "\(event.message) \(event.metadata ?? [:])")) }
        }
    }
}
