import Foundation
import LIFJSON
import LIFModel
import LIFTesting
import LIFWorkflow
import Testing

@testable import LIFOrchestrator

@Suite(.timeLimit(.minutes(1))) struct FetchTests {
    private func outcome(_ setup: OrchestratorSetup, plan: QueryPlan? = nil) async throws -> Outcome {
        let job = try await setup.orchestrator.submit(plan ?? setup.plan())
        return try #require(try await setup.finished(job.id).outcomes[0])
    }

    @Test("A part that needs a translation fails with a clear reason, and its adapter is not called")
    func translation() async throws {
        let translation = Translation(sourceSchemaID: "26", targetSchemaID: "17")
        let setup = OrchestratorSetup([ScriptedOperator()], translation: translation)
        let failure = try await outcome(setup, plan: setup.plan(translation: translation)).failure
        #expect(failure?.reason == .noTranslator)
        #expect(failure?.message.contains("translation") == true)
        #expect(setup.operators[0].callCount == 0)
    }

    @Test("Attempts that may succeed are repeated as the policy says, and only the last one's fragments count")
    func retries() async throws {
        let setup = OrchestratorSetup(
            [
                ScriptedOperator(
                    .failure(LIFError.away), .failure(LIFError.away), .fragments([try fragment("Name", "[1]")]))
            ], policy: TaskPolicy(retries: 2), runner: TaskRunner(sleep: { _ in }))
        #expect(try await outcome(setup).fragments.map(\.content.items.text) == ["[1]"])
        #expect(setup.operators[0].callCount == 3)
    }

    @Test("A source that hangs is cancelled when its time is up")
    func timeout() async throws {
        let setup = OrchestratorSetup([ScriptedOperator(.hang)], policy: TaskPolicy(timeout: .milliseconds(20)))
        #expect(try await outcome(setup).failure?.reason == .timeout)
        #expect(setup.operators[0].cancellationCount == 1)
    }

    @Test("Fragments stand in the order of the plan's paths, one each; others are dropped")
    func fragments() async throws {
        let sloppy = SloppyOperator(fragments: [
            try fragment("Contact", "[1]"), try fragment("Narrative", "[2]"), try fragment("Name", "[3]"),
            try fragment("Contact", "[4]"),
        ])
        let setup = Self.setup(sloppy)
        let job = try await setup.submit(QueryPlan(parts: [OrchestratorSetup.part(0, ["Name", "Contact"])]))
        let report = try await setup.report(job.id, waitingFor: .seconds(30))
        #expect(report.outcomes[0]?.fragments.map(\.path.entity) == ["Name", "Contact"])
        #expect(report.outcomes[0]?.fragments.map(\.content.items.text) == ["[3]", "[4]"])
    }

    @Test("Data only at paths that were not asked for is an empty outcome")
    func nothingAsked() async throws {
        let setup = Self.setup(SloppyOperator(fragments: [try fragment("Contact", "[1]")]))
        let job = try await setup.submit(QueryPlan(parts: [OrchestratorSetup.part(0, ["Name"])]))
        let report = try await setup.report(job.id, waitingFor: .seconds(30))
        #expect(report.outcomes[0]?.result == .empty(learnerKnown: true))
    }

    @Test("An adapter that cannot be set up is a failed part, and the maker's own words stay inside")
    func notSetUp() async throws {
        let setup = Self.setup { _ in throw Talkative(words: "password=secret") }
        let job = try await setup.submit(QueryPlan(parts: [OrchestratorSetup.part(0)]))
        let failure = try await setup.report(job.id, waitingFor: .seconds(30)).outcomes[0]?.failure
        #expect(failure?.reason == .operatorNotFound)
        #expect(failure?.message.contains("org1") == true)
        #expect(failure?.message.contains("secret") == false)

        let ours = Self.setup { _ in throw LIFError(.configurationNotValid, "Set HOST of org1.", blame: .us) }
        let other = try await ours.submit(QueryPlan(parts: [OrchestratorSetup.part(0)]))
        let told = try await ours.report(other.id, waitingFor: .seconds(30)).outcomes[0]?.failure
        #expect(told?.reason == .operatorNotFound)
        #expect(told?.message == "Set HOST of org1.")
    }

    @Test("An adapter is made once for each source and then shared")
    func madeOnce() async throws {
        let made = Tally()
        let setup = Self.setup { _ in
            made.add()
            return SloppyOperator(fragments: [])
        }
        let plan = QueryPlan(parts: [OrchestratorSetup.part(0), OrchestratorSetup.part(0, ["Contact"])])
        for _ in 0..<3 { _ = try await setup.report(setup.submit(plan).id, waitingFor: .seconds(30)) }
        #expect(made.count == 1)
    }

    @Test("No learner's value is in a log or a failure, also when an operator's own error holds one")
    func privacy() async throws {
        let log = RecordedLog()
        let learner = LearnerIdentifier(identifier: "Ada-Lovelace-1815", identifierType: "T")
        let setup = OrchestratorSetup(
            [
                ScriptedOperator(.failure(Talkative(words: "no such person Ada-Lovelace-1815"))),
                ScriptedOperator(.fragments([try fragment("Name", #"["Ada-Lovelace-1815"]"#)])),
            ], logger: log.logger)
        let parts = [0, 1].map { OrchestratorSetup.part($0, learner: learner) }
        let job = try await setup.orchestrator.submit(QueryPlan(parts: parts))
        let report = try await setup.finished(job.id)
        #expect(report.outcomes[0]?.failure?.reason == .internal)
        #expect(report.outcomes[0]?.failure?.message.contains("Ada") == false)
        #expect(log.lines.count >= 2)
        #expect(!log.lines.contains { $0.contains("Ada") })
        #expect(!log.lines.contains { $0.contains(job.id.text) }, "a job id opens personal data")
    }

    @Test("Each source is asked whether it answers; the answers come in configuration order")
    func checkSources() async throws {
        let setup = OrchestratorSetup([
            ScriptedOperator(check: .success("It answers.")), ScriptedOperator(check: .failure(.refused)),
        ])
        let results = await setup.orchestrator.checkSources()
        #expect(results.map(\.source.id) == ["org1", "org2"])
        #expect(results.map { (try? $0.result.get()) ?? "" } == ["It answers.", ""])
        if case .failure(let failure)? = results.last?.result { #expect(failure.reason == .refused) }
    }

    private static func setup(_ adapter: any TaskOperator) -> Orchestrator { setup { _ in adapter } }

    private static func setup(maker: @escaping OperatorRegistry.Maker) -> Orchestrator {
        var registry = OperatorRegistry()
        registry.register(OrchestratorSetup.adapter(0), maker: maker)
        let source = InformationSource(
            id: OrchestratorSetup.source(0), adapterID: OrchestratorSetup.adapter(0), timeToLive: .seconds(60),
            fragmentPaths: ["Name", "Contact"].map(FragmentPath.init(entity:)))
        let setup = OrchestratorSetup([])
        return Orchestrator(
            configuration: OrchestratorConfiguration(catalogue: SourceCatalogue([source])), registry: registry,
            engine: setup.engine, jobs: setup.jobs, queue: setup.queue, logger: .silent)
    }
}

private struct Talkative: Error {
    let words: String
}

/// Emits what it has, asked for or not.
private struct SloppyOperator: TaskOperator {
    let fragments: [Fragment]

    func run(
        _ part: QueryPlanPart, emit: @Sendable (Fragment) async throws -> Void
    ) async throws -> OperatorReport {
        for fragment in fragments { try await emit(fragment) }
        return OperatorReport(learnerKnown: true)
    }

    func check() async throws -> String { "" }
}
