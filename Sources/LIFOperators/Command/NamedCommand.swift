import LIFSettings

/// An executable that the configuration has by name (`operators`), for the sources that name it.
package struct NamedCommand: SourceAdapter {
    package let id: String
    package let command: CommandConfiguration
    /// What is run, as it is written; see `AdapterReading.origin`.
    package let origin: [String]

    package init(id: String, command: CommandConfiguration, origin: [String]) {
        self.id = id
        self.command = command
        self.origin = origin
    }

    package func read(_ source: SourceReading) -> AdapterReading? {
        var command = command
        if source.block.has("max_answer") { command.maximumAnswerBytes = source.maximumAnswerBytes }
        return AdapterReading(.ready(command), origin: origin)
    }
}
