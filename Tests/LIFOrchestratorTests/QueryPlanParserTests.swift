import LIFJSON
import LIFModel
import LIFTesting
import LIFWorkflow
import Testing

@testable import LIFOrchestrator

@Suite struct QueryPlanParserTests {
    private let translation = Translation(sourceSchemaID: "26", targetSchemaID: "17")

    /// org1 has a translation, org2 has none; both have `Name` and `Contact`.
    private var setup: OrchestratorSetup {
        OrchestratorSetup([ScriptedOperator(), ScriptedOperator()], translation: translation, partLimit: 3)
    }

    private func part(
        source: String = "org2", adapter: String = "adapter-of-org2", paths: String = #"["Person.Name"]"#,
        translation: String = "null"
    ) -> String {
        #"{"information_source_id":"\#(source)","adapter_id":"\#(adapter)","#
            + #""person_id":{"identifier":"1","identifierType":"T"},"lif_fragment_paths":\#(paths),"#
            + #""translation":\#(translation)}"#
    }

    private func submission(_ parts: String..., extra: String = "") throws -> JobSubmission {
        let document = #"{"lif_query_plan":[\#(parts.joined(separator: ","))]\#(extra)}"#
        return try setup.orchestrator.parser.submission(try JSONParser.parse(document))
    }

    private func refusal(_ parts: String..., extra: String = "") -> LIFError? {
        do {
            let document = #"{"lif_query_plan":[\#(parts.joined(separator: ","))]\#(extra)}"#
            _ = try setup.orchestrator.parser.submission(try JSONParser.parse(document))
            return nil
        } catch {
            return error as? LIFError
        }
    }

