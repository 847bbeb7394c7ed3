import ArgumentParser

struct SourcesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sources", abstract: "Lists, checks and tries the information sources.",
        subcommands: [SourcesCheckCommand.self, SourcesListCommand.self, SourcesTryCommand.self],
        defaultSubcommand: SourcesCheckCommand.self)
}
