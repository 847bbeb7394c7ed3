import Foundation
import LIFModel
import LIFTesting
import Testing

@testable import LIFQueryPlanner

/// Queries that come through other planners.
@Suite(.timeLimit(.minutes(1))) struct FederationTests {
    private let time = ManualTime()
    private let sources = [
        source("sis", ["Name"]), source("partner-a", ["Name"], organization: "org-a", isPartner: true),
        source("partner-b", ["Name"], organization: "org-b", isPartner: true),
    ]

    private func setup(
        _ runner: LearnersRunner, _ partnerQueries: FederationSettings.PartnerQueries = .all
    ) -> PlannerSetup {
        PlannerSetup(sources, time: time, runner: runner) {
            $0.federation = FederationSettings(organization: "us", partnerQueries: partnerQueries)
        }
    }

    private func ask(_ setup: PlannerSetup, _ via: String...) async throws -> [String] {
        let options = QueryOptions(via: try FederationPath(via))
        return try await setup.planner.run(query(), options).parts.map { "\($0.sourceID) \($0.outcome)" }
    }

    @Test("A query that came through us already is refused, before anything is asked")
    func loop() async throws {
        let runner = LearnersRunner(time, LearnersRunner.named)
        let setup = setup(runner)
        let options = QueryOptions(via: try FederationPath(["org-a", "us", "org-b"]), asynchrony: .preferred)
        for ask in [
            { _ = try await setup.planner.run(query(), options) },
            { _ = try await setup.planner.reply(to: query(), options) },
        ] as [@Sendable () async throws -> Void] {
            let error = await #expect(throws: LIFError.self) { try await ask() }
            #expect(error?.code == .federationLoop)
        }
        #expect(runner.plans.isEmpty)
    }

    @Test("Organisations that a query came through are not asked, and the others learn whom it came through")
    func path() async throws {
        let runner = LearnersRunner(time, LearnersRunner.named)
        let setup = setup(runner)
        #expect(try await ask(setup, "far", "org-a") == ["sis fetched", "partner-b fetched"])
        #expect(runner.plans.map(\.via.organizations) == [["far", "org-a", "us"]])
    }

    @Test("A query of our own goes out with our name")
    func direct() async throws {
        let runner = LearnersRunner(time, LearnersRunner.named)
        let setup = setup(runner)
        #expect(try await ask(setup) == ["sis fetched", "partner-a fetched", "partner-b fetched"])
        #expect(runner.plans.map(\.via.organizations) == [["us"]])
    }

    @Test("Partners get our own sources only, where that is set; our clients get all")
    func localOnly() async throws {
        let runner = LearnersRunner(time, LearnersRunner.named)
        let setup = setup(runner, .local)
        #expect(try await ask(setup, "org-a") == ["sis fetched"])
        #expect(try await ask(setup) == ["sis cached", "partner-a fetched", "partner-b fetched"])
    }

    @Test("What partners have from us is dropped, and what our own sources say of us is kept")
    func ownItems() async throws {
        let runner = LearnersRunner(time) { _ in
            .data([
                try fragment(
                    "Name", #"[{"informationSourceId":"us","n":1},{"informationSourceId":"other","n":2},{"n":3}]"#)
            ])
        }
        let answer = try await setup(runner).planner.run(query())
        #expect(answer.parts.map(\.items) == [3, 2, 2])
        let onlyOurs = LearnersRunner(time) { _ in
            .data([try fragment("Name", #"[{"informationSourceId":"us"}]"#)])
        }
        let empty = try await setup(onlyOurs).planner.run(query())
        #expect(empty.parts.map(\.outcome) == [.fetched, .empty, .empty])
        #expect(empty.parts.allSatisfy { $0.learnerKnown })
    }

    @Test("What a partner gives to a query that came through others is not kept: it leaves out what those have")
    func partialAnswers() async throws {
        // The partner asks org-b itself, unless the query came through that.
        let runner = LearnersRunner(time) { part in try LearnersRunner.named(part) }
        let setup = setup(runner)
        _ = try await ask(setup, "org-b")
        #expect(try await ask(setup) == ["sis cached", "partner-a fetched", "partner-b fetched"])
        // The whole that our own query has brought serves partners too.
        #expect(try await ask(setup, "org-b") == ["sis cached", "partner-a cached"])
    }

    @Test("A query of our own does not join a partner's fetch for a query that came through others")
    func partialFlights() async throws {
        let gate = Gate()
        let runner = LearnersRunner(time) { part in
            try await gate.wait()
            return try LearnersRunner.named(part)
        }
        let setup = setup(runner)
        let partner = Task { try await ask(setup, "org-b") }
        let other = Task { try await ask(setup, "org-b") }
        try await runner.waitForParts(2)
        let own = Task { try await ask(setup) }
        try await runner.waitForParts(4)
        let registry = setup.planner.work.pipelines.registry
        try await eventually("three wait") { registry.waiterCount >= 3 }
        gate.open()
        #expect(try await partner.value == ["sis fetched", "partner-a fetched"])
        #expect(try await other.value.count == 2)
        #expect(try await own.value == ["sis fetched", "partner-a fetched", "partner-b fetched"])
        let learner = PlannerSetup.learner.identifier
        #expect(["sis", "partner-a", "partner-b"].map { runner.count($0, learner) } == [1, 2, 1])
    }

    @Test("An asynchronous query goes on with the path by which it came, also after a stop")
    func promised() async throws {
        let store = ProcessedRequestStore()
        let hanging = LearnersRunner(time) { _ in
            try await Gate().wait()
            return .empty(learnerKnown: true)
        }
        func planner(_ runner: LearnersRunner) -> QueryPlanner {
            PlannerSetup(sources, time: time, runner: runner, requests: store) {
                $0.federation = FederationSettings(organization: "us")
            }.planner
        }
        let first = planner(hanging)
        let options = QueryOptions(via: try FederationPath(["org-a"]), wait: .zero)
        let id = try #require(try await first.reply(to: query(), options).correlationID)
        try await hanging.waitForParts(2)
        await first.shutdown()
        let runner = LearnersRunner(time, LearnersRunner.named)
        let next = planner(runner)
        try await next.recover()
        #expect(try await next.request(id, waitingFor: .seconds(30)).state == .completed)
        #expect(Set(runner.plans.map(\.via.organizations)) == [["org-a", "us"]])
        #expect(runner.count("partner-a", PlannerSetup.learner.identifier) == 0)
        await next.shutdown()
    }
}
