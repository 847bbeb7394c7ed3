import LIFJSON
import LIFModel
import LIFTesting
import LIFWorkflow
import Synchronization
import Testing

@testable import LIFOrchestrator

/// What operators give beside what was asked for and is configured: `org1` has `Name` and `Contact`.
@Suite(.timeLimit(.minutes(1))) struct DroppedFragmentsTests {
    private static let metric = "lif_orchestrator_dropped_fragments_total"
    private static let counter = "\(metric){source=org1}"

    /// Runs a part of `org1` whose adapter gives what it is told to.
    private func run(
        _ answers: [LooseOperator.Answer], _ entities: [String] = ["Name"], translator: ScriptedTranslator? = nil,
        steps: [any PipelineStep] = [], policy: TaskPolicy = TaskPolicy(retries: 0, timeout: .seconds(30))
    ) async throws -> (outcome: Outcome, metrics: RecordedMetrics) {
        let metrics = RecordedMetrics()
        let translation = translator.map { _ in OrchestratorSetup.translation }
        let loose = LooseOperator(answers)
        let setup = OrchestratorSetup(
            policy: policy, runner: .impatient, metrics: metrics,
            register: { registry in
                registry.register("loose") { _ in loose }
                registry.register("loose-pipeline", pipeline: DataPipeline(adapterID: "loose", steps: steps))
                if let translator { registry.register("default", translator: translator) }
            },
            configure: {
                $0.catalogue = OrchestratorSetup.catalogue(
                    1, translation: translation, adapters: [0: "loose-pipeline"])
            })
        let part = OrchestratorSetup.part(0, entities, translation: translation, adapter: "loose-pipeline")
        let job = try await setup.submit(QueryPlan(parts: [part]))
        _ = try await setup.finished(job.id)
        return (try #require(try await setup.outcomes(job.id)[0]), metrics)
    }

    @Test("Fragments at paths that were not asked for are not in the outcome, and are counted for the source")
    func fetched() async throws {
        let (outcome, metrics) = try await run([
            LooseOperator.Answer(["Narrative": "[1]", "Name": "[2]", "Contact": "[3]", "Secret-Path": "[4]"])
        ])
        #expect(outcome.fragments == [try fragment("Name", "[2]")])
        #expect(metrics.total(Self.counter) == 3)
        #expect(metrics.names.filter { $0.hasPrefix(Self.metric) } == [Self.counter])
    }

    @Test("Nothing but such fragments is an empty outcome of a known learner")
    func nothingLeft() async throws {
        let (outcome, metrics) = try await run([LooseOperator.Answer(["Narrative": "[1]"])])
        #expect(outcome.result == .empty(learnerKnown: true))
        #expect(metrics.total(Self.counter) == 1)
    }

    @Test("An answer that has what was asked for counts nothing")
    func nothingDropped() async throws {
        let (outcome, metrics) = try await run(
            [LooseOperator.Answer(["Contact": "[1]", "Name": "[2]"])], ["Name", "Contact"])
        #expect(outcome.fragments == [try fragment("Name", "[2]"), try fragment("Contact", "[1]")])
        #expect(metrics.names.allSatisfy { !$0.hasPrefix(Self.metric) })
    }

    @Test("What is at a path that failed goes no further, through the steps of a pipeline neither")
    func failedPaths() async throws {
        let step = ScriptedStep("add") { fragments in fragments + [try fragment("Contact", "[7]")] }
        let answer = LooseOperator.Answer(
            ["Name": "[1]", "Contact": "[2]"], failures: ["Contact", "Narrative"])
        let (outcome, _) = try await run([answer], ["Name", "Contact"], steps: [step])
        #expect(outcome.fragments == [try fragment("Name", "[1]")])
        #expect(outcome.failures.keys.map(\.entity) == ["Contact"])
        #expect(outcome.failure == nil)
        let (nothing, _) = try await run([answer], ["Contact"], steps: [step])
        #expect(nothing.failure?.reason == .sourceError)
    }

    @Test("Attempts that fail count nothing")
    func failedAttempts() async throws {
        let (outcome, metrics) = try await run(
            [LooseOperator.Answer(["Narrative": "[1]"], fails: true), LooseOperator.Answer(["Name": "[2]"])],
            policy: TaskPolicy(retries: 1, timeout: .seconds(30)))
        #expect(outcome.fragments == [try fragment("Name", "[2]")])
        #expect(metrics.total(Self.counter) == 0)
    }

    @Test("Of what an adapter left out of a record, the paths that are not configured are counted")
    func leftOut() async throws {
        let (outcome, metrics) = try await run([
            LooseOperator.Answer(["Name": "[1]"], leftOut: ["contact", "Narrative", "Interactions"])
        ])
        #expect(outcome.fragments == [try fragment("Name", "[1]")])
        #expect(metrics.total(Self.counter) == 2)
    }

    @Test("What a translator's record has beside the configured paths is dropped and counted")
    func translated() async throws {
        let translator = ScriptedTranslator { _ in
            try raw(#"{"Person":[{"Name":[1],"Contact":[2],"Narrative":[3],"Interactions":[],"x":null}]}"#)
        }
        let (outcome, metrics) = try await run([LooseOperator.Answer(["Name": "[0]"])], translator: translator)
        #expect(outcome.fragments == [try fragment("Name", "[1]")])
        #expect(metrics.total(Self.counter) == 1)
    }

    @Test("A step of a pipeline sees only what was asked for, and what it adds is dropped and counted")
    func steps() async throws {
        let seen = Mutex<[[FragmentPath]]>([])
        let adding = ScriptedStep("add") { fragments in
            seen.withLock { $0.append(fragments.map(\.path)) }
            return fragments + [try fragment("Contact", "[7]"), try fragment("Narrative", "[8]")]
        }
        let looking = ScriptedStep("look") { fragments in
            seen.withLock { $0.append(fragments.map(\.path)) }
            return fragments
        }
        let (outcome, metrics) = try await run(
            [LooseOperator.Answer(["Name": "[1]", "Narrative": "[2]"])], steps: [adding, looking])
        #expect(outcome.fragments == [try fragment("Name", "[1]")])
        #expect(seen.withLock { $0 } == [[FragmentPath(entity: "Name")], [FragmentPath(entity: "Name")]])
        #expect(metrics.total(Self.counter) == 3)
    }

    @Test("A path that a reload takes from a source while it is asked does not land")
    func reconfigured() async throws {
        let (gate, metrics) = (Gate(), RecordedMetrics())
        let found = [try fragment("Name", "[1]"), try fragment("Contact", "[2]")]
        let held = ScriptedStep("wait") { fragments in
            try await gate.wait()
            return fragments
        }
        let scripted = ScriptedOperator(.fragments(found))
        let pipeline = DataPipeline(adapterID: OrchestratorSetup.adapter(0), steps: [held, held])
        func catalogue(_ entities: [String]) -> SourceCatalogue {
            SourceCatalogue([
                InformationSource(
                    id: "org1", adapterID: "held", timeToLive: .seconds(60),
                    fragmentPaths: entities.map(FragmentPath.init(entity:)))
            ])
        }
        let setup = OrchestratorSetup(
            [scripted], metrics: metrics,
            register: { $0.register("held", pipeline: pipeline) },
            configure: { $0.catalogue = catalogue(["Name", "Contact"]) })
        let part = OrchestratorSetup.part(0, ["Name", "Contact"], adapter: "held")
        let job = try await setup.submit(QueryPlan(parts: [part]))
        try await held.waitForCalls(1)
        var configuration = setup.orchestrator.configuration
        configuration.catalogue = catalogue(["Name"])
        let registry = OrchestratorSetup.registry([scripted]) { $0.register("held", pipeline: pipeline) }
        await setup.orchestrator.reconfigure(configuration, registry: registry)
        gate.open()
        _ = try await setup.finished(job.id)
        #expect(try await setup.outcomes(job.id)[0]?.fragments == [found[0]])
        #expect(metrics.total(Self.counter) == 1)
    }
}

/// Emits what it has, whatever was asked for: one answer per call, the last one again and again.
private final class LooseOperator: TaskOperator {
    struct Answer: Sendable {
        let fragments: [String: String]
        let leftOut: [String]
        let fails: Bool
        let failures: [String]

        init(
            _ fragments: [String: String], leftOut: [String] = [], fails: Bool = false, failures: [String] = []
        ) {
            self.failures = failures
            self.fragments = fragments
            self.leftOut = leftOut
            self.fails = fails
        }
    }

    private let answers: [Answer]
    private let calls = Mutex(0)

    init(_ answers: [Answer]) { self.answers = answers }

    func run(
        _ part: QueryPlanPart, context: OperatorContext, emit: @Sendable (OperatorItem) async throws -> Void
    ) async throws -> OperatorReport {
        let call = calls.withLock { calls in
            calls += 1
            return calls - 1
        }
        let answer = answers[min(call, answers.count - 1)]
        for (entity, items) in answer.fragments { try await emit(.fragment(try fragment(entity, items))) }
        if answer.fails { throw LIFError.away }
        let failures = answer.failures.map { (FragmentPath(entity: $0), Failure(.sourceError, "It failed.")) }
        return OperatorReport(
            learnerKnown: true, leftOut: answer.leftOut.map(FragmentPath.init(entity:)),
            failures: Dictionary(uniqueKeysWithValues: failures))
    }

    func check() async throws -> String { "" }
}
