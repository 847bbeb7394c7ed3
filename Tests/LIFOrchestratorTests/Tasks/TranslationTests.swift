import LIFJSON
import LIFModel
import LIFTesting
import LIFWorkflow
import Testing

@testable import LIFOrchestrator

@Suite(.timeLimit(.minutes(1))) struct TranslationTests {
    private func setup(_ step: ScriptedOperator.Step, _ translator: ScriptedTranslator?) -> OrchestratorSetup {
        OrchestratorSetup(
            [ScriptedOperator(step)], translation: OrchestratorSetup.translation,
            register: { registry in if let translator { registry.register("default", translator: translator) } })
    }

    private func outcome(_ setup: OrchestratorSetup, _ entities: [String] = ["Name"]) async throws -> Outcome {
        let part = OrchestratorSetup.part(0, entities, translation: OrchestratorSetup.translation)
        let job = try await setup.submit(QueryPlan(parts: [part]))
        _ = try await setup.finished(job.id)
        return try #require(try await setup.outcomes(job.id)[0])
    }

    @Test("A document is given to the translator as it is, and the paths asked for are taken from its record")
    func document() async throws {
        let translator = ScriptedTranslator { _ in
            try raw(#"{"Person":[{"Contact":[{"c":1}],"Name":{"n":1.0},"Narrative":["not asked for"]}]}"#)
        }
        let setup = setup(.document(try raw(#"{"source":"says"}"#)), translator)
        let found = try await outcome(setup, ["Name", "Contact"])
        #expect(found.fragments.map(\.path.entity) == ["Name", "Contact"])
        #expect(found.fragments.map(\.content.items.text) == [#"[{"n":1.0}]"#, #"[{"c":1}]"#])
        #expect(translator.calls.map(\.document.text) == [#"{"source":"says"}"#])
        #expect(translator.calls.map(\.translation) == [OrchestratorSetup.translation])
    }

    @Test("Of fragments a record is made for the translator, a scalar as a scalar")
    func fragments() async throws {
        let translator = ScriptedTranslator { $0 }
        let found = [try fragment("Name", #"[{"n":1}]"#), try fragment("Contact", #""c""#)]
        let setup = setup(.fragments(found), translator)
        #expect(try await outcome(setup, ["Name", "Contact"]).fragments == found)
        #expect(translator.calls.map(\.document.text) == [#"{"Person":[{"Name":[{"n":1}],"Contact":"c"}]}"#])
    }

    @Test("Half an answer is not translated: what came of it would pass for the whole")
    func partial() async throws {
        let translator = ScriptedTranslator { $0 }
        let failures = [FragmentPath(entity: "Contact"): Failure(.sourceError, "It failed.")]
        let setup = setup(.partial([try fragment("Name", "[1]")], failures: failures), translator)
        #expect(try await outcome(setup, ["Name", "Contact"]).failure?.reason == .sourceError)
        #expect(translator.calls.isEmpty)
    }

    @Test("A source that has nothing gives nothing to translate, and stays empty", arguments: [true, false])
    func nothing(learnerKnown: Bool) async throws {
        let translator = ScriptedTranslator { $0 }
        let setup = setup(.empty(learnerKnown: learnerKnown), translator)
        #expect(try await outcome(setup).result == .empty(learnerKnown: learnerKnown))
        #expect(translator.calls.isEmpty)
    }

    @Test("A record without a person is empty; what is no record at all is a failure, and no empty outcome")
    func noRecord() async throws {
        let empty = setup(.document(try raw("{}")), ScriptedTranslator { _ in try raw(#"{"Person":[]}"#) })
        #expect(try await outcome(empty).result == .empty(learnerKnown: true))
        for answer in ["[]", "{}", #"{"error":"no"}"#, #"{"Person":"Ada"}"#, "null"] {
            let wrong = setup(.document(try raw("{}")), ScriptedTranslator { _ in try raw(answer) })
            #expect(try await outcome(wrong).failure?.reason == .invalidAnswer, "\(answer)")
        }
    }

    @Test("Without the translator the part fails with a clear reason, and its adapter is not called")
    func noTranslator() async throws {
        let setup = setup(.document(try raw("{}")), nil)
        let failure = try await outcome(setup).failure
        #expect(failure?.reason == .noTranslator)
        #expect(failure?.message.contains("translator \"default\"") == true)
        #expect(setup.operators[0].callCount == 0)
    }

    @Test("Without a translation a document counts for nothing, and fragments beside it are kept")
    func documentAlone() async throws {
        let name = try fragment("Name", "[1]")
        let setup = OrchestratorSetup(
            [ScriptedOperator(), ScriptedOperator(.document(try raw(#"{"Name":[1]}"#)))],
            register: { $0.register(OrchestratorSetup.adapter(0)) { _ in BothOperator(fragment: name) } })
        let job = try await setup.submit()
        _ = try await setup.finished(job.id)
        let outcomes = try await setup.outcomes(job.id)
        #expect(outcomes[0]?.fragments == [name])
        #expect(outcomes[1]?.result == .empty(learnerKnown: true))
    }
}

/// Emits a fragment and then the document that it was taken from.
private struct BothOperator: TaskOperator {
    let fragment: Fragment

    func run(
        _ part: QueryPlanPart, context: OperatorContext, emit: @Sendable (OperatorItem) async throws -> Void
    ) async throws -> OperatorReport {
        try await emit(.fragment(fragment))
        try await emit(.document(try raw(#"{"source":"says"}"#)))
        return OperatorReport(learnerKnown: true)
    }

    func check() async throws -> String { "" }
}
