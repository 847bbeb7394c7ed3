import ArgumentParser
import Foundation
import LIFConfiguration
import LIFStores

struct RestoreCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore",
        abstract: "Replaces the store by a backup. No process may run on the state folder.",
        discussion: """
            The former store is kept beside it; remove it when you do not need it any more. Learners that were forgotten \
            after the backup was made are forgotten again, by the list "forgotten" in the state folder. Exit code 2 when \
            something of them is still to be removed.
            """)

    @OptionGroup var configurationOptions: ConfigurationOptions
    @Argument(help: "A file that `lif backup` has made.", completion: .file()) var file: String

    func run() async throws {
        try await failing {
            let configuration = try await configurationOptions.load(role: .orchestrator)
            let former = try configuration.restoreStores(from: URL(filePath: file))
            Terminal.say("Restored \(file). Its unfinished jobs and queries go on at the next start.")
            if let former { Terminal.say("The former store is kept as \(former.path(percentEncoded: false)).") }
            if try await !Self.forgetAgain(configuration) { throw ExitCode(2) }
        }
    }

    /// - Returns: Whether nothing is left to be removed, as far as is known.
    private static func forgetAgain(_ configuration: SystemConfiguration) async throws -> Bool {
        let result = try await LIFStores.with(try configuration.openStores()) {
            try await $0.database.forget(.returned, configuration.identityScope)
        }
        for sentence in result.sentences { Terminal.say(sentence) }
        return !result.hasPending && !result.hasUnknown
    }
}