    @Test("A plan that matches the configuration is taken, with its paths in the canonical spelling, each once")
    func taken() throws {
        let submission = try submission(
            part(
                source: "org1", adapter: "adapter-of-org1",
                translation: #"{"source_schema_id":"26","target_schema_id":"17"}"#),
            part(paths: #"["person.name","$.Person.contact","Person.Name"]"#))
        #expect(submission.isAsynchronous)
        #expect(submission.plan.parts.map { $0.fragmentPaths.map(\.entity) } == [["Name"], ["Name", "Contact"]])
        #expect(submission.plan.parts.map(\.translation) == [translation, nil])
    }

    @Test("A learner named by a type of identifier that the source does not know is refused, with the place")
    func unknownIdentifierType() {
        let source = InformationSource(
            id: "org1", adapterID: "a", timeToLive: .seconds(60), fragmentPaths: [FragmentPath(entity: "Name")],
            identifierTypes: ["STUDENT"])
        let parser = QueryPlanParser(
            configuration: OrchestratorConfiguration(catalogue: SourceCatalogue([source])))
        func plan(_ type: String) -> QueryPlan {
            QueryPlan(parts: [
                QueryPlanPart(
                    informationSourceID: "org1", adapterID: "a",
                    learner: LearnerIdentifier(identifier: "1", identifierType: type),
                    fragmentPaths: source.fragmentPaths)
            ])
        }
        #expect(throws: Never.self) { try parser.validated(plan("Student")) }
        let error = #expect(throws: LIFError.self) { try parser.validated(plan("EMPLOYEE")) }
        #expect(error?.code == .queryParseException)
        #expect(error?.message.contains("lif_query_plan[0].person_id.identifierType") == true)
    }

    @Test("A source that is not configured is refused, with the place and what exists")
    func unknownSource() {
        let error = refusal(part(), part(source: "org9"))
        #expect(error?.code == .operatorNotFoundException)
        #expect(error?.message.contains("lif_query_plan[1].information_source_id") == true)
        #expect(error?.message.contains("org1, org2") == true)
        #expect(error?.message.contains("org9") == false)
    }

    @Test("Another adapter than the source's is refused, with the place")
    func otherAdapter() {
        let error = refusal(part(adapter: "adapter-of-org1"))
        #expect(error?.code == .operatorNotFoundException)
        #expect(error?.message.contains("lif_query_plan[0].adapter_id") == true)
        #expect(error?.message.contains("\"adapter-of-org2\"") == true)
    }

    @Test("A path that the source does not supply is refused, with the place and what exists")
    func otherPath() {
        let error = refusal(part(paths: #"["Person.Name","Person.Narrative"]"#))
        #expect(error?.code == .queryParseException)
        #expect(error?.message.contains("lif_query_plan[0].lif_fragment_paths[1]") == true)
        #expect(error?.message.contains("Person.Name, Person.Contact") == true)
    }

    @Test("Another translation than the source's is refused, also none where there is one, with the place")
    func otherTranslation() {
        let other = #"{"source_schema_id":"1","target_schema_id":"17"}"#
        let refusals = [
            refusal(part(translation: other)), refusal(part(source: "org1", adapter: "adapter-of-org1")),
            refusal(part(source: "org1", adapter: "adapter-of-org1", translation: other)),
        ]
        for error in refusals {
            #expect(error?.code == .queryParseException)
            #expect(error?.message.contains("lif_query_plan[0].translation") == true)
        }
    }

    @Test("What goes past the parser is checked as well: a plan that is submitted or run directly")
    func directly() async throws {
        let setup = setup
        let plans: [(QueryPlan, LIFError.Code)] = [
            (QueryPlan(parts: []), .queryParseException),
            (QueryPlan(parts: [OrchestratorSetup.part(8)]), .operatorNotFoundException),
            (QueryPlan(parts: [OrchestratorSetup.part(1, ["Narrative"])]), .queryParseException),
            (QueryPlan(parts: [OrchestratorSetup.part(1, translation: translation)]), .queryParseException),
        ]
        for (plan, code) in plans {
            let submitted = await #expect(throws: LIFError.self) { try await setup.orchestrator.submit(plan) }
            #expect(submitted?.code == code)
            let run = await #expect(throws: LIFError.self) { try await setup.orchestrator.run(plan) { _, _ in } }
            #expect(run?.code == code)
        }
        #expect(try await setup.jobs.unfinished().isEmpty)
        #expect(setup.operators.allSatisfy { $0.callCount == 0 })
    }

    @Test("A plan without parts, or with more than the limit, is refused")
    func size() {
        #expect(refusal()?.message.contains("no parts") == true)
        #expect(refusal(part(), part(), part()) == nil)
        #expect(refusal(part(), part(), part(), part())?.message.contains("at most 3") == true)
    }

    @Test("A job is asynchronous unless it says otherwise, in either spelling")
    func asynchronous() throws {
        for (extra, expected) in [
            ("", true), (#","async":null"#, true), (#","async":true"#, true), (#","async":false"#, false),
            (#","async_":false"#, false), (#","async":true,"async_":false"#, true),
        ] {
            #expect(try submission(part(), extra: extra).isAsynchronous == expected)
        }
        let error = refusal(part(), extra: #","async":"no""#)
        #expect(error?.code == .queryParseException)
        #expect(error?.isShapeError == true)
    }

    @Test("Members that this version does not act on are refused rather than passed over")
    func notYet() throws {
        for name in ["workflow", "callback"] {
            let error = refusal(part(), extra: #","\#(name)":{}"#)
            #expect(error?.code == .notSupportedYet)
            #expect(error?.message.contains(name) == true)
            #expect(try submission(part(), extra: #","\#(name)":null"#).isAsynchronous)
        }
    }

    @Test(
        "A document of another shape is refused as such",
        arguments: ["[]", "{}", #"{"lif_query_plan":{}}"#, #"{"lif_query_plan":null}"#, #"{"lif_query_plan":[1]}"#])
    func shape(_ text: String) throws {
        let document = try JSONParser.parse(text)
        let error = #expect(throws: LIFError.self) { try setup.orchestrator.parser.submission(document) }
        #expect(error?.code == .queryParseException)
        #expect(error?.isShapeError == true)
    }

    @Test("A graph may be of some parts only; it starts and finishes all the same")
    func someParts() throws {
        let setup = setup
        let plan = QueryPlan(parts: [OrchestratorSetup.part(0), OrchestratorSetup.part(1), OrchestratorSetup.part(1)])
        let parser = setup.orchestrator.parser
        #expect(
            try parser.graph(of: plan, parts: [2]).tasks.map(\.id.text)
                == ["start", "part-2/fetch", "part-2/store", "finish"])
        #expect(try parser.graph(of: plan, parts: []).tasks.map(\.id.text) == ["start", "finish"])
    }
}
