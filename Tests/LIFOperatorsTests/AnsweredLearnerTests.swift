import LIFJSON
import LIFModel
import LIFTesting
import LIFWorkflow
import Synchronization
import Testing

@testable import LIFOperators

/// Adapters give the identifiers that an answer carries, also where they were not asked for: they show whose answer it is.
@Suite(.timeLimit(.minutes(1))) struct AnsweredLearnerTests {
    private static let identifiers = #"[{"identifier":"100002","identifierType":"SCHOOL_ASSIGNED_NUMBER"}]"#
    private static let part = QueryPlanPart(
        informationSourceID: "org1", adapterID: "a",
        learner: LearnerIdentifier(identifier: "100001", identifierType: "SCHOOL_ASSIGNED_NUMBER"),
        fragmentPaths: [FragmentPath(entity: "Name")])

    private func given(_ mapping: AnswerMapping, _ answer: String) async throws -> ([Fragment], OperatorReport) {
        let fragments = Mutex<[Fragment]>([])
        let report = try await mapping.deliver(try raw(answer), for: Self.part) { item in
            if case .fragment(let fragment) = item { fragments.withLock { $0.append(fragment) } }
        }
        return (fragments.withLock { $0 }, report)
    }

    @Test("Of a LIF record, in any spelling of the member", arguments: ["Identifier", "identifier"])
    func record(name: String) async throws {
        let (fragments, _) = try await given(
            AnswerMapping(), #"{"Person":[{"Name":[{"n":1}],"\#(name)":\#(Self.identifiers)}]}"#)
        #expect(Self.part.isAboutAnother(fragments))
    }

    @Test("Of an answer that is mapped; what cannot be found there is no unmatched member of what was asked")
    func mapped() async throws {
        func mapping(_ from: [String]) -> AnswerMapping {
            AnswerMapping(fragments: [
                FragmentMapping(path: FragmentPath(entity: "Name"), from: .relative(["names"])),
                FragmentMapping(path: FragmentPath(entity: "Identifier"), from: .relative(from)),
            ])
        }
        let answer = #"{"names":[{"n":1}],"ids":\#(Self.identifiers)}"#
        #expect(Self.part.isAboutAnother(try await given(mapping(["ids"]), answer).0))
        let (fragments, report) = try await given(mapping(["nowhere"]), answer)
        #expect(fragments.map(\.path.entity) == ["Name"])
        #expect(report.unmatched.isEmpty)
    }

    @Test("Of a command's record, and of its fragments")
    func command() throws {
        for answer in [
            #"{"Person":[{"Name":[{"n":1}],"Identifier":\#(Self.identifiers)}]}"#,
            #"{"fragment_path":"Person.Identifier","fragment":\#(Self.identifiers)}"#,
        ] {
            var reader = CommandAnswer(to: Self.part)
            let fragments = try reader.take(Array((answer + "\n").utf8)).compactMap { item in
                if case .fragment(let fragment) = item { fragment } else { nil }
            }
            #expect(Self.part.isAboutAnother(fragments))
        }
    }

    @Test("Of a partner that gives more than was selected")
    func partner() async throws {
        let partner = GraphQLPartner(schema: try .partner(), persons: [:])
        try await SourceServer.with({ asked in
            if asked.json["query"]?.string?.contains("__schema") == true { return try await partner.answer(asked) }
            return .json(
                try raw(
                    #"{"data":{"person":[{"Name":[{"firstName":"A"}],"Identifier":\#(Self.identifiers)}]}}"#))
        }) { server in
            let run = try await Running.of(server.partner(), learner: Self.part.learner, paths: ["Name"])
            #expect(Self.part.isAboutAnother(run.fragments))
        }
    }
}
