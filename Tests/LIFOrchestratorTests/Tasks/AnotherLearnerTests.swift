import LIFJSON
import LIFModel
import LIFTesting
import LIFWorkflow
import Testing

@testable import LIFOrchestrator

/// Answers that carry the identifiers of another learner than the one asked.
@Suite(.timeLimit(.minutes(1))) struct AnotherLearnerTests {
    private static let identifiers =
        #"[{"identifier":"100002","identifierType":"School assigned number"}]"#

    @Test("Nothing of an answer about another learner is used, and the source's part has failed")
    func fetched() async throws {
        let metrics = RecordedMetrics()
        let found = [try fragment("Name", "[1]"), try fragment("Identifier", Self.identifiers)]
        let setup = OrchestratorSetup(
            [ScriptedOperator(.fragments(found))], metrics: metrics,
            configure: { configuration in
                configuration.catalogue = SourceCatalogue([
                    InformationSource(
                        id: "org1", adapterID: OrchestratorSetup.adapter(0), timeToLive: .seconds(60),
                        fragmentPaths: ["Name", "Identifier"].map(FragmentPath.init(entity:)))
                ])
            })
        let job = try await setup.submit(
            QueryPlan(parts: [OrchestratorSetup.part(0, ["Name", "Identifier"])]))
        _ = try await setup.finished(job.id)
        let outcome = try #require(try await setup.outcomes(job.id)[0])
        #expect(outcome.failure?.reason == .invalidAnswer)
        #expect(outcome.fragments.isEmpty)
        #expect(metrics.total("lif_orchestrator_dropped_fragments_total{source=org1}") == 2)
    }

    @Test("Whose record a translation has made is looked at, also where its identifiers were not asked for")
    func translated() async throws {
        let record = try raw(#"{"Person":[{"Name":[1],"Identifier":\#(Self.identifiers)}]}"#)
        let translator = ScriptedTranslator { _ in record }
        let translation = OrchestratorSetup.translation
        let setup = OrchestratorSetup(
            [ScriptedOperator(.document(try raw("{}")))],
            register: { $0.register("default", translator: translator) },
            configure: { $0.catalogue = OrchestratorSetup.catalogue(1, translation: translation) })
        let part = OrchestratorSetup.part(0, translation: translation)
        let job = try await setup.submit(QueryPlan(parts: [part]))
        _ = try await setup.finished(job.id)
        #expect(try await setup.outcomes(job.id)[0]?.failure?.reason == .invalidAnswer)
    }

    @Test("A step of a pipeline may change the learner's own identifiers")
    func masked() async throws {
        let own = #"[{"identifier":"100001","identifierType":"School assigned number"}]"#
        let masking = ScriptedStep("mask") { _ in
            [try fragment("Identifier", own.replacing("100001", with: "•••")), try fragment("Name", "[1]")]
        }
        let entities = ["Name", "Identifier"]
        let setup = OrchestratorSetup(
            [ScriptedOperator(.fragments([try fragment("Name", "[1]"), try fragment("Identifier", own)]))],
            register: {
                $0.register(
                    "masked", pipeline: DataPipeline(adapterID: OrchestratorSetup.adapter(0), steps: [masking]))
            },
            configure: { configuration in
                configuration.catalogue = SourceCatalogue([
                    InformationSource(
                        id: "org1", adapterID: "masked", timeToLive: .seconds(60),
                        fragmentPaths: entities.map(FragmentPath.init(entity:)), rewritesIdentifiers: true)
                ])
            })
        let job = try await setup.submit(
            QueryPlan(parts: [OrchestratorSetup.part(0, entities, adapter: "masked")]))
        _ = try await setup.finished(job.id)
        #expect(try await setup.outcomes(job.id)[0]?.fragments.count == 2)
    }
}
