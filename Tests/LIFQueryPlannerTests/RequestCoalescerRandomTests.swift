import Foundation
import LIFModel
import LIFTesting
import Testing

@testable import LIFQueryPlanner

/// Random joins, landings, ends and departures in any order; after each of them all rules hold.
@Suite(.timeLimit(.minutes(2))) struct RequestCoalescerRandomTests {
    private typealias Request = RequestCoalescer.Request

    private struct Flight {
        let startedAt: Date
        let wants: [FragmentKey: RequestCoalescer.Want]
        var landed: Set<FragmentKey> = []
        var isCancelled = false
    }

    /// What is true of the calls so far, told plainly.
    private struct Model {
        var coalescer = RequestCoalescer()
        var flights: [Int: Flight] = [:]
        /// The last flight that was started for each.
        var last: [RequestCoalescer.Want: Int] = [:]
        /// What each waiter wants and has not got.
        var waiting: [Int: [FragmentKey: Request]] = [:]
        /// The flights that bring them.
        var providers: [Int: [FragmentKey: Int]] = [:]
        /// Who was told what, and has not taken it.
        var untaken: [(waiter: Int, count: Int)] = []
        var time = Date(timeIntervalSince1970: 0)
    }

    private static let keys = (0..<5).map { number in
        FragmentKey(sourceID: "org\(number)", learner: PlannerSetup.learner, path: FragmentPath(entity: "Name"))
    }

    @Test(
        "Each waiter gets each pair once, from a fetch that is the one it wants and began late enough, and nothing is left behind",
        arguments: ModelSeeds.some(40))
    func rules(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var model = Model()
        for _ in 0..<400 {
            model.time += Double(Int.random(in: 0...2, using: &random))
            switch Int.random(in: 0..<10, using: &random) {
            case 0...2: try join(&model, &random)
            case 3...6: try land(&model, &random)
            case 7: try end(random.pick(model.flights.keys.sorted()), &model)
            case 8: try take(&model)
            default: try leave(random.pick(model.waiting.keys.sorted()), &model)
            }
            #expect(model.coalescer.waiterCount == model.waiting.count)
        }
        for flight in model.flights.keys.sorted() { try end(flight, &model) }
        while !model.untaken.isEmpty { try take(&model) }
        for waiter in model.waiting.keys.sorted() { try leave(waiter, &model) }
        #expect(model.coalescer.isIdle)
    }

    private func join(_ model: inout Model, _ random: inout SeededGenerator) throws {
        let requests = Self.keys.filter { _ in random.chance(50) }.map { key in
            Request(
                want: RequestCoalescer.Want(key: key, origin: random.chance(80) ? "a" : "b"),
                notBefore: random.chance(30) ? model.time - Double(Int.random(in: 0...4, using: &random)) : nil)
        }
        if requests.isEmpty { return }
        let (waiter, flight) = model.coalescer.join(requests, at: model.time)
        model.waiting[waiter] = Dictionary(uniqueKeysWithValues: requests.map { ($0.want.key, $0) })
        if let flight {
            let wants = requests.filter { flight.keys.contains($0.want.key) }.map { ($0.want.key, $0.want) }
            model.flights[flight.id] = Flight(startedAt: model.time, wants: Dictionary(uniqueKeysWithValues: wants))
        }
        // What the last fetch of it brings, nobody fetches again, unless that began too early.
        for request in requests where flight?.keys.contains(request.want.key) == true {
            let key = request.want.key
            let last = model.last[request.want].flatMap { model.flights[$0] }
            model.last[request.want] = flight?.id
            guard let last, !last.isCancelled, !last.landed.contains(key) else { continue }
            #expect(request.notBefore.map { last.startedAt < $0 } ?? false, "it could have been joined")
        }
        noteProviders(requests, of: waiter, &model)
    }

    private func noteProviders(_ requests: [Request], of waiter: Int, _ model: inout Model) {
        for request in requests {
            model.providers[waiter, default: [:]][request.want.key] = model.last[request.want]
        }
    }

    private func land(_ model: inout Model, _ random: inout SeededGenerator) throws {
        guard let id = random.pick(model.flights.keys.sorted()), let flight = model.flights[id] else { return }
        let keys = Self.keys.filter { _ in random.chance(40) }
        let count = model.coalescer.landingCount
        let told = model.coalescer.land(keys, of: id)
        let news = keys.filter { flight.wants[$0] != nil && !flight.landed.contains($0) }
        #expect(Set(model.coalescer.landed(of: Self.keys, since: count)) == Set(news))
        model.flights[id]?.landed.formUnion(news)
        try note(told, of: id, flight, &model)
    }

    private func note(_ told: [Int: [FragmentKey]], of id: Int, _ flight: Flight, _ model: inout Model) throws {
        for (waiter, keys) in told {
            for key in keys {
                let removed = model.waiting[waiter]?.removeValue(forKey: key)
                let request = try #require(removed, "told once, and who waits")
                #expect(model.providers[waiter]?.removeValue(forKey: key) == id, "from the fetch that it has joined")
                #expect(flight.wants[key] == request.want, "the same is wanted")
                #expect(request.notBefore.map { flight.startedAt >= $0 } ?? true, "it began late enough")
            }
            model.untaken.append((waiter, keys.count))
        }
    }

    private func end(_ id: Int?, _ model: inout Model) throws {
        guard let id, let flight = model.flights[id] else { return }
        let left = model.coalescer.left(of: id)
        #expect(Set(left) == Set(flight.wants.keys).subtracting(flight.landed))
        try note(model.coalescer.land(left, of: id), of: id, flight, &model)
        model.coalescer.close(id)
        model.flights[id] = nil
    }

    private func take(_ model: inout Model) throws {
        guard !model.untaken.isEmpty else { return }
        let (waiter, count) = model.untaken.removeFirst()
        guard let wanted = model.waiting[waiter] else { return }
        let hasAll = model.coalescer.took(count, waiter)
        #expect(hasAll == (wanted.isEmpty && !model.untaken.contains { $0.waiter == waiter }))
        if hasAll { try leave(waiter, &model) }
    }

    private func leave(_ waiter: Int?, _ model: inout Model) throws {
        guard let waiter else { return }
        model.waiting[waiter] = nil
        model.providers[waiter] = nil
        model.untaken.removeAll { $0.waiter == waiter }
        for id in model.coalescer.leave(waiter) {
            let flight = try #require(model.flights[id])
            #expect(!flight.isCancelled, "it is cancelled once")
            #expect(flight.landed.count < flight.wants.count)
            #expect(!model.providers.values.contains { $0.values.contains(id) }, "nobody waits for what it brings")
            model.flights[id]?.isCancelled = true
        }
    }
}
