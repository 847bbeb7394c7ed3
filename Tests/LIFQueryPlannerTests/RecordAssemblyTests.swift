import LIFJSON
import LIFModel
import Testing

@testable import LIFQueryPlanner

@Suite struct RecordAssemblyTests {
    @Test(
        "A record has each member once, also when a reload has changed the order of the paths while the query went on")
    func membersOnce() throws {
        // Names came first when the first two landed, contacts when the others did.
        let landed = [
            try part("Name", ordinal: 0 << 16, "s1", #"[{"n":1}]"#),
            try part("Contact", ordinal: 0 << 16, "s2", #"[{"c":2}]"#),
            try part("Contact", ordinal: 1 << 16, "s1", #"[{"c":1}]"#),
            try part("Name", ordinal: 1 << 16 | 1, "s2", #"[{"n":2}]"#),
        ]
        let records = RecordAssembly.records(of: 0..<1, from: landed, projection: .whole)
        #expect(records.map(\.json.text) == [#"{"Person":[{"Name":[{"n":1},{"n":2}],"Contact":[{"c":2},{"c":1}]}]}"#])
    }

    private func part(_ entity: String, ordinal: Int, _ source: String, _ items: String) throws -> LandedPart {
        let items = try RawJSON(validating: Array(items.utf8))
        return LandedPart(
            AnswerPart(
                learner: 0, ordinal: ordinal, path: FragmentPath(entity: entity), sourceID: source, outcome: .fetched,
                items: 1),
            content: FragmentContent(items: items, count: 1, isScalar: false))
    }
}
