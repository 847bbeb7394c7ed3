import Foundation
import LIFJSON
import LIFModel
import LIFWorkflow
import Testing

@testable import LIFOrchestrator

/// Each folder in `Golden` is a case: `plan.json` as it is posted, `plan.txt` and `graph.txt` as they are told to people.
@Suite struct GoldenPlanTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden")

    static let cases: [String] = {
        let names = try? FileManager.default.contentsOfDirectory(atPath: folder.path)
        return (names ?? []).filter { !$0.hasPrefix(".") }.sorted()
    }()

    /// Three organisations; org3's answers need a translation, and org2 has a policy of its own.
    private let parser = QueryPlanParser(
        configuration: OrchestratorConfiguration(
            catalogue: SourceCatalogue([
                Self.source("org1", adapter: "rest", "Name", "EmploymentPreferences"),
                Self.source("org2", adapter: "lif-to-lif", "Name", "CredentialAward", "Proficiency"),
                Self.source(
                    "org3", adapter: "lif-to-lif", "Name", "CredentialAward",
                    translation: Translation(sourceSchemaID: "26", targetSchemaID: "17")),
            ]), policies: ["org2": TaskPolicy(retries: 4, timeout: .milliseconds(2_500))]))

    private static func source(
        _ id: String, adapter: String, _ entities: String..., translation: Translation? = nil
    ) -> InformationSource {
        InformationSource(
            id: id, adapterID: adapter, timeToLive: .seconds(60),
            fragmentPaths: entities.map(FragmentPath.init(entity:)), translation: translation)
    }

    @Test("There are cases")
    func exist() { #expect(Self.cases.count >= 4) }

    @Test("A plan's text and its workflow graph are as recorded", arguments: cases)
    func golden(_ name: String) throws {
        let folder = Self.folder.appending(path: name)
        func text(_ file: String) throws -> String {
            try String(contentsOf: folder.appending(path: file), encoding: .utf8)
        }
        let submission = try parser.submission(try JSONParser.parse(try text("plan.json")))
        #expect(submission.plan.description + "\n" == (try text("plan.txt")))
        #expect(try parser.graph(of: submission.plan).description + "\n" == (try text("graph.txt")))
    }
}
