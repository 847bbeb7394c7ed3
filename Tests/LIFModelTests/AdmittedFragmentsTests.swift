import Foundation
import LIFJSON
import LIFModel
import Testing

@Suite("What is taken of a source's answer") struct AdmittedFragmentsTests {
    private static let part = QueryPlanPart(
        informationSourceID: "org1", adapterID: "rest",
        learner: LearnerIdentifier(identifier: "1", identifierType: "T"),
        fragmentPaths: ["Name", "Contact"].map(FragmentPath.init(entity:)))

    private static func fragment(_ entity: String, _ number: Int = 1) -> Fragment {
        Fragment(path: FragmentPath(entity: entity), content: FragmentContent([RawJSON(.number(JSONNumber(number)))]))
    }

    private static func source(_ entities: String...) -> InformationSource {
        InformationSource(
            id: "org1", adapterID: "rest", timeToLive: .seconds(1),
            fragmentPaths: entities.map(FragmentPath.init(entity:)))
    }

    @Test("Fragments at the part's paths stay, in its order and each once; others are counted")
    func fragments() {
        let (kept, dropped) = Self.part.admitted([
            Self.fragment("Narrative"), Self.fragment("Contact", 1), Self.fragment("Name"), Self.fragment("Contact", 2),
            Self.fragment("Interactions"),
        ])
        #expect(kept == [Self.fragment("Name"), Self.fragment("Contact", 2)])
        #expect(dropped == 2)
    }

    @Test("A fragment of nothing but empty items is no data, and is not counted as one that nobody asked for")
    func emptyItems() throws {
        func fragment(_ entity: String, _ items: String) throws -> Fragment {
            let items = try RawJSON(validating: Array(items.utf8)).elements
            return Fragment(path: FragmentPath(entity: entity), content: FragmentContent(items))
        }
        let (kept, dropped) = Self.part.admitted([
            try fragment("Name", "[{},[{}]]"), try fragment("Contact", #"[{},{"a":true}]"#),
        ])
        #expect(try kept == [fragment("Contact", #"[{"a":true}]"#)])
        #expect(dropped == 0)
    }

    @Test("A path that was asked for and is not configured any more is dropped too")
    func configured() {
        let fragments = [Self.fragment("Name"), Self.fragment("Contact")]
        #expect(Self.part.admitted(fragments, of: Self.source("name")).fragments == [Self.fragment("Name")])
        #expect(Self.part.admitted(fragments, of: Self.source("Narrative")).dropped == 2)
    }

    private static func outcome(_ result: Outcome.Result) -> Outcome {
        Outcome(
            result, finishedAt: Date(timeIntervalSince1970: 9), duration: .seconds(2),
            dataTimestamp: Date(timeIntervalSince1970: 5))
    }

    @Test("An outcome keeps its times; when no data remains it is empty, of a learner who is known")
    func outcomes() {
        let some = Self.part.admitted(Self.outcome(.data([Self.fragment("Name"), Self.fragment("Narrative")])))
        #expect(some.outcome == Self.outcome(.data([Self.fragment("Name")])))
        #expect(some.dropped == 1)
        let none = Self.part.admitted(Self.outcome(.data([Self.fragment("Narrative")])))
        #expect(none.outcome == Self.outcome(.empty(learnerKnown: true)))
        #expect(none.dropped == 1)
    }

    @Test("Outcomes without data, and data that is all admitted, stay as they are")
    func untouched() {
        for result in [
            Outcome.Result.empty(learnerKnown: false), .failed(Failure(.timeout, "No answer.")),
            .data([Self.fragment("Name"), Self.fragment("Contact")]),
        ] {
            let admitted = Self.part.admitted(Self.outcome(result))
            #expect(admitted.outcome == Self.outcome(result))
            #expect(admitted.dropped == 0)
        }
    }

    @Test("What a record has beside the paths asked is reported by name, where it holds data")
    func besides() throws {
        let person = try RawJSON(
            validating: Array(#"{"name":[1],"Contact":[],"Narrative":[2],"Interactions":null,"x":false}"#.utf8))
        #expect(person.paths(besides: Self.part.fragmentPaths).map(\.entity) == ["Narrative", "x"])
    }
}
