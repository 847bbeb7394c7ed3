import JSONPath
import LIFJSON
import Testing

@Suite("RFC 9535 as the compliance test suite has it")
struct ComplianceTests {
    @Test(
        "All 703 tests of the compliance test suite pass",
        .enabled(if: ComplianceSuite.isPresent, "The folder shared is not beside the checkout."))
    func compliance() throws {
        let tests = try ComplianceSuite.tests()
        #expect(tests.count == ComplianceSuite.count)
        var passed = 0
        for test in tests {
            let name = try #require(test["name"]?.string)
            let selector = try #require(test["selector"]?.string)
            if test["invalid_selector"] == .bool(true) {
                let error = #expect(throws: JSONPathError.self, "\(name)") { try JSONPathQuery(selector) }
                if error?.position != nil { passed += 1 }
                continue
            }
            let results = try test["results"]?.array ?? [try #require(test["result"])]
            let paths = try test["results_paths"]?.array ?? [try #require(test["result_paths"])]
            let nodes = try JSONPathQuery(selector).nodes(in: try #require(test["document"]))
            let found = texts(nodes.map(\.value))
            let foundPaths = texts(nodes.map { .string($0.path.description) })
            let fits = zip(results, paths).contains { result, paths in
                texts(result.array ?? []) == found && texts(paths.array ?? []) == foundPaths
            }
            #expect(fits, "\(name): \(selector)")
            if fits { passed += 1 }
        }
        #expect(passed == ComplianceSuite.count)
    }

    @Test(
        "Each normalized path of the compliance test suite selects its own node",
        .enabled(if: ComplianceSuite.isPresent, "The folder shared is not beside the checkout."))
    func normalizedPaths() throws {
        var checked = 0
        for test in try ComplianceSuite.tests() {
            guard let document = test["document"], let selector = test["selector"]?.string else { continue }
            for node in try JSONPathQuery(selector).nodes(in: document) {
                let found = try JSONPathQuery(node.path.description).nodes(in: document)
                #expect(texts(found.map(\.value)) == texts([node.value]), "\(node.path)")
                #expect(found.first?.path == node.path)
                checked += 1
            }
        }
        #expect(checked > 600)
    }

    /// Bytes, since Swift's comparison of strings is not that of RFC 9535.
    private func texts(_ values: [JSONValue]) -> [[UInt8]] { values.map { Array(RawJSON($0).bytes) } }
}
