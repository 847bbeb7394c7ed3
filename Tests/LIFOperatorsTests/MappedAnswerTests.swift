import Foundation
import LIFJSON
import LIFModel
import LIFWorkflow
import Synchronization
import Testing

@testable import LIFOperators

@Suite struct MappedAnswerTests {
    private static let demo = """
        {"meta":{"asOf":"2026-03-01T10:00:00Z"},"person":{"id":"100001","employment":{"preferences":
        {"orgs":["Acme",null],"hours":1.50,"x\\u0041":"é\\n"}},"emails":[{"a":"1"},null,{"b":2},{"a":"3","k":true}],
        "score":4.0,"gone":null,"tags":["t1","t2"]}}
        """

    private struct Answer {
        let fragments: [Fragment]
        let learnerKnown: Bool
        let dataTimestamp: Date?
    }

    private func read(
        _ text: String = demo, data: AnswerPath = AnswerPath.relative(["person"]), mapping: [FragmentMapping]?,
        asked: [String], timestamp: AnswerPath? = nil
    ) throws -> Answer {
        var answer = try MappedAnswer(
            RawJSON(validating: Array(text.utf8)),
            mapping: AnswerMapping(data: data, dataTimestamp: timestamp, fragments: mapping))
        let fragments = try answer.fragments(at: asked.map(FragmentPath.init(entity:)))
        return Answer(
            fragments: fragments ?? [], learnerKnown: fragments != nil, dataTimestamp: answer.dataTimestamp)
    }

    private func mapping(
        _ entity: String, from: [String], _ fields: [FragmentMapping.Field]? = nil
    ) -> FragmentMapping {
        FragmentMapping(path: FragmentPath(entity: entity), from: .relative(from), fields: fields)
    }

    @Test("Values are taken as they were written")
    func asWritten() throws {
        let answer = try read(
            mapping: [mapping("EmploymentPreferences", from: ["employment", "preferences"])],
            asked: ["EmploymentPreferences"])
        #expect(
            answer.fragments.first?.content.items.text == #"[{"orgs":["Acme",null],"hours":1.50,"x\u0041":"é\n"}]"#)
        #expect(answer.learnerKnown)
    }

