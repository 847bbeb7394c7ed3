import Foundation
import LIFHTTP
import LIFModel
import LIFOrchestrator
import Testing

/// The library example, run, and compared with the documents that show it.
@Suite struct ReadmeExampleTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    private static func lines(of text: some StringProtocol) -> [String] {
        text.split(separator: "\n").map { line in
            String(line.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
        }
        .filter { !$0.isEmpty }
    }

    @Test("The example answers with what its source has, and with nothing for a learner it does not know")
    func theExampleRuns() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "lif-readme-\(RandomID())")
        defer { try? FileManager.default.removeItem(at: folder) }
        let known = LearnerIdentifier(identifier: "100001", identifierType: "SCHOOL_ASSIGNED_NUMBER")
        let other = LearnerIdentifier(identifier: "100002", identifierType: "SCHOOL_ASSIGNED_NUMBER")
        let expected = #"[{"Person":[{"Proficiency":[{"name":"Welding"},{"name":"First aid"}]}]}]"#
        #expect(try await record(of: known, stateFolder: folder) == expected)
        #expect(try await record(of: known, stateFolder: folder) == expected)
        #expect(try await record(of: other, stateFolder: folder) == "[]")
    }

    @Test("The example's partner adapter registers under the name that configurations use")
    func thePartnerAdapterIsRegistered() async throws {
        let http = OutgoingHTTPClient()
        let adapters = partnerAdapter(endpoint: "http://127.0.0.1:9/graphql", token: "t", http: http)
        #expect(adapters.adapterNames == ["lif-to-lif"])
        try await http.shutdown()
    }

    @Test(
        "Each Swift block in the documents is in the compiled example",
        arguments: [
            ("README.md", "ReadmeExample"), ("docs/guides/use-as-a-library.md", "ReadmeExample"),
            ("docs/guides/test-your-own-parts.md", "OwnPartsExample"),
        ])
    func theDocumentsShowTheExample(_ name: String, _ code: String) throws {
        let example = try String(
            contentsOf: Self.root.appending(path: "Tests/ReadmeExampleTests/\(code).swift"), encoding: .utf8)
        let compiled = Self.lines(of: example)
        let document = try String(contentsOf: Self.root.appending(path: name), encoding: .utf8)
        let blocks = document.components(separatedBy: "```swift\n").dropFirst().compactMap {
            $0.components(separatedBy: "```").first
        }
        #expect(!blocks.isEmpty)
        for block in blocks {
            let shown = Self.lines(of: block)
            #expect(compiled.indices.contains { compiled[$0...].starts(with: shown) }, "\(shown.first ?? "")")
        }
    }
}
