import Foundation
import LIFModel
import LIFSecrets
import Testing

@Suite("Secrets in files")
struct FileSecretsTests: ~Copyable {
    let folder: URL
    var source: FileSecrets { FileSecrets(folder: folder.path) }

    init() throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "lif-secrets-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    private func write(_ text: String, to name: String) throws {
        try Data(text.utf8).write(to: folder.appending(path: name))
    }

    @Test("A secret is the content of the file of exactly its name")
    func content() async throws {
        try write("s3cr3t", to: "org2-token")
        #expect(try await source.secret(named: "org2-token") == "s3cr3t")
        #expect(try await source.secret(named: "org2") == nil)
        #expect(try await source.secret(named: "ORG2-TOKEN") == nil)
        #expect(source.name == "files in \(folder.path)")
    }

    @Test(
        "One line end after it is not part of it",
        arguments: [("a\n", "a"), ("a\r\n", "a"), ("a\n\n", "a\n"), (" a b \n", " a b "), ("a\nb\n", "a\nb")])
    func lineEnd(written: String, secret: String) async throws {
        try write(written, to: "token")
        #expect(try await source.secret(named: "token") == secret)
    }

    @Test("An empty file is no secret", arguments: ["", "\n", "\r\n"])
    func empty(written: String) async throws {
        try write(written, to: "token")
        #expect(try await source.secret(named: "token") == nil)
    }

    @Test("Nothing outside the folder and nothing hidden is read, whatever is asked")
    func traversal() async throws {
        let inner = folder.appending(path: "inner")
        try FileManager.default.createDirectory(at: inner, withIntermediateDirectories: true)
        for name in ["outside", "inner/.hidden", "inner/token"] { try write("s3cr3t", to: name) }
        let source = FileSecrets(folder: inner.path)
        let names = [
            "../outside", folder.appending(path: "outside").path, "./token", "..", ".", "", ".hidden", "token/",
            "x/../token", "token\0", "token\0.txt", String(repeating: "x", count: 5_000),
        ]
        for name in names { #expect(try await source.secret(named: name) == nil, "\(name)") }
        #expect(try await source.secret(named: "token") == "s3cr3t")
    }

    @Test("Links are followed, as in a mounted Kubernetes secret, also after it was replaced")
    func kubernetes() async throws {
        func mount(_ version: String, _ text: String) throws {
            try FileManager.default.createDirectory(
                at: folder.appending(path: version), withIntermediateDirectories: true)
            try write(text, to: "\(version)/token")
            let link = folder.appending(path: "..data")
            try? FileManager.default.removeItem(at: link)
            try FileManager.default.createSymbolicLink(atPath: link.path, withDestinationPath: version)
        }
        try mount("..2026_01_01", "first\n")
        try FileManager.default.createSymbolicLink(
            atPath: folder.appending(path: "token").path, withDestinationPath: "..data/token")
        #expect(try await source.secret(named: "token") == "first")
        try mount("..2026_01_02", "second\n")
        #expect(try await source.secret(named: "token") == "second")
    }

    @Test("A file of 64 KiB is read, a longer one is refused by name")
    func size() async throws {
        let longest = String(repeating: "x", count: FileSecrets.maximumBytes)
        try write(longest, to: "long")
        try write("s3cr3t" + longest, to: "longer")
        #expect(try await source.secret(named: "long") == longest)
        let message = await fault { try await source.secret(named: "longer") }
        #expect(message.contains("\"longer\"") && message.contains("65536 bytes"), "\(message)")
    }

    @Test("What is no regular file is refused by name, and a pipe is not waited for", .timeLimit(.minutes(1)))
    func noFile() async throws {
        try FileManager.default.createDirectory(at: folder.appending(path: "sub"), withIntermediateDirectories: true)
        #expect(mkfifo(folder.appending(path: "pipe").path, 0o600) == 0)
        try FileManager.default.createSymbolicLink(
            atPath: folder.appending(path: "zero").path, withDestinationPath: "/dev/zero")
        try FileManager.default.createSymbolicLink(
            atPath: folder.appending(path: "loop").path, withDestinationPath: "loop")
        for name in ["sub", "pipe", "zero", "loop"] {
            let message = await fault { try await source.secret(named: name) }
            #expect(message.contains("\"\(name)\"") && message.contains(folder.path), "\(message)")
        }
    }

    @Test("A file that is not UTF-8 is refused by name, and nothing of it is shown")
    func notText() async throws {
        try Data(Array("s3cr3t".utf8) + [0xFF]).write(to: folder.appending(path: "binary"))
        #expect(await fault { try await source.secret(named: "binary") }.contains("\"binary\""))
    }

    @Test("A file that may not be read is refused by name", .enabled(if: geteuid() != 0, "root may read every file"))
    func forbidden() async throws {
        try write("s3cr3t", to: "closed")
        chmod(folder.appending(path: "closed").path, 0)
        let message = await fault { try await source.secret(named: "closed") }
        #expect(message.contains("\"closed\"") && message.contains("mode"), "\(message)")
    }

    @Test("A folder that is missing or none is an error")
    func noFolder() async throws {
        try write("x", to: "file")
        for path in [folder.path + "/missing", folder.path + "/file"] {
            let message = await fault { try await FileSecrets(folder: path).secret(named: "token") }
            #expect(message.contains(path) && message.contains("Mount it"), "\(message)")
        }
    }
}
