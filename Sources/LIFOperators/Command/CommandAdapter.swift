import LIFSettings
package import LIFWorkflow

/// Executables, as a `command:` block of a source describes them.
struct CommandAdapter: SourceAdapter {
    let id = "command"
    let settings =
        [Setting("command", .block, .without("none"), "What is run for the source. Required for `command`.")]
        + CommandSettings.all(run: "run").map { $0.inside("command") }
    let keys = ["connection", "command"]

    func read(_ source: SourceReading) -> AdapterReading? {
        guard let block = source.block(ofAdapter: "command"),
            let reading = CommandReader(block: block, credentials: source.credentials).read(
                run: "run", maximumAnswerBytes: source.maximumAnswerBytes)
        else { return nil }
        source.refuseUnusedCredentials(
            besides: reading.usedCredentials, by: "variable of \"command.environment\"")
        return AdapterReading(
            source.settings(reading.configuration, missing: reading.missingCredentials), origin: reading.origin)
    }
}

extension CommandConfiguration: AdapterConfiguration {
    package func makeOperator(_ services: AdapterServices) -> any TaskOperator { CommandOperator(configuration: self) }
}