    @Test("Data whose time cannot be read is used, and the job's log says so", arguments: ["\"today\"", "7", "null"])
    func unreadableTimestamp(_ stated: String) async throws {
        let lines = Mutex<[String]>([])
        let document = try RawJSON(validating: Array(#"{"at":\#(stated),"Person":{"Name":"Ada"}}"#.utf8))
        let part = QueryPlanPart(
            informationSourceID: "org1", adapterID: "rest",
            learner: LearnerIdentifier(identifier: "1", identifierType: "ID"),
            fragmentPaths: [FragmentPath(entity: "Name")])
        let report = try await AnswerMapping(dataTimestamp: .relative(["at"])).deliver(
            document, for: part, log: { line in lines.withLock { $0.append(line) } }, emit: { _ in })
        #expect(report.learnerKnown && report.dataTimestamp == nil)
        #expect(lines.withLock(\.count) == (stated == "null" ? 0 : 1))
        #expect(!lines.withLock { $0.contains { $0.contains("today") } })
        // Of a file it is the file's time that holds, and not that of the fetch.
        #expect(!lines.withLock { $0.contains { $0.contains("time of the fetch") } })
    }

    @Test("Members are mapped in the configured order, with the first path that has something")
    func fields() throws {
        let fields: [FragmentMapping.Field] = [
            .init("organizationNames", .paths([.relative(["nothing"]), .relative(["orgs"])])),
            .init("hours", .paths([.relative(["hours"])])),
            .init("identifier", .paths([try #require(AnswerPath(parsing: "$.person.id"))])),
            .init("informationSourceId", .constant("org1")),
            .init("absent", .paths([.relative(["absent"])])),
        ]
        let answer = try read(
            mapping: [mapping("EmploymentPreferences", from: ["employment", "preferences"], fields)],
            asked: ["EmploymentPreferences"])
        #expect(
            answer.fragments.first?.content.items.text
                == #"[{"organizationNames":["Acme",null],"hours":1.50,"identifier":"100001","informationSourceId":"org1"}]"#
        )
    }

    @Test("Each item of a list is mapped; items without any of the members are no data")
    func list() throws {
        let fields: [FragmentMapping.Field] = [
            .init("address", .paths([.relative(["a"])])), .init("source", .constant("org1")),
            .init("person", .paths([try #require(AnswerPath(parsing: "$.person.id"))])),
        ]
        let answer = try read(mapping: [mapping("Contact", from: ["emails"], fields)], asked: ["Contact"])
        let content = try #require(answer.fragments.first?.content)
        #expect(
            content.items.text
                == #"[{"address":"1","source":"org1","person":"100001"},{"address":"3","source":"org1","person":"100001"}]"#
        )
        #expect(content.count == 2)
    }

    @Test("Of a LIF record that is not mapped, what was not asked for is reported by name")
    func leftOut() async throws {
        let answer = try RawJSON(
            validating: Array(#"{"Person":{"Name":[1],"Narrative":[2],"Contact":[],"x":3}}"#.utf8))
        let part = QueryPlanPart(
            informationSourceID: "org1", adapterID: "rest", learner: .known,
            fragmentPaths: [FragmentPath(entity: "name")])
        let report = try await AnswerMapping().deliver(answer, for: part, log: { _ in }, emit: { _ in })
        #expect(report.learnerKnown)
        #expect(report.leftOut.map(\.entity) == ["Narrative", "x"])
    }

    @Test("Only what was asked for is given, in the spelling asked")
    func asked() throws {
        let all = [mapping("Contact", from: ["emails"]), mapping("Score", from: ["score"])]
        let answer = try read(mapping: all, asked: ["score", "Name"])
        #expect(answer.fragments.map(\.path.entity) == ["score"])
        #expect(answer.fragments.first?.content.isScalar == true)
        #expect(answer.fragments.first?.content.items.text == "[4.0]")
    }

    @Test(
        "Nothing or null where a mapping points is an empty path",
        arguments: [["nothing"], ["gone"], ["id", "x"], ["emails", "9"]])
    func nothing(from: [String]) throws {
        let answer = try read(mapping: [mapping("Contact", from: from)], asked: ["Contact"])
        #expect(answer.fragments.isEmpty)
        #expect(answer.learnerKnown)
    }

    @Test("An index names an item of an array")
    func index() throws {
        let answer = try read(mapping: [mapping("Contact", from: ["emails", "2"])], asked: ["Contact"])
        #expect(answer.fragments.first?.content.items.text == #"[{"b":2}]"#)
    }

    @Test(
        "An explicit nothing where the data should lie means that the learner is not known",
        arguments: [#"{"person":null}"#, #"{"person":[]}"#, "null", "[]"])
    func unknown(text: String) throws {
        let answer = try read(text, mapping: [mapping("Contact", from: [])], asked: ["Contact"])
        #expect(answer.learnerKnown == false)
        #expect(answer.fragments.isEmpty)
    }

    @Test(
        "Data that is not where it should lie is not taken for an unknown learner", arguments: [#"{"error":"x"}"#, "3"])
    func elsewhere(text: String) throws {
        let error = #expect(throws: LIFError.self) {
            try read(text, mapping: [mapping("Contact", from: [])], asked: ["Contact"])
        }
        #expect(error?.reason == .invalidAnswer)
        #expect(error?.isRetryable == false)
    }

    @Test("The age of the data is read from where the configuration says")
    func timestamp() throws {
        let answer = try read(mapping: [], asked: [], timestamp: .relative(["meta", "asOf"]))
        #expect(answer.dataTimestamp == Date(iso8601: "2026-03-01T10:00:00Z"))
        #expect(try read(mapping: [], asked: [], timestamp: .relative(["person", "id"])).dataTimestamp == nil)
    }

    @Test("However many items there are, the answer is walked once for each absolute path")
    func absolutePaths() throws {
        let items = (0..<500).map { #"{"a":\#($0)}"# }.joined(separator: ",")
        let root = try RawJSON(validating: Array(#"{"items":[\#(items)],"person":{"id":"100001"}}"#.utf8))
        let fields: [FragmentMapping.Field] = [
            .init("a", .paths([.relative(["a"])])),
            .init("pid", .paths([try #require(AnswerPath(parsing: "$.person.id"))])),
            .init("again", .paths([try #require(AnswerPath(parsing: "$.person.id"))])),
            .init("none", .paths([try #require(AnswerPath(parsing: "$.person.none"))])),
        ]
        var lookup = AnswerLookup(root: root)
        let mapping = mapping("Contact", from: ["items"], fields)
        let content = try #require(try mapping.content(of: root, lookup: &lookup).content)
        #expect(content.count == 500)
        #expect(content.items.elements.last?.text == #"{"a":499,"pid":"100001","again":"100001"}"#)
        #expect(lookup.rootWalks == 2)
    }

    @Test("A task that is cancelled does not go through the items")
    func cancelled() async throws {
        let fields: [FragmentMapping.Field] = [.init("address", .paths([.relative(["a"])]))]
        let reading = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            _ = try read(mapping: [mapping("Contact", from: ["emails"], fields)], asked: ["Contact"])
        }
        await #expect(throws: CancellationError.self) { try await reading.value }
    }

    private static let record = #"{"Person":[{"Name":[{"firstName":"Ada"}],"name":"x","Contact":[],"score":1.50}]}"#

    @Test("Without a mapping the data is a LIF record, and its members are the fragments")
    func record() throws {
        let answer = try read(
            #"{"records":[\#(Self.record)]}"#, data: .relative(["records", "0"]), mapping: nil,
            asked: ["Name", "Contact", "Score", "Proficiency"])
        #expect(answer.fragments.map(\.path.entity) == ["Name", "Score"])
        #expect(answer.fragments.map(\.content.items.text) == [#"[{"firstName":"Ada"}]"#, "[1.50]"])
        #expect(answer.fragments.last?.content.isScalar == true)
        #expect(answer.learnerKnown)
    }

    @Test("A record may hold its person in any of the ways that deployed sources write it")
    func recordForms() throws {
        for text in [
            #"{"person":{"Name":{"a":1}}}"#, #"{"Person":{"name":[{"a":1}]}}"#, #"{"person":[{"Name":[{"a":1}]}]}"#,
        ] {
            let answer = try read(text, data: .root, mapping: nil, asked: ["Name"])
            #expect(answer.fragments.map(\.content.items.text) == [#"[{"a":1}]"#])
        }
        for text in [#"{"Person":[]}"#, #"{"Person":null}"#] {
            #expect(try read(text, data: .root, mapping: nil, asked: ["Name"]).learnerKnown == false)
        }
    }

    @Test("What is no LIF record is not taken for one", arguments: [#"{"Name":"x"}"#, #"{"Person":["x"]}"#, "3"])
    func noRecord(text: String) throws {
        let error = #expect(throws: LIFError.self) {
            try read(text, data: .root, mapping: nil, asked: ["Name"])
        }
        #expect(error?.reason == .invalidAnswer)
    }
}
