import ArgumentParser

@main
struct LIFCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lif",
        abstract: "Answers learner queries from every organisation that knows the learner.",
        version: "0.1.0",
        subcommands: [
            ServeCommand.self, StartCommand.self, StopCommand.self, QueryCommand.self, ExplainCommand.self,
            SourcesCommand.self, IdentitiesCommand.self, JobsCommand.self, SchedulesCommand.self, BackupCommand.self,
            RestoreCommand.self, ForgetCommand.self, RetentionCommand.self, PartnerCommand.self, DemoCommand.self,
            ExampleSourceCommand.self,
        ])
}
