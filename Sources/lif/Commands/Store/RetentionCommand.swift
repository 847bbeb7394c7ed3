import ArgumentParser
import LIFModel
import LIFStores

struct RetentionCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retention",
        abstract: "Shows whether expired data is removed, or confirms that the clock is right after it has jumped.",
        discussion: """
            After the machine's clock has jumped by more than an hour, no expired data is removed until it has been \
            steady for a day. `lif retention resume` ends that pause, also while servers run.
            """,
        subcommands: [Show.self, Resume.self], defaultSubcommand: Show.self)

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Shows whether expired data is removed. Exit code 2 when it is not.")

        @OptionGroup var options: StoreOptions

        func run() async throws {
            try await failing {
                var isPaused = false
                try await options.withStore { stores, _ in
                    let trust = try await StoreRetentionClock(stores.database).look()
                    isPaused = !trust.isBelieved
                    Terminal.say(trust.steadyFor.map(RetentionPause.sentence) ?? "Expired data is removed.")
                }
                if isPaused { throw ExitCode(2) }
            }
        }
    }

    struct Resume: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Confirms that the clock is right: expired data is removed from now on.")

        @OptionGroup var options: StoreOptions

        func run() async throws {
            try await failing {
                try await options.withStore { stores, _ in try await StoreRetentionClock(stores.database).confirm() }
                Terminal.say("Expired data is removed from now on.")
            }
        }
    }
}
