import ArgumentParser
import Foundation
import LIFConfiguration
import LIFModel
import LIFSQLite

/// Which store a command works on: that of the configured state folder.
struct StoreOptions: ParsableArguments {
    @OptionGroup var configurationOptions: ConfigurationOptions

    /// Opens the store for the length of the work, also while processes serve from it.
    ///
    /// - Throws: `LIFError` `ConfigurationNotValid` when there is none.
    func withStore(_ work: (LIFDatabase, SystemConfiguration) async throws -> Void) async throws {
        let configuration = try await configurationOptions.load(role: .orchestrator)
        let folder = Self.folder(configuration)
        let file = folder.appending(path: LIFDatabase.fileName).path(percentEncoded: false)
        guard FileManager.default.fileExists(atPath: file) else {
            throw LIFError(
                .configurationNotValid,
                "There is no store in the state folder \"\(configuration.stateDirectory)\". Give the configuration that "
                    + "the server runs with.", blame: .us)
        }
        let database = try LIFDatabase(folder: folder)
        do {
            try await work(database, configuration)
        } catch {
            // The work's error tells more than one that closing may add.
            try? await database.close()
            throw error
        }
        try await database.close()
    }

    static func folder(_ configuration: SystemConfiguration) -> URL {
        URL(filePath: configuration.stateDirectory, directoryHint: .isDirectory)
    }
}
