import LIFConfiguration
import Logging

extension LogConfiguration {
    /// Sets up logging for the process; to be called once.
    func bootstrap() {
        let level = Logger.Level(rawValue: self.level.rawValue) ?? .info
        let format = format
        LoggingSystem.bootstrap { label in
            switch format {
            case .json:
                var handler = JSONLogHandler(label: label)
                handler.logLevel = level
                return handler
            case .text:
                var handler = StreamLogHandler.standardError(label: label)
                handler.logLevel = level
                return handler
            }
        }
    }
}
