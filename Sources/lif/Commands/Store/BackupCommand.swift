import ArgumentParser
import Foundation
import LIFStores

struct BackupCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup",
        abstract: "Copies the store into one file, also while servers run. The file holds learners' data.")

    @OptionGroup var options: StoreOptions
    @Flag(name: .long, help: "Replace the file if it is there.") var overwrite = false
    @Argument(help: "The file to write.", completion: .file()) var file: String

    func run() async throws {
        try await failing {
            try await options.withStore { stores, _ in
                try await stores.database.backup(to: URL(filePath: file), overwriting: overwrite)
            }
            Terminal.say("Wrote \(file).")
        }
    }
}
