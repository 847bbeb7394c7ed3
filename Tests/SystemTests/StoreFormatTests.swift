import Foundation
import Testing

@Suite("A state folder with another file than a store")
struct StoreFormatTests {
    /// Tables that every store from before the first release has.
    private static let unreleased = """
        store.executescript('''PRAGMA journal_mode = WAL;
        CREATE TABLE grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY);
        CREATE TABLE fragment (path TEXT); CREATE TABLE job (id TEXT); CREATE TABLE outcome (job_id TEXT);
        CREATE TABLE processed_request (id TEXT);''')
        store.close()
        print('made', flush=True)
        """

    @Test(
        "Each command that opens the store refuses one from before the first release, and changes nothing",
        .enabled(if: OtherProgram.isPossible, "there is no /usr/bin/python3"))
    func unreleasedStore() async throws {
        try await Home.during { home in
            let state = home.folder.appending(path: "state")
            try FileManager.default.createDirectory(at: state, withIntermediateDirectories: true)
            let store = state.appending(path: "lif.sqlite")
            let other = try OtherProgram(Self.unreleased, store: store)
            #expect(await other.line() == "made")
            await other.finish()
            let bytes = try Data(contentsOf: store)

            let partner = try await home.partner("org2")
            home.atEnd { await partner.stop() }
            let file = try home.configuration([(partner.id, partner.port)], settings: "organization: org\n")
            let learner = "SCHOOL_ASSIGNED_NUMBER:100001"
            let backup = home.folder.appending(path: "backup").path
            let commands = [
                ["serve", "--config", file], ["start", "--config", file],
                ["query", "--config", file, "--learner", learner],
                ["explain", "--config", file, "--learner", learner], ["sources", "check", "--config", file],
                ["backup", backup, "--config", file], ["forget", learner, "--config", file],
                ["retention", "--config", file], ["identities", "list", "100001", "--config", file],
            ]
            for command in commands {
                let result = try await LIFProcess.run(command, folder: home.folder)
                #expect(result.code == 1, "\(command[0])")
                #expect(result.errors.contains("from before the first release"), "\(command[0]): \(result.errors)")
                #expect(result.errors.contains("[ConfigurationNotValid]"), "\(command[0]): \(result.errors)")
            }
            // As a backup it is refused too, for a folder that has a store.
            let elsewhere = try home.configuration(
                [(partner.id, partner.port)], settings: "state_dir: \(home.folder.path)/elsewhere\n")
            let restored = try await LIFProcess.run(
                ["restore", store.path, "--config", elsewhere], folder: home.folder)
            #expect(restored.code == 1)
            #expect(restored.errors.contains("from before the first release"), "\(restored.errors)")
            #expect(try Data(contentsOf: store) == bytes)
            #expect(!FileManager.default.fileExists(atPath: backup))
        }
    }
}
