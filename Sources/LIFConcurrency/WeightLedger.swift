/// An amount that several share: each takes of it what it needs, in one or more steps, and gives all back at once. Pure.
///
/// - One that does not fit is passed by others that do, until these have taken the whole size since it came to be first.
/// - Who has some goes before those that have none, because it gives it back the sooner. One of them at a time may go beyond
///   the size, or all of them would wait for each other. So may one that is alone.
package struct WeightLedger<Holder: Hashable & Sendable>: PermitLedger {
    /// What a holder asks for.
    package struct Request: Sendable {
        let amount: Int
        let holder: Holder

        /// A request of a holder, for so much more than it has.
        package init(_ amount: Int, for holder: Holder) { (self.amount, self.holder) = (amount, holder) }
    }

    package typealias Permit = Holder
    private typealias Waiting = (ticket: Int, request: Request)

    let size: Int
    /// How much all holders have together.
    package private(set) var taken = 0
    private var held: [Holder: Int] = [:]
    /// Who has taken more than there was.
    private var exceeding: Holder?
    private var waiting: [Waiting] = []
    /// How much others have taken since the first one that waits is the first.
    private var passed = 0

    /// A ledger of which nothing is taken.
    package init(size: Int) { self.size = size }

    package mutating func take(_ request: Request, ticket: Int) -> Holder? {
        let hasSome = held[request.holder] != nil
        if fits(request), hasSome || mayPass(request) {
            if !hasSome, !waiting.isEmpty { passed += request.amount }
            grant(request)
            return request.holder
        }
        let place = hasSome ? waiting.firstIndex { held[$0.request.holder] == nil } : nil
        waiting.insert((ticket, request), at: place ?? waiting.endIndex)
        return nil
    }

    /// Takes back all that the holder has.
    package mutating func give(_ holder: Holder) -> [Grant] {
        taken -= held.removeValue(forKey: holder) ?? 0
        if exceeding == holder { exceeding = nil }
        return grantWhatFits()
    }

    package mutating func withdraw(_ ticket: Int) -> [Grant] {
        guard let index = waiting.firstIndex(where: { $0.ticket == ticket }) else { return [] }
        remove(at: index)
        return grantWhatFits()
    }

    private mutating func grantWhatFits() -> [Grant] {
        var granted: [Grant] = []
        var index = 0
        while index < waiting.count {
            let (ticket, request) = waiting[index]
            guard fits(request), index == 0 || mayPass(request) else {
                index += 1
                continue
            }
            if index > 0 { passed += request.amount }
            remove(at: index)
            grant(request)
            granted.append((ticket, request.holder))
        }
        return granted
    }

    private mutating func remove(at index: Int) {
        waiting.remove(at: index)
        if index == 0 { passed = 0 }
    }

    private mutating func grant(_ request: Request) {
        taken += request.amount
        held[request.holder, default: 0] += request.amount
        if taken > size { exceeding = request.holder }
    }

    private func mayPass(_ request: Request) -> Bool { waiting.isEmpty || passed + request.amount <= size }

    private func fits(_ request: Request) -> Bool {
        if request.amount <= size - taken { return true }
        guard let own = held[request.holder] else { return taken == 0 }
        return taken == own || (exceeding ?? request.holder) == request.holder
    }
}

/// An amount that objects share, each under its own identity.
package typealias WeightedSemaphore = TaskSemaphore<WeightLedger<ObjectIdentifier>>

extension TaskSemaphore where Ledger == WeightLedger<ObjectIdentifier> {
    /// A semaphore of which nothing is taken.
    package convenience init(size: Int) { self.init(WeightLedger(size: size)) }

    /// - Parameter holder: Who takes it, until `give(of:)`.
    /// - Returns: Whether there was as much in time.
    /// - Throws: `CancellationError`.
    package func take(_ amount: Int, for holder: some AnyObject, within limit: Duration) async throws -> Bool {
        try await take(WeightLedger.Request(amount, for: ObjectIdentifier(holder)), within: limit) != nil
    }

    /// Takes back all that the holder has.
    package func give(of holder: some AnyObject) { give(ObjectIdentifier(holder)) }
}
