import Foundation
import LIFModel

/// Which fetch brings what to whom: what several queries want at the same time is fetched once. Pure; `FetchRegistry` carries
/// out what it returns.
///
/// One flight brings what nobody is fetching yet; others that want the same join it. Only equal wants share a flight, and a
/// waiter gets of a flight what it has joined that flight for, nothing else. A flight that nobody waits for is cancelled.
struct RequestCoalescer {
    /// Everything that decides what a fetch brings for a pair.
    struct Want: Hashable {
        let key: FragmentKey
        /// `InformationSource.origin`: adapter, mapping and translation by which it is fetched.
        var origin = ""
        /// The planners that the query came through, where the source answers by them.
        var path = FederationPath()
    }

    /// A want, and the earliest time at which its fetch may have begun; `nil` for any.
    struct Request {
        let want: Want
        var notBefore: Date?
    }

    private struct Flight {
        let startedAt: Date
        /// What has not landed.
        var wants: [FragmentKey: Want]
        var waiters: Set<Int>
    }

    private struct Waiter {
        /// The flight that brings each pair which has not landed.
        var flightByKey: [FragmentKey: Int]
        /// How many outcomes it has not taken; those that have landed and are on their way to it count.
        var untaken: Int
        let flights: Set<Int>
    }

    private var nextID = 0
    private var flights: [Int: Flight] = [:]
    private var flightByWant: [Want: Int] = [:]
    private var waiters: [Int: Waiter] = [:]
    private var landings = LandingNumbers()

    var waiterCount: Int { waiters.count }

    /// Whether nobody waits and nothing is on its way.
    var isIdle: Bool { waiters.isEmpty && flights.isEmpty && flightByWant.isEmpty }

    /// Counts what has landed. To be read before a look into the cache, for `landed(of:since:)`.
    var landingCount: Int { landings.count }

    /// - Returns: The keys that may have landed after the count was read; some may not have.
    func landed(of keys: [FragmentKey], since count: Int) -> [FragmentKey] {
        keys.filter { landings.mayHave($0, since: count) }
    }

    /// Someone wants some pairs, each key once.
    ///
    /// - Returns: The number of the waiter; and of the flight that it starts, with what that is to bring, unless all are on
    ///   their way.
    mutating func join(
        _ requests: [Request], at now: Date
    ) -> (waiter: Int, flight: (id: Int, keys: [FragmentKey])?) {
        nextID += 1
        let waiter = nextID
        var flightByKey: [FragmentKey: Int] = [:]
        var owned: [FragmentKey: Want] = [:]
        var keys: [FragmentKey] = []
        for request in requests {
            if let id = flight(for: request) {
                flightByKey[request.want.key] = id
                flights[id]?.waiters.insert(waiter)
            } else {
                owned[request.want.key] = request.want
                keys.append(request.want.key)
            }
        }
        var started: (id: Int, keys: [FragmentKey])?
        if !owned.isEmpty {
            nextID += 1
            for want in owned.values {
                flightByWant[want] = nextID
                flightByKey[want.key] = nextID
            }
            flights[nextID] = Flight(startedAt: now, wants: owned, waiters: [waiter])
            started = (nextID, keys)
        }
        waiters[waiter] = Waiter(
            flightByKey: flightByKey, untaken: flightByKey.count, flights: Set(flightByKey.values))
        return (waiter, started)
    }

    /// The flight that a request may join: one that began too early is not joined, and later ones join the newer one.
    private func flight(for request: Request) -> Int? {
        guard let id = flightByWant[request.want], let flight = flights[id] else { return nil }
        return request.notBefore.map { flight.startedAt >= $0 } ?? true ? id : nil
    }

    /// A flight has brought some pairs; what it has brought before, or is not to bring, changes nothing.
    ///
    /// - Returns: Who is to be notified, of which of them. Each has taken them when `took` is called.
    mutating func land(_ keys: [FragmentKey], of flight: Int) -> [Int: [FragmentKey]] {
        var told: [Int: [FragmentKey]] = [:]
        guard let waiting = flights[flight]?.waiters else { return told }
        for key in keys {
            guard let want = flights[flight]?.wants.removeValue(forKey: key) else { continue }
            if flightByWant[want] == flight { flightByWant[want] = nil }
            landings.note(key)
            for id in waiting where waiters[id]?.flightByKey[key] == flight {
                waiters[id]?.flightByKey[key] = nil
                told[id, default: []].append(key)
            }
        }
        return told
    }

    /// A waiter has taken so many outcomes. Several flights may notify one waiter at the same time: the last one that is through
    /// ends it.
    ///
    /// - Returns: Whether it has all.
    mutating func took(_ count: Int, _ waiter: Int) -> Bool {
        waiters[waiter]?.untaken -= count
        return waiters[waiter]?.untaken == 0
    }

    /// What a flight that has ended has not brought: it is to land as failed, and then the flight is closed.
    func left(of flight: Int) -> [FragmentKey] { flights[flight].map { Array($0.wants.keys) } ?? [] }

    /// Nothing comes of the flight any more.
    mutating func close(_ flight: Int) { flights[flight] = nil }

    /// A waiter has all, or does not wait any longer.
    ///
    /// - Returns: The flights that are to be cancelled, as nobody waits for what they have not brought. Whoever wants that from
    ///   now on starts anew.
    mutating func leave(_ waiter: Int) -> [Int] {
        guard let left = waiters.removeValue(forKey: waiter) else { return [] }
        return left.flights.sorted().filter { id in
            flights[id]?.waiters.remove(waiter)
            guard let flight = flights[id], flight.waiters.isEmpty, !flight.wants.isEmpty else { return false }
            for want in flight.wants.values where flightByWant[want] == id { flightByWant[want] = nil }
            return true
        }
    }
}

/// When pairs have landed, for as long back as there is room for.
private struct LandingNumbers {
    private static let capacity = 4_096

    private(set) var count = 0
    private var numbers: [FragmentKey: Int] = [:]
    /// What landed up to this number may not be known any more.
    private var forgotten = 0

    mutating func note(_ key: FragmentKey) {
        count += 1
        if numbers.count >= Self.capacity {
            numbers = [:]
            forgotten = count - 1
        }
        numbers[key] = count
    }

    func mayHave(_ key: FragmentKey, since count: Int) -> Bool {
        count < forgotten || (numbers[key] ?? 0) > count
    }
}
