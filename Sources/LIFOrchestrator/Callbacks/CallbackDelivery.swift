import Foundation
import LIFConcurrency
import LIFModel
import LIFWorkflow

/// What a process does about the callbacks that it owes, until each is delivered or given up.
///
/// It is pure: time and chance come with the event, and `CallbackDispatcher` carries out what it says. An action about a callback is
/// answered by one event about it, and there is never more than one such action. The store keeps what is owed: a process that dies
/// takes nothing with it, and the next one goes on counting attempts.
struct CallbackDelivery: Sendable {
    /// How many attempts at one receiver are under way at the same time.
    static let attemptsPerReceiver = 8

    enum Event: Sendable {
        /// Something came to be owed.
        case owed
        /// What the store says is owed, and how hard it is to be tried.
        case read([Callback], TaskPolicy)
        case readFailed
        case waited(RandomID)
        case tried(RandomID, Attempt)
        /// The store has noted what became of it, or could not.
        case settled(RandomID, isNoted: Bool)
        /// The process stops: what is not delivered stays owed.
        case closed
    }

    enum Attempt: Sendable {
        case delivered
        /// The job was run again: its end is another one, or will be.
        case superseded
        case failed(LIFError)
    }

    enum Action: Sendable {
        case read
        /// - Parameter failure: That of an attempt, which is to be noted.
        case wait(Callback, Duration, after: (attempt: Int, failure: LIFError)?)
        case attempt(Callback, number: Int, within: Duration)
        case settle(Callback, Settlement)
    }

    enum Settlement: Sendable {
        /// - Parameter isLast: Whether no other receiver waits for the results of the job.
        case delivered(isLast: Bool)
        case superseded
        case givenUp(LIFError)
    }

    private enum Phase {
        /// What is waited counts as its time since then; `nil` for what is counted already.
        case waiting(since: ContinuousClock.Instant?)
        /// It waits for a place, which is no time of its own.
        case queued
        case trying(since: ContinuousClock.Instant)
        case settling(isDelivered: Bool)
        /// The store could not be used, or the process stops: it is owed still, and the next read takes it up.
        case dropped
    }

    private struct Debt {
        let callback: Callback
        let retry: RetryPolicy
        var phase: Phase
        /// Attempts that failed, also before a restart.
        var failures: Int
        /// How long it was tried and waited for another attempt.
        var used = Duration.zero

        var isDropped: Bool { if case .dropped = phase { true } else { false } }
    }

    private struct Receiver {
        var trying: Set<RandomID> = []
        /// In the order of coming.
        var queue: [RandomID] = []
    }

    private var debts: [RandomID: Debt] = [:]
    /// How many receivers there are the configuration bounds: allowed origins and named operators.
    private var receivers: [String: Receiver] = [:]
    private var isReading = false
    /// Something came to be owed since that read began.
    private var isReadWanted = false
    /// What was settled since that read began: it may have seen these as owed still.
    private var settled: Set<RandomID> = []
    private var isClosed = false

    /// How many callbacks are being dealt with.
    var count: Int { debts.values.count { !$0.isDropped } }
    var isIdle: Bool { count == 0 && receivers.isEmpty && !isReading }

    /// What follows from an event. What goes on with the callback of the event comes first.
    ///
    /// - Parameter random: From 0 to 1, by which waits are shortened.
    mutating func handle(_ event: Event, at now: ContinuousClock.Instant, random: () -> Double) -> [Action] {
        switch event {
        case .owed:
            isReadWanted = true
            return isReading ? [] : read()
        case .read(let callbacks, let policy):
            if isClosed { return [] }
            let begun = callbacks.flatMap { begin($0, policy, now, random) }
            debts = debts.filter { !$0.value.isDropped }
            return read() + begun
        case .readFailed: return read()
        case .waited(let id):
            guard case .waiting(let since) = debts[id]?.phase, let callback = debts[id]?.callback else { return [] }
            if let since { debts[id]?.used += now - since }
            return enqueue(callback, now)
        case .tried(let id, let attempt):
            guard let debt = debts[id], case .trying(let since) = debt.phase else { return [] }
            receivers[debt.callback.receiver]?.trying.remove(id)
            debts[id]?.used += now - since
            return after(attempt, id, now, random) + admit(debt.callback.receiver, now)
        case .settled(let id, let isNoted):
            debts[id]?.phase = .dropped
            if isNoted {
                debts[id] = nil
                if isReading { settled.insert(id) }
            }
            return []
        case .closed:
            isClosed = true
            receivers = [:]
            for (id, debt) in debts {
                switch debt.phase {
                case .waiting, .queued: debts[id]?.phase = .dropped
                case .trying, .settling, .dropped: break
                }
            }
            return []
        }
    }

    private mutating func read() -> [Action] {
        isReading = isReadWanted && !isClosed
        (isReadWanted, settled) = (false, [])
        return isReading ? [.read] : []
    }

    // MARK: - Attempts

