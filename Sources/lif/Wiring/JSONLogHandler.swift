import Foundation
import LIFJSON
import LIFModel
import Logging
import Synchronization

/// Writes each log message as one JSON object on a line of standard error.
struct JSONLogHandler: LogHandler {
    private static let output = Mutex(FileHandle.standardError)

    let label: String
    var logLevel: Logger.Level = .info
    var metadata: Logger.Metadata = [:]

    init(label: String) { self.label = label }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("time", Date().iso8601)
            writer.member("level", event.level.rawValue)
            writer.member("logger", label)
            writer.member("message", event.message.description)
            let all = metadata.merging(event.metadata ?? [:]) { _, new in new }
            for (key, value) in all.sorted(by: { $0.key < $1.key }) { writer.member(key, value.description) }
        }
        let line = Data(writer.bytes + [UInt8(ascii: "\n")])
        Self.output.withLock { $0.write(line) }
    }
}
