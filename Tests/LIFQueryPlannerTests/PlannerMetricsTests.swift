import Foundation
import LIFMetrics
import LIFModel
import LIFTesting
import Testing

@testable import LIFQueryPlanner

@Suite(.timeLimit(.minutes(1))) struct PlannerMetricsTests {
    private let time = ManualTime()
    private let registry = MetricsRegistry()

    private func setup(_ runner: LearnersRunner, configure: (inout QueryPlannerConfiguration) -> Void = { _ in })
        -> PlannerSetup
    {
        PlannerSetup(
            [source("org1", ["Name"]), source("org2", ["Name"], isPartner: true)], time: time, runner: runner,
            metrics: PlannerMetrics(factory: registry), configure: configure)
    }

    /// The samples of a family, without its name.
    private func samples(_ family: String) -> Set<String> {
        Set(
            registry.text.split(separator: "\n").filter { $0.hasPrefix(family) && !$0.contains("_bucket") }
                .map { String($0.dropFirst(family.count)) })
    }

    @Test("Queries are counted by how they were answered, parts by source and outcome")
    func ways() async throws {
        let setup = setup(
            LearnersRunner(time) { part in
                if part.informationSourceID == "org2" { throw LIFError.refused }
                return try LearnersRunner.named(part)
            })
        _ = try await setup.planner.run(query())
        #expect(
            samples("lif_queries_total") == [
                #"{way="fetched"} 1"#, #"{way="memory"} 0"#, #"{way="cache"} 0"#, #"{way="promised"} 0"#,
                #"{way="failed"} 0"#,
            ])
        #expect(
            samples("lif_answer_parts_total") == [
                #"{outcome="fetched",source="org1"} 1"#, #"{outcome="missing",source="org2"} 1"#,
            ])
        #expect(samples("lif_source_duration_seconds_count").count == 2)
        #expect(!registry.text.contains(PlannerSetup.learner.identifier))
    }

    @Test("A query whose time was up is counted once, as asynchronous, and each of its parts once")
    func promised() async throws {
        let gate = Gate()
        let setup = setup(
            LearnersRunner(time) { part in
                try await gate.wait()
                return try LearnersRunner.named(part)
            })
        let id = try #require(try await setup.planner.reply(to: query(), .shortTime).correlationID)
        #expect(samples("lif_promised_queries_pending") == [" 1"])
        gate.open()
        _ = try await setup.planner.request(id, waitingFor: .seconds(30))
        await setup.planner.shutdown()
        #expect(samples("lif_promised_queries_pending") == [" 0"])
        #expect(samples("lif_promised_queries_ended_total") == [#"{state="completed"} 1"#])
        let ways = samples("lif_queries_total")
        #expect(ways.contains(#"{way="promised"} 1"#))
        #expect(ways.contains(#"{way="fetched"} 0"#))
        let parts = samples("lif_answer_parts_total")
        #expect(parts.count == 2)
        #expect(parts.allSatisfy { $0.hasSuffix(" 1") })
    }

    @Test("What was posted and not asked for is counted as dropped, by source")
    func droppedResults() {
        let planner = setup(LearnersRunner(time, LearnersRunner.named)).planner
        planner.countDropped(["org1": 2, "org2": 1])
        planner.countDropped(["org1": 1])
        #expect(samples("lif_planner_dropped_fragments_total") == [#"{source="org1"} 3"#, #"{source="org2"} 1"#])
    }

    @Test("What nobody had asked for, and what partners have from us, is counted as dropped")
    func dropped() async throws {
        let setup = setup(
            LearnersRunner(time) { _ in
                .data([
                    try fragment("Name", #"[{"informationSourceId":"us"},{"n":1}]"#), try fragment("Contact", "[1]"),
                ])
            }
        ) { $0.federation = FederationSettings(organization: "us") }
        _ = try await setup.planner.run(query())
        #expect(
            samples("lif_planner_dropped_fragments_total") == [#"{source="org1"} 1"#, #"{source="org2"} 1"#])
        #expect(samples("lif_planner_own_items_dropped_total") == [#"{source="org2"} 1"#])
    }

    @Test("Queries that were taken over are counted")
    func takenOver() async throws {
        let setup = setup(LearnersRunner(time, LearnersRunner.named))
        for number in 0..<3 {
            try await setup.requests.accept(
                ProcessedRequest(
                    query: LIFQuery(learners: learners([number]), selectedFields: []), acceptedAt: time.now,
                    holder: HolderID()))
        }
        try await setup.planner.recover()
        #expect(samples("lif_promised_queries_taken_over_total") == [" 3"])
        await setup.planner.shutdown()
    }
}
