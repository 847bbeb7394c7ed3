import Foundation
import LIFHTTP
import LIFJSON
import LIFPartner
import Testing

@Suite("No learner value and no credential in logs")
struct PrivacyTests {
    @Test("Neither identifiers nor names nor tokens are logged, at the most talkative level, whatever happens")
    func logs() async throws {
        let home = try Home()
        let good = try await home.partner("org2")
        let bad = try await home.partner("org3", fault: .status(500))
        let settings =
            "log: {level: trace, format: json}\norchestrator: {port: 0, defaults: {retry_backoff: 1ms}}\n"
            + "planner: {port: 0, token: a-very-secret-token}\n"
        let file = try home.configuration([good, bad].map { ($0.id, $0.port) }, settings: settings)
        let server = try await home.serve(file)
        let token: [(name: String, value: String)] = [("Authorization", "Bearer a-very-secret-token")]
        let answer = try await home.post(server.planner + "/query", Home.query(["100001"]), headers: token)
        #expect(answer.status == 200)
        let name = try #require(answer.json.person?["Name"]?.array?.first?["lastName"]?.string)
        _ = try await home.post(
            server.planner + "/query", Home.query(["100001"], fields: ["Person.Nam"]), headers: token)
        _ = try await home.post(server.planner + "/query", Array("{\"filter\": 100001}".utf8), headers: token)
        let refused = try await home.post(server.planner + "/query", Home.query(["100001"]))
        #expect(refused.status == 401)
        _ = try await home.get(server.planner + "/query/100001-not-there", headers: token)
        await server.process.stop()
        let log = server.process.errors
        #expect(log.contains("source-error"), "The log tells about the source that failed")
        for secret in ["100001", name, "a-very-secret-token"] { #expect(!log.contains(secret), "\(secret) was logged") }
        for line in log.split(separator: "\n") { #expect(throws: Never.self) { try JSONParser.parse(String(line)) } }
        try await home.close([good, bad])
    }

    @Test("The state folder and its files are for their owner alone")
    func modes() async throws {
        let home = try Home()
        let server = try await home.serve(try home.configuration([("org2", 1)]))
        let state = home.folder.appending(path: "state")
        #expect(try Self.mode(state) == 0o700)
        let files = try #require(
            FileManager.default.enumerator(at: state, includingPropertiesForKeys: [.isDirectoryKey]))
        var count = 0
        while let file = files.nextObject() as? URL {
            let isFolder = try file.resourceValues(forKeys: [.isDirectoryKey]).isDirectory == true
            #expect(try Self.mode(file) == (isFolder ? 0o700 : 0o600), "\(file.lastPathComponent)")
            count += 1
        }
        #expect(count >= 3)
        await server.process.stop()
        try await home.close()
    }

    private static func mode(_ file: URL) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: file.path)[.posixPermissions] as? Int
    }
}
