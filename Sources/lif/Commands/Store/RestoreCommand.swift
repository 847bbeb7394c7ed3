import ArgumentParser
import Foundation
import LIFSQLite

struct RestoreCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore",
        abstract: "Puts a backup in the place of the store. No process may run on the state folder.",
        discussion: "The former store is kept beside it; remove it when you do not need it any more.")

    @OptionGroup var configurationOptions: ConfigurationOptions
    @Argument(help: "A file that `lif backup` has made.", completion: .file()) var file: String

    func run() async throws {
        try await failing {
            let folder = StoreOptions.folder(try await configurationOptions.load(role: .orchestrator))
            let former = try LIFDatabase.restore(from: URL(filePath: file), to: folder)
            Terminal.say("Restored \(file). What had not ended in it goes on with the next start.")
            if let former { Terminal.say("The former store is kept as \(former.path(percentEncoded: false)).") }
        }
    }
}
