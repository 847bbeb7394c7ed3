import LIFJSON
import LIFModel
import LIFTesting
import LIFWorkflow
import Synchronization
import Testing

@testable import LIFOrchestrator

/// Plans that name sources which the configuration does not have.
@Suite(.timeLimit(.minutes(1))) struct OpenSourcesTests {
    /// Knows sources whose names begin with `open`.
    private final class Sources: OpenSources {
        let made = Mutex<[InformationSource]>([])
        let known: [InformationSource] = []

        func admit(_ sourceID: String, adapterID: String) throws(LIFError) {
            if sourceID.hasPrefix("open"), adapterID == "lif-to-lif" { return }
            throw LIFError(
                .operatorNotFoundException, "Set the credentials of \(sourceID).", reason: .operatorNotFound)
        }

        func adapter(of source: InformationSource) throws(LIFError) -> any TaskOperator {
            try admit(source.id, adapterID: source.adapterID)
            made.withLock { $0.append(source) }
            return ScriptedOperator(
                .fragments([
                    Fragment(path: FragmentPath(entity: "Proficiency"), content: FragmentContent([RawJSON(["n": 1])]))
                ]))
        }
    }

    private static func part(_ source: String, adapter: String = "lif-to-lif") -> QueryPlanPart {
        QueryPlanPart(
            informationSourceID: source, adapterID: adapter, learner: OrchestratorSetup.learner,
            fragmentPaths: ["proficiency", "Proficiency", "Unheard"].map(FragmentPath.init(entity:)))
    }

    @Test("A source that is open is fetched from by what the plan says of it, with one adapter for all of its parts")
    func fetched() async throws {
        let sources = Sources()
        let setup = OrchestratorSetup(register: { $0.openSources = sources })
        let job = try await setup.submit(
            QueryPlan(parts: [Self.part("open-1"), Self.part("open-1"), Self.part("open-2")]))
        #expect(job.plan.parts[0].fragmentPaths.map(\.entity) == ["Proficiency", "Unheard"])
        #expect(try await setup.finished(job.id).status == .completed)
        let outcomes = try await setup.outcomes(job.id)
        #expect(outcomes.values.map { $0.fragments.map(\.path.entity) } == Array(repeating: ["Proficiency"], count: 3))
        #expect(sources.made.withLock { $0.map(\.id) }.sorted() == ["open-1", "open-2"])
    }

    @Test("Paths that no configuration bounds are bounded, and compared in the time that their number takes")
    func manyPaths() async throws {
        let setup = OrchestratorSetup(register: { $0.openSources = Sources() })
        for (count, isTaken) in [(1_000, true), (1_001, false)] {
            let part = QueryPlanPart(
                informationSourceID: "open-1", adapterID: "lif-to-lif", learner: OrchestratorSetup.learner,
                fragmentPaths: (0..<count).map { FragmentPath(entity: "Path\($0)") })
            let isRefused: Bool
            do {
                _ = try await setup.submit(QueryPlan(parts: [part]))
                isRefused = false
            } catch let error as LIFError {
                #expect(error.message.contains("more than 1000 paths"))
                isRefused = true
            }
            #expect(isRefused != isTaken)
        }
    }

    @Test("A source that is not open is refused with the sentence that says what to set, and its place")
    func refused() async throws {
        let setup = OrchestratorSetup(register: { $0.openSources = Sources() })
        for part in [Self.part("closed"), Self.part("open-1", adapter: "rest")] {
            let error = await #expect(throws: LIFError.self) {
                try await setup.submit(QueryPlan(parts: [Self.part("open-1"), part]))
            }
            #expect(error?.code == .operatorNotFoundException)
            #expect(error?.faults.map(\.place) == ["lif_query_plan[1].information_source_id"])
            #expect(error?.message.contains("Set the credentials of \(part.informationSourceID).") == true)
        }
    }

    @Test("A configured source stays as it is configured, whatever is open")
    func configured() async throws {
        let setup = OrchestratorSetup(register: { $0.openSources = Sources() })
        var part = OrchestratorSetup.part(0, ["Proficiency"])
        var error = await #expect(throws: LIFError.self) { try await setup.submit(QueryPlan(parts: [part])) }
        #expect(error?.message.contains("is not configured for source \"org1\"") == true)
        part = OrchestratorSetup.part(0, adapter: "lif-to-lif")
        error = await #expect(throws: LIFError.self) { try await setup.submit(QueryPlan(parts: [part])) }
        #expect(error?.message.contains("is not the adapter of source \"org1\"") == true)
    }

    @Test("A translation of an open source is taken as the plan says, by the standard translator")
    func translated() async throws {
        let setup = OrchestratorSetup(register: { $0.openSources = Sources() })
        let part = QueryPlanPart(
            informationSourceID: "open-1", adapterID: "lif-to-lif", learner: OrchestratorSetup.learner,
            fragmentPaths: [FragmentPath(entity: "Name")], translation: OrchestratorSetup.translation)
        let job = try await setup.submit(QueryPlan(parts: [part]))
        #expect(job.plan.parts[0].translation == OrchestratorSetup.translation)
        _ = try await setup.finished(job.id)
        // There is none here, which is told as for any source.
        #expect(try await setup.outcomes(job.id)[0]?.failure?.reason == .noTranslator)
    }
}
