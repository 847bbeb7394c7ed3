import Foundation
import LIFJSON
import LIFModel
import LIFTesting
import Testing

@testable import LIFQueryPlanner

/// What whole queries get of fresh, expired and refreshed data.
@Suite(.timeLimit(.minutes(1))) struct FreshAnswersTests {
    private let time = ManualTime()

    private func ask(
        _ setup: PlannerSetup, _ fields: [String] = [], atMost age: Duration? = nil
    ) async throws -> QueryAnswer {
        let planner = setup.planner
        return try await within("an answer") { try await planner.run(query(fields), QueryOptions(maximumAge: age)) }
    }

    @Test("A query takes data of at most the age that it allows, and its answer shows how old its oldest data is")
    func maximumAge() async throws {
        let setup = PlannerSetup(
            [source("org1", ["Name"])], time: time, runner: LearnersRunner(time, LearnersRunner.named))
        let start = time.now
        _ = try await ask(setup)
        time.advance(by: .seconds(60))
        let kept = try await ask(setup, atMost: .seconds(60))
        #expect(kept.summary == ["org1 Person.Name cached 1"])
        #expect(kept.oldestData == start)
        #expect(try await setup.planner.ready(query()).oldestData == start)
        #expect(try await ask(setup, atMost: .seconds(60)).oldestData == start, "also from memory")
        #expect(try await ask(setup, atMost: .seconds(59)).summary == ["org1 Person.Name fetched 1"])
        #expect(try await ask(setup).oldestData == time.now)
    }

    @Test("Twenty queries that take nothing kept make one fetch, and what it brings serves them all")
    func noCache() async throws {
        let gate = Gate()
        let runner = LearnersRunner(time) { part in
            try await gate.wait()
            return try LearnersRunner.named(part)
        }
        let setup = PlannerSetup([source("org1", ["Name"]), source("org2", ["Name"])], time: time, runner: runner)
        gate.open()
        _ = try await ask(setup)
        time.advance(by: .seconds(1))
        let planner = setup.planner
        let closed = Gate()
        let slow = LearnersRunner(time) { part in
            try await closed.wait()
            return try LearnersRunner.named(part)
        }
        let again = PlannerSetup(
            [source("org1", ["Name"]), source("org2", ["Name"])], time: time, runner: slow,
            fragments: setup.fragments)
        await planner.shutdown()
        let tasks = (0..<20).map { _ in Task { try await ask(again, atMost: .zero) } }
        let registry = again.planner.work.pipelines.registry
        try await eventually("20 waiters") { registry.waiterCount == 20 }
        closed.open()
        for task in tasks { #expect(try await task.value.parts.allSatisfy { $0.outcome == .fetched }) }
        #expect(slow.partCount == 2)
        #expect(try await ask(again).parts.allSatisfy { $0.outcome == .cached })
    }

    @Test("Expired data is served at once and marked, one refresh goes on afterwards, and the next answer is fresh")
    func staleWhileRevalidate() async throws {
        let gate = Noted(Gate(isOpen: true))
        let version = Noted(1)
        let runner = LearnersRunner(time) { _ in
            try await gate.value.wait()
            return .data([try fragment("Name", "[\(version.value)]")])
        }
        let setup = PlannerSetup(
            [source("org1", ["Name"], ttl: .seconds(60), staleWhileRevalidate: .seconds(30))], time: time,
            runner: runner)
        _ = try await ask(setup)
        let refresh = Gate()
        gate.value = refresh
        version.value = 2
        time.advance(by: .seconds(89))
        let tasks = (0..<50).map { _ in Task { try await ask(setup) } }
        for task in tasks {
            // The source does not answer yet.
            let answer = try await task.value
            #expect(answer.compatibleJSON.text == #"[{"Person":[{"Name":[1]}]}]"#)
            #expect(answer.summary == ["org1 Person.Name stale 1"])
            #expect(answer.gaps.map(\.reason) == ["revalidating"])
        }
        #expect(try await setup.planner.cached(query())?.answer.gaps.count == 1)
        // No query that says how old data may be gets stale data.
        let strict = Task { try await ask(setup, atMost: .seconds(80)) }
        let registry = setup.planner.work.pipelines.registry
        try await eventually("the strict one waits") { registry.waiterCount == 52 }
        refresh.open()
        #expect(try await strict.value.compatibleJSON.text == #"[{"Person":[{"Name":[2]}]}]"#)
        try await eventually("the refresh has ended") { registry.isIdle }
        let next = try await ask(setup)
        #expect(next.compatibleJSON.text == #"[{"Person":[{"Name":[2]}]}]"#)
        #expect(next.summary == ["org1 Person.Name cached 1"])
        #expect(runner.partCount == 2)
        await setup.planner.shutdown()
    }

    @Test("After the time for serving stale data, queries wait for the source")
    func staleTooLong() async throws {
        let setup = PlannerSetup(
            [source("org1", ["Name"], ttl: .seconds(60), staleWhileRevalidate: .seconds(30))], time: time,
            runner: LearnersRunner(time, LearnersRunner.named))
        _ = try await ask(setup)
        time.advance(by: .seconds(90))
        #expect(try await ask(setup).summary == ["org1 Person.Name fetched 1"])
    }

    @Test("A stop does not wait for a refresh after an answer")
    func stopWhileRevalidating() async throws {
        let isHanging = Noted(false)
        let runner = LearnersRunner(time) { part in
            if isHanging.value { try await Gate().wait() }
            return try LearnersRunner.named(part)
        }
        let setup = PlannerSetup(
            [source("org1", ["Name"], ttl: .seconds(60), staleWhileRevalidate: .seconds(30))], time: time,
            runner: runner)
        _ = try await ask(setup)
        isHanging.value = true
        time.advance(by: .seconds(60))
        _ = try await ask(setup)
        try await runner.waitForParts(2)
        let planner = setup.planner
        try await within("a stop", limit: .seconds(30)) { await planner.shutdown() }
        try await eventually("its end") { runner.cancelled == 1 }
        #expect(try await ask(setup).summary == ["org1 Person.Name stale 1"], "nothing is begun behind it any more")
        #expect(runner.partCount == 2)
    }

    @Test("What a clock that is ahead has stored is believed within a minute, and is fetched again beyond")
    func clockSkew() async throws {
        for (ahead, outcome) in [(60.0, "cached"), (61.0, "fetched")] {
            let store = MemoryFragmentStore()
            try await store.write([
                StoredFragment(
                    key: FragmentKey(
                        sourceID: "org1", learner: PlannerSetup.learner, path: FragmentPath(entity: "Name")),
                    content: try fragment("Name", "[1]").content, learnerKnown: true,
                    storedAt: time.now.addingTimeInterval(ahead), dataTimestamp: nil, origin: "adapter-of-org1")
            ])
            let setup = PlannerSetup(
                [source("org1", ["Name"])], time: time, runner: LearnersRunner(time, LearnersRunner.named),
                fragments: store)
            #expect(try await ask(setup).summary == ["org1 Person.Name \(outcome) 1"])
        }
    }

    @Test("Three refreshes over expiry leave exactly what the sources have, in memory, in the cache and in the store")
    func threeRefreshes() async throws {
        let versions = [
            #"[{"id":1,"v":"a"},{"id":2,"v":"a"}]"#, #"[{"id":1,"v":"b"},{"id":2,"v":"a"}]"#, #"[{"id":1,"v":"b"}]"#,
            #"[{"id":3,"v":"c"},{"id":1,"v":"b"}]"#,
        ]
        let round = Noted(0)
        let runner = LearnersRunner(time) { part in
            let items = part.informationSourceID == "org1" ? versions[round.value] : #"[{"id":1,"v":"a"}]"#
            return .data([try fragment("Name", items)])
        }
        let store = MemoryFragmentStore()
        let sources = [source("org1", ["Name"]), source("org2", ["Name"], ttl: .seconds(86_400))]
        let setup = PlannerSetup(sources, time: time, runner: runner, fragments: store)
        for (number, items) in versions.enumerated() {
            round.value = number
            let expected = #"[{"Person":[{"Name":"# + items.dropLast() + #",{"id":1,"v":"a"}]}]}]"#
            for _ in 0..<3 { #expect(try await ask(setup).compatibleJSON.text == expected) }
            let reopened = PlannerSetup(
                sources, time: time, runner: LearnersRunner(time) { _ in throw LIFError.refused },
                fragments: MemoryFragmentStore(sharing: store))
            try await eventually("it is written") { [store, time] in
                let key = FragmentKey(
                    sourceID: "org1", learner: PlannerSetup.learner, path: FragmentPath(entity: "Name"))
                return try await store.read([key])[key]?.storedAt == time.now
            }
            #expect(try await ask(reopened).compatibleJSON.text == expected)
            time.advance(by: .seconds(3_600))
        }
        #expect(runner.count("org1", PlannerSetup.learner.identifier) == 4)
        #expect(runner.count("org2", PlannerSetup.learner.identifier) == 1)
    }

    @Test("Queries that overlap at the same time fetch each pair once between them")
    func overlapping() async throws {
        let gate = Gate()
        let runner = LearnersRunner(time) { part in
            try await gate.wait()
            return try LearnersRunner.named(part)
        }
        let setup = PlannerSetup(
            [source("org1", ["Name", "Contact", "CredentialAward"]), source("org2", ["Contact"])], time: time,
            runner: runner)
        let left = Task { try await ask(setup, ["Person.Name", "Person.Contact"]) }
        let right = Task { try await ask(setup, ["Person.Contact", "Person.CredentialAward"]) }
        let registry = setup.planner.work.pipelines.registry
        try await eventually("both wait") { registry.waiterCount == 2 }
        gate.open()
        let both = try await [left.value, right.value]
        #expect(both.map(\.parts.count) == [3, 3])
        #expect(both[0].records[0].json["Person"]?.elements.first?["Contact"]?.text.contains("org2") == true)
        #expect(runner.asked.count == 4)
        #expect(runner.asked.values.allSatisfy { $0 == 1 })
    }

    @Test("An answer in memory is not given when the store was emptied by another process")
    func everythingChanged() async throws {
        let store = MemoryFragmentStore()
        let runner = LearnersRunner(time, LearnersRunner.named)
        let setup = PlannerSetup([source("org1", ["Name"])], time: time, runner: runner, fragments: store)
        _ = try await ask(setup)
        _ = try await ask(setup)
        let other = MemoryFragmentStore(sharing: store)
        let key = FragmentKey(sourceID: "org1", learner: PlannerSetup.learner, path: FragmentPath(entity: "Name"))
        try await eventually("it is written") { try await store.read([key]).count == 1 }
        _ = try await other.forget([PlannerSetup.learner], now: time.now)
        time.advance(by: .seconds(1))
        // The contract's time, not luck: from then on every answer is the new one.
        try await Task.sleep(for: CacheClient.staleness)
        #expect(try await ask(setup).summary == ["org1 Person.Name fetched 1"])
        #expect(runner.partCount == 2)
    }

    @Test("An answer in memory is not given when its learner is known by another identifier now")
    func identitiesChanged() async throws {
        let identities = GivenIdentities(["org1": learners([1])[0]])
        let setup = PlannerSetup(
            [source("org1", ["Name"])], time: time, runner: LearnersRunner(time, LearnersRunner.named),
            identities: identities)
        for _ in 0..<3 { #expect(try await ask(setup).compatibleJSON.text.contains("org1 1")) }
        identities.replace(["org1": learners([2])[0]])
        try await Task.sleep(for: CacheClient.staleness)
        for _ in 0..<3 { #expect(try await ask(setup).compatibleJSON.text.contains("org1 2")) }
    }
}
