import Foundation
import LIFModel
import LIFTesting
import Testing

@testable import LIFQueryPlanner

@Suite(.timeLimit(.minutes(2))) struct FetchRegistryTests {
    private func key(_ number: Int) -> FragmentKey {
        FragmentKey(
            sourceID: "org\(number)", learner: PlannerSetup.learner, path: FragmentPath(entity: "Name"))
    }

    private static func landed(_ key: FragmentKey) -> Landing { landed(key, mark: 0) }

    /// - Parameter mark: Tells which fetch it came from.
    private static func landed(_ key: FragmentKey, mark: TimeInterval) -> Landing {
        let time = Date(timeIntervalSince1970: mark)
        return Landing(
            key: key, outcome: Outcome(.empty(learnerKnown: true), finishedAt: time, duration: .zero), startedAt: time)
    }

    private func collect(_ stream: AsyncStream<Landing>) async -> [Landing] {
        var all: [Landing] = []
        for await fetched in stream { all.append(fetched) }
        return all
    }

    @Test("Waiting for nothing ends at once")
    func nothing() async throws {
        let registry = FetchRegistry()
        let stream = registry.join([]) { _, _ in Issue.record("it fetched") }
        let all = try await within("an end") { await collect(stream) }
        #expect(all.isEmpty)
        #expect(registry.isIdle)
    }

    @Test("Outcomes come as they land, not when all have landed")
    func asTheyLand() async throws {
        let registry = FetchRegistry()
        let gate = Gate()
        let keys = [key(1), key(2)]
        let stream = registry.join(keys) { owned, land in
            land([Self.landed(owned[0])])
            try await gate.wait()
            land([Self.landed(owned[1])])
        }
        var iterator = stream.makeAsyncIterator()
        #expect(await iterator.next()?.key == key(1))
        gate.open()
        #expect(await iterator.next()?.key == key(2))
        #expect(await iterator.next() == nil)
    }

    @Test("What a fetch leaves out, or drops by an error, fails; each pair has one outcome")
    func leftOut() async throws {
        let registry = FetchRegistry()
        let error = LIFError(.neighbourNotAvailable, "away", blame: .engine)
        let keys = [key(1), key(2), key(3)]
        let stream = registry.join(keys) { owned, land in
            land([Self.landed(owned[0])])
            land([Self.landed(owned[0])])
            throw error
        }
        let all = await collect(stream)
        #expect(all.count == 3)
        let failed = all.filter { $0.failure != nil }
        #expect(Set(failed.map(\.key)) == [key(2), key(3)])
        #expect(failed.allSatisfy { $0.error?.code == .neighbourNotAvailable })
        try await eventually("no flights") { registry.isIdle }
    }

    @Test("After all have left a pair, whoever wants it starts a new fetch, also while the old one winds down")
    func startsAnew() async throws {
        let registry = FetchRegistry()
        let (begun, cancelled, windDown) = (Gate(), Gate(), Gate())
        let first = Task { [key = key(1)] in
            let stream = registry.join([key]) { _, _ in
                begun.open()
                do {
                    try await Gate().wait()
                } catch {
                    cancelled.open()
                    // A source that takes its time to let go.
                    await Task { try? await windDown.wait() }.value
                    throw error
                }
            }
            for await _ in stream {}
        }
        try await within("the first fetch") { try await begun.wait() }
        first.cancel()
        try await within("its cancellation") { try await cancelled.wait() }
        let second = registry.join([key(1)]) { owned, land in land(owned.map(Self.landed)) }
        let all = try await within("the second fetch") { await collect(second) }
        #expect(all.map(\.key) == [key(1)])
        #expect(all.first?.failure == nil, "it got the outcome of the cancelled fetch")
        windDown.open()
        await first.value
        try await eventually("no flights") { registry.isIdle }
    }

    @Test("Each waiter gets each of its outcomes, when they land in several flights at the same time")
    func manyFlights() async throws {
        for _ in 0..<200 {
            let registry = FetchRegistry()
            let gate = Gate()
            let keys = (0..<8).map(key)
            // One flight for each pair, all held at the gate.
            let single = keys.map { key in
                registry.join([key]) { owned, land in
                    try await gate.wait()
                    land(owned.map(Self.landed))
                }
            }
            let all = (0..<8).map { _ in registry.join(keys) { _, _ in Issue.record("it fetched again") } }
            try await within("every outcome") {
                await withTaskGroup(of: Int.self) { group in
                    for stream in all { group.addTask { await collect(stream).count } }
                    gate.open()
                    for await count in group { #expect(count == keys.count) }
                }
                for stream in single { #expect(await collect(stream).count == 1) }
            }
            try await eventually("no flights") { registry.isIdle }
        }
    }

    @Test("A pair that is wanted in another way is fetched anew, also by who shares another pair of the same flight")
    func otherWants() async throws {
        let registry = FetchRegistry()
        let (first, second) = (Gate(), Gate())
        let start = Date(timeIntervalSince1970: 0)
        func join(
            _ path: FederationPath, origin: String = "a", _ gate: Gate, _ mark: TimeInterval
        ) -> AsyncStream<Landing> {
            registry.stream(
                [
                    FetchRegistry.Request(want: FetchRegistry.Want(key: key(1), origin: origin, path: path)),
                    FetchRegistry.Request(want: FetchRegistry.Want(key: key(2))),
                ], now: start
            ) { owned, land in
                try await gate.wait()
                land(owned.map { Self.landed($0, mark: mark) })
            }
        }
        let through = join(FederationPath().appending("org9"), first, 1)
        let direct = join(FederationPath(), second, 2)
        let mapped = join(FederationPath(), origin: "b", second, 3)
        first.open()
        let throughAll = try await within("what was asked first") { await collect(through) }
        #expect(Set(throughAll.map(\.startedAt.timeIntervalSince1970)) == [1])
        second.open()
        for (stream, mark) in [(direct, 2.0), (mapped, 3.0)] {
            let all = try await within("what was asked then") { await collect(stream) }
            #expect(all.count == 2)
            #expect(all.first { $0.key == key(1) }?.startedAt.timeIntervalSince1970 == mark)
            #expect(all.first { $0.key == key(2) }?.startedAt.timeIntervalSince1970 == 1)
        }
        try await eventually("no flights") { registry.isIdle }
    }

    @Test("Only a flight that began late enough is joined; later ones join the newest")
    func notBefore() async throws {
        let registry = FetchRegistry()
        let gate = Gate()
        let fetches = Tally()
        func join(at time: TimeInterval, notBefore: TimeInterval?) -> AsyncStream<Landing> {
            let request = FetchRegistry.Request(
                want: FetchRegistry.Want(key: key(1)), notBefore: notBefore.map(Date.init(timeIntervalSince1970:)))
            return registry.stream([request], now: Date(timeIntervalSince1970: time)) { owned, land in
                fetches.add()
                try await gate.wait()
                land(owned.map { Self.landed($0, mark: time) })
            }
        }
        let streams = [
            join(at: 10, notBefore: nil), join(at: 11, notBefore: 10), join(at: 12, notBefore: 11),
            join(at: 13, notBefore: 12), join(at: 14, notBefore: nil),
        ]
        gate.open()
        var marks: [TimeInterval] = []
        for stream in streams {
            for landing in try await within("an outcome", { await collect(stream) }) {
                marks.append(landing.startedAt.timeIntervalSince1970)
            }
        }
        #expect(marks == [10, 10, 12, 12, 12])
        #expect(fetches.count == 2)
        try await eventually("no flights") { registry.isIdle }
    }

    /// What one of the stress test's waiters does.
    private struct Script: Sendable {
        let wanted: [FragmentKey]
        let leaves: Bool
        let pauses: Int

        init(_ number: Int, keys: [FragmentKey]) {
            var generator = SeededGenerator(seed: UInt64(number))
            var wanted: [FragmentKey] = []
            for key in keys where Bool.random(using: &generator) { wanted.append(key) }
            self.wanted = wanted
            leaves = Int.random(in: 0..<3, using: &generator) == 0
            pauses = Int.random(in: 0..<4, using: &generator)
        }
    }

    @Test("Joining and leaving from all sides neither hangs nor loses an outcome nor leaves anything behind")
    func stress() async throws {
        let registry = FetchRegistry()
        let completed = Tally()
        let scripts = (0..<1_500).map { Script($0, keys: (0..<10).map(key)) }
        try await within("1,500 waiters", limit: .seconds(60)) {
            await withTaskGroup(of: Void.self) { group in
                for script in scripts { group.addTask { await play(script, registry, completed) } }
            }
        }
        try await eventually("no flights") { registry.isIdle }
        #expect(completed.count > 500)
    }

    private func play(_ script: Script, _ registry: FetchRegistry, _ completed: Tally) async {
        let work = Task {
            let stream = registry.join(script.wanted) { owned, land in
                for key in owned {
                    for _ in 0..<script.pauses { await Task.yield() }
                    try Task.checkCancellation()
                    land([Self.landed(key)])
                }
            }
            return await collect(stream)
        }
        if script.leaves {
            for _ in 0..<script.pauses { await Task.yield() }
            work.cancel()
            _ = await work.value
            return
        }
        let outcomes = await work.value
        #expect(Set(outcomes.map(\.key)) == Set(script.wanted))
        #expect(outcomes.count == script.wanted.count)
        let failures = outcomes.filter { $0.failure != nil }
        #expect(failures.isEmpty, "a fetch was cancelled although someone waited for it")
        completed.add()
    }
}

extension FetchRegistry {
    /// For those who want what any fetch of the keys brings.
    fileprivate func join(
        _ keys: [FragmentKey], fetch: @escaping @Sendable ([FragmentKey], @escaping LandAll) async throws -> Void
    ) -> AsyncStream<Landing> {
        stream(keys.map { Request(want: Want(key: $0)) }, now: Date(timeIntervalSince1970: 0), fetch: fetch)
    }
}
