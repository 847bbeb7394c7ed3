import Foundation
import LIFJSON
import LIFModel
import LIFWorkflow
import Testing

@testable import LIFOrchestrator

/// Each folder in `Golden` is a case over the sources of `ParserSetup`:
///
/// - `plan.json` as it is posted, `plan.txt` and `graph.txt` as they are told to people; `parts.json`, where it is there, has the
///   indices of the parts that run; `loaded.json` has the configuration's `workflow`;
/// - or `document.json` as it is posted, and `faults.txt` with everything that is wrong with it.
///
/// To record the expected files anew after a wanted change, run these tests with `LIF_UPDATE_GOLDEN=1` in the
/// environment, read the difference, and commit it.
@Suite struct GoldenPlanTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden")
    private static let isUpdating = ProcessInfo.processInfo.environment["LIF_UPDATE_GOLDEN"] == "1"

    private static func cases(with file: String) -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return names.sorted().filter {
            FileManager.default.fileExists(atPath: folder.appending(path: "\($0)/\(file)").path)
        }
    }

    static let plans = cases(with: "plan.json")
    static let documents = cases(with: "document.json")

    @Test("There are cases of both kinds, and each folder is one")
    func exist() throws {
        #expect(Self.plans.count >= 10 && Self.documents.count >= 8)
        let folders = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path).filter {
            !$0.hasPrefix(".")
        }
        #expect(folders.sorted() == (Self.plans + Self.documents).sorted())
    }

    @Test("A plan's text and its workflow graph are as recorded", arguments: plans)
    func plan(_ name: String) throws {
        var loaded = WorkflowSettings()
        if let json = try json("loaded.json", of: name) { loaded = try WorkflowSettings(json: json) }
        let parser = ParserSetup.parser(workflow: loaded)
        let submission = try parser.submission(try #require(try json("plan.json", of: name))).submission
        let parts = try json("parts.json", of: name)?.array?.compactMap { $0.number?.int }
        let graph = try parser.graph(of: submission.plan, workflow: submission.workflow, parts: parts)
        try compare(submission.plan.description, "plan.txt", of: name)
        try compare(graph.description, "graph.txt", of: name)
    }

    @Test("A document's faults are as recorded, each with its place", arguments: documents)
    func faults(_ name: String) throws {
        let document = try #require(try json("document.json", of: name))
        let error = try #require(throws: LIFError.self) { try ParserSetup.parser().submission(document) }
        var lines = ["\(error.code.rawValue)\(error.isShapeError ? ", a shape error" : "")"]
        for fault in error.faults {
            lines += ["", "at \(fault.place.isEmpty ? "the document" : fault.place)", fault.message]
        }
        if error.faults.isEmpty { lines += ["", error.message] }
        try compare(lines.joined(separator: "\n"), "faults.txt", of: name)
        #expect(error.faults.allSatisfy { !$0.message.contains("100001") })
    }

    private func json(_ file: String, of name: String) throws -> JSONValue? {
        let url = Self.folder.appending(path: "\(name)/\(file)")
        guard FileManager.default.fileExists(atPath: url.path) else { return nil }
        return try JSONParser.parse(try String(contentsOf: url, encoding: .utf8))
    }

    private func compare(_ text: String, _ file: String, of name: String) throws {
        let url = Self.folder.appending(path: "\(name)/\(file)")
        if Self.isUpdating { try Data((text + "\n").utf8).write(to: url) }
        #expect(text + "\n" == (try String(contentsOf: url, encoding: .utf8)), "\(name)/\(file)")
    }
}
