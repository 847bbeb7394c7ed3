import LIFServer
import LIFSettings

/// Reads `log`, and what lists of hosts have.
struct ComponentsReader {
    let diagnostics: Diagnostics

    func allowedHosts(_ block: SettingsBlock) -> [String] {
        (block.texts("allowed_hosts") ?? []).compactMap { text in
            let name = text.value.trimmed
            guard let problem = URLText.problem(inHost: name) else { return name }
            diagnostics.report(text.place, "\"\(block.shown("allowed_hosts"))\" has \(text.forPeople): \(problem)")
            return nil
        }
    }

    func log(_ block: SettingsBlock, _ environment: EnvironmentReader) -> LogConfiguration {
        LogConfiguration(level: level(block, environment), format: block.choice("format") ?? .text)
    }

    private func level(_ block: SettingsBlock, _ environment: EnvironmentReader) -> LogConfiguration.Level {
        let name = DeployedEnvironment.logLevel
        if block.has("level") {
            environment.noticeUnused(name, "\"\(block.shown("level"))\" in the file wins")
            return block.choice("level") ?? .info
        }
        guard let word = environment.text(name) else { return .info }
        if let level = LogConfiguration.Level(deployed: word) { return level }
        // Platforms set it for programs of all kinds, and deployed services start with any word.
        environment.noticeUnused(name, "it is not one of DEBUG, INFO, WARNING, ERROR and CRITICAL")
        return .info
    }
}
