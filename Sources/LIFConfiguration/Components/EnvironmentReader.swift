import LIFModel
import LIFSettings

/// Reads variables of the environment by their type. What is wrong is reported by name and never by value.
struct EnvironmentReader {
    let environment: [String: String]
    let diagnostics: Diagnostics

    /// Trimmed; an empty variable is as good as none.
    func text(_ name: String) -> String? { DeployedEnvironment.value(name, in: environment) }

    func isSet(_ name: String) -> Bool { text(name) != nil }

    /// Without a slash at its end.
    func url(_ name: String) -> String? {
        guard let text = text(name) else { return nil }
        if let problem = URLText.problem(in: text, allowsQuery: false) {
            diagnostics.report(.environment, "\(name) is not a URL that can be used: \(problem)")
            return nil
        }
        return text.hasSuffix("/") ? String(text.dropLast()) : text
    }

    /// A credential that is fit for a header.
    func secret(_ name: String) -> String? {
        guard let text = text(name) else { return nil }
        if SettingsBlock.isToken(text) { return text }
        diagnostics.report(.environment, "\(name) \(SettingsBlock.noToken)")
        return nil
    }

    /// In any case of letters, as shells and other programs write it.
    func boolean(_ name: String) -> Bool? {
        value(name, should: "be \"true\" or \"false\"") { Bool($0.lowercased()) }
    }

    func port(_ name: String) -> Int? {
        value(name, should: "be a port from 0 to 65535") { text in
            Int(text).flatMap { (0...65_535).contains($0) && !text.hasPrefix("+") ? $0 : nil }
        }
    }

    /// Above 0.
    func duration(_ name: String, such example: String) -> Duration? {
        value(name, should: "be a number of seconds above 0, such as \(example)") { text in
            Quantity.duration(text).flatMap { $0 > .zero ? $0 : nil }
        }
    }

    /// That a variable has no effect, if it is set.
    func noticeUnused(_ name: String, _ reason: String) {
        if isSet(name) { diagnostics.notice("\(name) is set and not used: \(reason).") }
    }

    private func value<Value>(_ name: String, should rule: String, _ read: (String) -> Value?) -> Value? {
        guard let text = text(name) else { return nil }
        if let value = read(text) { return value }
        diagnostics.report(.environment, "\(name) must \(rule)")
        return nil
    }
}
