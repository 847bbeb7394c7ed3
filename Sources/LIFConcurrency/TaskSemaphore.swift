import Synchronization

/// The rules of a semaphore: who has what, and who waits. Pure.
package protocol PermitLedger: Sendable {
    /// What somebody asks for.
    associatedtype Request: Sendable
    /// What somebody gets, and gives back.
    associatedtype Permit: Sendable
    /// A request that waited, and is granted now.
    typealias Grant = (ticket: Int, permit: Permit)

    /// - Parameter ticket: Names the request; each is higher than the one before.
    /// - Returns: `nil` when the request has to wait.
    mutating func take(_ request: Request, ticket: Int) -> Permit?

    /// Takes a permit back.
    ///
    /// - Returns: The requests that are granted now.
    mutating func give(_ permit: Permit) -> [Grant]

    /// Removes a request that waits.
    ///
    /// - Returns: The requests that are granted now.
    mutating func withdraw(_ ticket: Int) -> [Grant]
}

/// A limit that tasks share: each takes a permit, waits until its ledger grants one, and gives it back.
package final class TaskSemaphore<Ledger: PermitLedger>: Sendable {
    private struct State {
        var ledger: Ledger
        var lastTicket = 0
        /// Who waits, by ticket.
        var waiting: [Int: Pulse] = [:]
        /// Granted to tasks that have not woken up yet.
        var granted: [Int: Ledger.Permit] = [:]

        /// - Returns: Who is to be woken.
        mutating func note(_ grants: [Ledger.Grant]) -> [Pulse] {
            grants.compactMap { grant in
                granted[grant.ticket] = grant.permit
                return waiting.removeValue(forKey: grant.ticket)
            }
        }
    }

    private let state: Mutex<State>

    /// A semaphore whose permits are all free.
    package init(_ ledger: Ledger) { state = Mutex(State(ledger: ledger)) }

    /// The ledger as it is now.
    package var ledger: Ledger { state.withLock { $0.ledger } }

    /// How many wait now.
    package var waitingCount: Int { state.withLock { $0.waiting.count } }

    /// Waits for a permit, which is to be given back.
    ///
    /// - Throws: `CancellationError` when the task is cancelled before it has one.
    package func take(_ request: Ledger.Request) async throws -> Ledger.Permit {
        guard let permit = try await take(request, patience: nil) else { throw CancellationError() }
        return permit
    }

    /// Waits for a permit, which is to be given back.
    ///
    /// - Returns: `nil` when the time is up before there is one.
    /// - Throws: `CancellationError` when the task is cancelled before it has one.
    package func take(_ request: Ledger.Request, within limit: Duration) async throws -> Ledger.Permit? {
        try await take(request, patience: limit)
    }

    private func take(_ request: Ledger.Request, patience: Duration?) async throws -> Ledger.Permit? {
        try Task.checkCancellation()
        let (ticket, pulse, permit) = state.withLock { state in
            state.lastTicket += 1
            let permit = state.ledger.take(request, ticket: state.lastTicket)
            let pulse = permit == nil ? Pulse() : nil
            state.waiting[state.lastTicket] = pulse
            return (state.lastTicket, pulse, permit)
        }
        guard let pulse else { return permit }
        if let patience { await pulse.wait(atMost: patience) } else { await pulse.wait() }
        let (granted, woken) = state.withLock { state -> (Ledger.Permit?, [Pulse]) in
            if let permit = state.granted.removeValue(forKey: ticket) { return (permit, []) }
            state.waiting[ticket] = nil
            return (nil, state.note(state.ledger.withdraw(ticket)))
        }
        for pulse in woken { pulse.beat() }
        if granted == nil { try Task.checkCancellation() }
        return granted
    }

    /// Gives a permit back.
    package func give(_ permit: Ledger.Permit) {
        for pulse in state.withLock({ $0.note($0.ledger.give(permit)) }) { pulse.beat() }
    }

    /// Does something with a permit.
    ///
    /// - Throws: What the body throws; `CancellationError` when the task is cancelled before it has a permit.
    package func withPermit<Value>(_ request: Ledger.Request, _ body: () async throws -> Value) async throws -> Value {
        let permit = try await take(request)
        defer { give(permit) }
        return try await body()
    }
}