    private mutating func begin(
        _ callback: Callback, _ policy: TaskPolicy, _ now: ContinuousClock.Instant, _ random: () -> Double
    ) -> [Action] {
        let before = debts[callback.id]
        if before?.isDropped == false || settled.contains(callback.id) { return [] }
        // What was read may be older than the last attempt.
        let failures = max(callback.attempts, before?.failures ?? 0)
        // Of what came before a restart the waits count, not the time in which nobody tried: the process was down, or the callback
        // was queued. A last attempt is always made, after the wait that is due before it.
        let last = min(policy.timeout, policy.maximumBackoff + .seconds(30))
        let retry = policy.retry(within: max(policy.timeout - policy.waits(afterAttempts: failures), last))
        debts[callback.id] = Debt(
            callback: callback, retry: retry, phase: .waiting(since: nil), failures: failures)
        if failures == 0 { return enqueue(callback, now) }
        return [.wait(callback, retry.pause(after: failures, random: random()), after: nil)]
    }

    private mutating func enqueue(_ callback: Callback, _ now: ContinuousClock.Instant) -> [Action] {
        debts[callback.id]?.phase = .queued
        receivers[callback.receiver, default: Receiver()].queue.append(callback.id)
        return admit(callback.receiver, now)
    }

    /// Begins attempts at a receiver, as many as have a place.
    private mutating func admit(_ name: String, _ now: ContinuousClock.Instant) -> [Action] {
        guard var receiver = receivers[name] else { return [] }
        var actions: [Action] = []
        while receiver.trying.count < Self.attemptsPerReceiver,
            let place = receiver.queue.firstIndex(where: { !isHeldBack($0, receiver) })
        {
            let id = receiver.queue.remove(at: place)
            guard let debt = debts[id], let time = debt.retry.time else { continue }
            if debt.used >= time {
                actions.append(settle(debt.callback, .givenUp(.noAnswer(within: time))))
            } else {
                receiver.trying.insert(id)
                debts[id]?.phase = .trying(since: now)
                actions.append(.attempt(debt.callback, number: debt.failures + 1, within: time - debt.used))
            }
        }
        receivers[name] = receiver.trying.isEmpty && receiver.queue.isEmpty ? nil : receiver
        return actions
    }

    /// Whether an earlier end of the same job is on its way to the same receiver: the later one must not arrive before it.
    private func isHeldBack(_ id: RandomID, _ receiver: Receiver) -> Bool {
        guard let later = debts[id]?.callback else { return false }
        return receiver.trying.contains { id in
            guard let earlier = debts[id]?.callback, earlier.kind != .slaMiss else { return false }
            return earlier.job == later.job && earlier.fence < later.fence
        }
    }

    private mutating func after(
        _ attempt: Attempt, _ id: RandomID, _ now: ContinuousClock.Instant, _ random: () -> Double
    ) -> [Action] {
        guard let debt = debts[id] else { return [] }
        switch attempt {
        case .delivered: return [settle(debt.callback, .delivered(isLast: !isWaitedFor(beside: debt.callback)))]
        case .superseded: return [settle(debt.callback, .superseded)]
        // A process that stops, or a store that cannot be used now, says nothing about the receiver: the callback stays owed.
        case .failed(let error) where isClosed || Failure(of: error).reason == .storage:
            debts[id]?.phase = .dropped
            return []
        case .failed(let error) where !error.isRetryable: return [settle(debt.callback, .givenUp(error))]
        case .failed(let error):
            let number = debt.failures + 1
            let step = debt.retry.step(
                after: number, elapsed: debt.used, retryAfter: error.retryAfter, random: random())
            guard case .again(let pause) = step, let time = debt.retry.time else {
                return [settle(debt.callback, .givenUp(debt.retry.lastError(error, step)))]
            }
            debts[id]?.failures = number
            debts[id]?.phase = .waiting(since: now)
            return [.wait(debt.callback, min(pause, time - debt.used), after: (number, error))]
        }
    }

    /// - Parameter settlement: Also that of a process that stops: what was delivered is noted.
    private mutating func settle(_ callback: Callback, _ settlement: Settlement) -> Action {
        if case .delivered = settlement {
            debts[callback.id]?.phase = .settling(isDelivered: true)
        } else {
            debts[callback.id]?.phase = .settling(isDelivered: false)
        }
        return .settle(callback, settlement)
    }

    /// Whether another receiver waits for the same results.
    private func isWaitedFor(beside callback: Callback) -> Bool {
        debts.values.contains { other in
            if case .settling(isDelivered: true) = other.phase { return false }
            return other.callback.job == callback.job && other.callback.fence == callback.fence
                && other.callback.kind == .results && other.callback.id != callback.id
        }
    }
}

extension Callback {
    /// Who takes it: the scheme, host and port of a URL as they are written, or an operator's name.
    fileprivate var receiver: String {
        guard let scheme = target.range(of: "://") else { return target }
        return target[..<scheme.upperBound].lowercased()
            + target[scheme.upperBound...].prefix { !"/?#".contains($0) }.lowercased()
    }
}
