import Foundation
import LIFModel
import Testing

/// `docs/errors/` against the codes and reasons that exist.
@Suite struct ErrorPagesTests {
    /// Tests/LIFModelTests/ErrorPagesTests.swift → the checkout.
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "docs/errors")

    private static func text(_ name: String) throws -> String {
        try String(contentsOf: folder.appending(path: name), encoding: .utf8)
    }

    @Test("Each error code has a page whose first line names it", arguments: LIFError.Code.allCases)
    func everyCodeHasAPage(_ code: LIFError.Code) throws {
        let lines = try Self.text("\(code.rawValue).md").split(separator: "\n")
        #expect(lines.first == "# \(code.rawValue)")
        for heading in ["## What it means", "## Causes", "## What to do", "## Example"] {
            #expect(lines.contains(Substring(heading)))
        }
    }

    @Test("No page is left without an error code")
    func everyPageHasACode() throws {
        let pages = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path)
            .filter { $0.hasSuffix(".md") && !["README.md", "reasons.md"].contains($0) }
        let codes = LIFError.Code.allCases.map { "\($0.rawValue).md" }
        #expect(pages.sorted() == codes.sorted())
    }

    @Test("The index links each error code's page", arguments: LIFError.Code.allCases)
    func theIndexHasEachCode(_ code: LIFError.Code) throws {
        #expect(try Self.text("README.md").contains("| [\(code.rawValue)](\(code.rawValue).md) |"))
    }

    @Test("Each reason for a source's failure has a section and a row", arguments: Failure.Reason.allCases)
    func everyReasonIsExplained(_ reason: Failure.Reason) throws {
        let lines = try Self.text("reasons.md").split(separator: "\n")
        #expect(lines.contains("## \(reason.rawValue)"))
        #expect(lines.contains { $0.hasPrefix("| [\(reason.rawValue)](#\(reason.rawValue)) |") })
    }

    @Test("No section explains a reason that does not exist")
    func everySectionIsAReason() throws {
        let sections = try Self.text("reasons.md").split(separator: "\n").filter { $0.hasPrefix("## ") }
            .map { String($0.dropFirst(3)) }
        #expect(sections.sorted() == Failure.Reason.allCases.map(\.rawValue).sorted())
    }
}
