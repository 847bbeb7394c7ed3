import ArgumentParser
import LIFModel
import LIFStores

struct RetentionCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retention",
        abstract: "Tells whether data is removed by its age, or confirms that the clock is right after it was moved.",
        discussion: """
            After the machine's clock was moved by more than an hour nothing is removed by its age until the clock has been \
            steady for a day. `lif retention resume` ends that pause, also while servers go on.
            """,
        subcommands: [Show.self, Resume.self], defaultSubcommand: Show.self)

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Tells whether data is removed by its age. Exit code 2 when not.")

        @OptionGroup var options: StoreOptions

        func run() async throws {
            try await failing {
                var isPaused = false
                try await options.withStore { stores, _ in
                    let trust = try await StoreRetentionClock(stores.database).look()
                    isPaused = !trust.isBelieved
                    Terminal.say(trust.steadyFor.map(RetentionPause.sentence) ?? "Data is removed by its age.")
                }
                if isPaused { throw ExitCode(2) }
            }
        }
    }

    struct Resume: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Confirms that the clock is right: data is removed by its age from now on.")

        @OptionGroup var options: StoreOptions

        func run() async throws {
            try await failing {
                try await options.withStore { stores, _ in try await StoreRetentionClock(stores.database).confirm() }
                Terminal.say("Data is removed by its age from now on.")
            }
        }
    }
}
