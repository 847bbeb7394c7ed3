/// What is logged and in which form.
public struct LogConfiguration: Sendable, Hashable {
    /// The names are those of swift-log.
    public enum Level: String, Sendable, Hashable, CaseIterable {
        case trace, debug, info, notice, warning, error, critical

        /// - Parameter word: As deployed services take it, in any case of letters: `WARN` is `warning`.
        init?(deployed word: String) {
            switch word.lowercased() {
            case "warn": self = .warning
            case "fatal": self = .critical
            case "notset": self = .trace
            case let word: self.init(rawValue: word)
            }
        }
    }

    /// Lines for people, or one JSON object in each line for programs.
    public enum Format: String, Sendable, Hashable, CaseIterable {
        case text, json
    }

    /// The lowest level that is logged; messages below it are left out.
    public var level: Level
    /// How a message is written.
    public var format: Format

    /// Text of level `info` and above, unless said otherwise.
    public init(level: Level = .info, format: Format = .text) {
        self.level = level
        self.format = format
    }
}
