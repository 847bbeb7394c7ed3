import Foundation
import LIFConfiguration
import LIFModel
import LIFOperators
import LIFSettings
import Testing

@Suite("The reference of the configuration")
struct ReferenceTests {
    private static func text(_ path: String, from file: String = #filePath) throws -> String {
        let checkout = URL(fileURLWithPath: file).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        return try String(contentsOf: checkout.appendingPathComponent(path), encoding: .utf8)
    }

    private static func rows(under heading: String) throws -> [String] {
        let lines = try text("docs/reference/configuration.md").split(separator: "\n").map(String.init)
        let start = try #require(lines.firstIndex(of: heading))
        return lines[(start + 1)...].prefix { !$0.hasPrefix("## ") }.filter { $0.hasPrefix("| `") }
    }

    @Test("It lists every key as the code has it, and no other")
    func keys() throws {
        let written = try Self.rows(under: "## Keys")
        let known = Settings.table(Adapters.all).all.map(\.markdownRow)
        #expect(Set(known).subtracting(written).sorted() == [], "These rows are missing in the document.")
        #expect(Set(written).subtracting(known).sorted() == [], "These rows of the document are not in the code.")
        #expect(written == known, "The rows are in another order than in the code, or doubled.")
    }

    @Test("It lists every variable of deployed systems, and no other")
    func variables() throws {
        let rows = try Self.rows(under: "## Variables of deployed systems")
        let names = rows.compactMap { $0.split(separator: "`").dropFirst().first.map(String.init) }
        #expect(names.sorted() == DeployedEnvironment.names.sorted())
    }

    @Test("No key is known twice")
    func unique() {
        #expect(Set(Settings.table(Adapters.all).all.map(\.path)).count == Settings.table(Adapters.all).all.count)
    }

    @Test("The example loads, and its sources are as it says")
    func example() async throws {
        let environment: [String: String] = [:]
        let configuration = try await load(Self.text("Examples/lif.yaml"), environment: environment)
        #expect(configuration.sources.map(\.source.id) == ["org1", "org1-hr", "org2"])
        #expect(configuration.notices.isEmpty)
        guard let rest = try configuration.adapter("org1-hr").as(RESTConfiguration.self) else {
            Issue.record("org1-hr is no REST source")
            return
        }
        let url = rest.url.filled(identifier: "100001", identifierType: "")
        #expect(url == "http://127.0.0.1:8014/r1-demo/users/100001")
        #expect(rest.headers[0].value.filled(identifier: "", identifierType: "") == "demo-hr-key")
    }

    @Test("The blocks of YAML in the reference load")
    func blocks() async throws {
        let parts = try Self.text("docs/reference/configuration.md").components(separatedBy: "```yaml\n").dropFirst()
        #expect(!parts.isEmpty)
        for part in parts {
            let yaml = try #require(part.components(separatedBy: "```").first)
            _ = try await load(
                yaml, environment: ["HR_TOKEN": "t", "VAULT_TOKEN": "t"],
                files: [
                    "models/lif.json":
                        "{\"components\": {\"schemas\": {\"Person\": {\"properties\": {\"Name\": {}}}}}}"
                ],
                secrets: [
                    KnownSecrets(
                        "memory",
                        [
                            "org2-token": "t", "hr": "t", "webhooks": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
                            "mapper": "t", "mdr": "t",
                        ])
                ])
        }
    }
}
