import Foundation
import LIFJSON
import LIFModel
import LIFTesting
import LIFWorkflow
import Testing

@testable import LIFOrchestrator

@Suite(.timeLimit(.minutes(1))) struct FetchTests {
    private func outcome(_ setup: OrchestratorSetup, plan: QueryPlan? = nil) async throws -> Outcome {
        let job = try await setup.submit(plan)
        _ = try await setup.finished(job.id)
        return try #require(try await setup.outcomes(job.id)[0])
    }

    @Test("Attempts that may succeed are repeated as the policy says, and only the last one's fragments count")
    func retries() async throws {
        let setup = OrchestratorSetup(
            [
                ScriptedOperator(
                    .failure(LIFError.away), .failure(LIFError.away), .fragments([try fragment("Name", "[1]")]))
            ], policy: TaskPolicy(retries: 2), runner: .impatient)
        #expect(try await outcome(setup).fragments.map(\.content.items.text) == ["[1]"])
        #expect(setup.operators[0].attempts == [1, 2, 3])
    }

    @Test("When all attempts have failed the outcome says how many there were, and the job's log has each")
    func attemptsAreTold() async throws {
        let setup = OrchestratorSetup(
            [ScriptedOperator(.failure(LIFError.away), .failure(LIFError.away), .failure(LIFError.refused))],
            policy: TaskPolicy(retries: 5), runner: .impatient)
        let job = try await setup.submit()
        let failure = try await setup.finished(job.id).progress[0]?.failure
        #expect(failure == Failure(.refused, "The source refused the credential.", attempts: 3))
        let log = try await setup.orchestrator.log(job.id)
        let failed = log.filter { $0.event == "attempt-failed" }
        #expect(failed.map(\.attempt) == [1, 2])
        #expect(failed.allSatisfy { $0.message == "org1 (unreachable): The source is away." && $0.level == .warning })
        #expect(failed.allSatisfy { $0.task?.text == "part-0/fetch" })
        #expect(log.map(\.event) == ["accepted", "attempt-failed", "attempt-failed", "landed", "ended"])
    }

    @Test("A source that hangs is cancelled when its time is up")
    func timeout() async throws {
        let setup = OrchestratorSetup([ScriptedOperator(.hang)], policy: TaskPolicy(timeout: .milliseconds(20)))
        #expect(try await outcome(setup).failure?.reason == .timeout)
        try await setup.operators[0].waitForCancellations(1)
    }

    @Test("Fragments stand in the order of the plan's paths, one each; others are dropped")
    func fragments() async throws {
        let sloppy = SloppyOperator(fragments: [
            try fragment("Contact", "[1]"), try fragment("Narrative", "[2]"), try fragment("Name", "[3]"),
            try fragment("Contact", "[4]"),
        ])
        let setup = Self.setup { _ in sloppy }
        let found = try await outcome(setup, plan: QueryPlan(parts: [OrchestratorSetup.part(0, ["Name", "Contact"])]))
        #expect(found.fragments.map(\.path.entity) == ["Name", "Contact"])
        #expect(found.fragments.map(\.content.items.text) == ["[3]", "[4]"])
    }

    @Test("Data only at paths that were not asked for is an empty outcome")
    func nothingAsked() async throws {
        let sloppy = SloppyOperator(fragments: [try fragment("Contact", "[1]")])
        let setup = Self.setup { _ in sloppy }
        #expect(try await outcome(setup).result == .empty(learnerKnown: true))
    }

    @Test("An adapter that cannot be set up is a failed part, and the maker's own words stay inside")
    func notSetUp() async throws {
        let foreign = Self.setup { _ in throw Talkative(words: "password=secret") }
        let failure = try await outcome(foreign).failure
        #expect(failure?.reason == .operatorNotFound)
        #expect(failure?.message.contains("org1") == true)
        #expect(failure?.message.contains("secret") == false)

        let ours = Self.setup { _ in throw LIFError(.configurationNotValid, "Set HOST of org1.", blame: .us) }
        let told = try await outcome(ours).failure
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
        for _ in 0..<3 { _ = try await outcome(setup, plan: plan) }
        #expect(made.count == 1)
    }

    @Test("Each source is asked whether it answers, and its translator too; the answers come in configuration order")
    func checkSources() async throws {
        let setup = OrchestratorSetup(
            [
                ScriptedOperator(check: .success("It answers.")), ScriptedOperator(check: .failure(.refused)),
                ScriptedOperator(check: .success("So does this.")),
            ], translation: OrchestratorSetup.translation,
            register: { $0.register("default", translator: ScriptedTranslator { _ in throw LIFError.away }) })
        let results = await setup.orchestrator.checkSources()
        #expect(results.map(\.source.id) == ["org1", "org2", "org3"])
        #expect(
            results.map { (try? $0.result.get()) ?? "" } == [
                "It answers. The translator answers.", "", "So does this.",
            ])
        if case .failure(let failure) = results[1].result { #expect(failure.reason == .refused) }

        let without = OrchestratorSetup(translation: OrchestratorSetup.translation)
        let result = await without.orchestrator.checkSources().first?.result
        guard case .failure(let failure)? = result else {
            Issue.record("a source without its translator answers")
            return
        }
        #expect(failure.reason == .noTranslator)
    }

    private static func setup(maker: @escaping OperatorRegistry.AdapterMaker) -> OrchestratorSetup {
        OrchestratorSetup(register: { $0.register(OrchestratorSetup.adapter(0), maker: maker) })
    }
}

struct Talkative: Error {
    let words: String
}

/// Emits what it has, asked for or not.
private struct SloppyOperator: TaskOperator {
    let fragments: [Fragment]

    func run(
        _ part: QueryPlanPart, context: OperatorContext, emit: @Sendable (OperatorItem) async throws -> Void
    ) async throws -> OperatorReport {
        for fragment in fragments { try await emit(.fragment(fragment)) }
        return OperatorReport(learnerKnown: true)
    }

    func check() async throws -> String { "" }
}
