import Foundation
import LIFConcurrency
import LIFModel
import LIFTesting
import LIFWorkflow

@testable import LIFOrchestrator

/// What a process may do about callbacks, said in another way than `CallbackDelivery` does: it keeps what is owed as a journal would,
/// carries actions out in any order, and notes every rule that one of them breaks.
struct CallbackModel {
    enum End { case delivered, superseded, givenUp }

    struct Kept {
        var callback: Callback
        var end: End?
    }

    /// An attempt that is under way.
    struct Try {
        let callback: Callback
        let number: Int
        let time: Duration
        let begun: ContinuousClock.Instant
        /// What the store said when the attempt looked.
        var isSuperseded: Bool?
    }

    enum Pending {
        /// - Parameter seen: What the store has told, and is not taken yet.
        case read(seen: [Callback]?)
        case wait(Callback, since: ContinuousClock.Instant, due: ContinuousClock.Instant, counts: Bool)
        case attempt(Try)
        case settle(Callback, CallbackDelivery.Settlement)

        var callback: RandomID? {
            switch self {
            case .read: nil
            case .wait(let callback, _, _, _), .settle(let callback, _): callback.id
            case .attempt(let attempt): attempt.callback.id
            }
        }
    }

    static let targets = ["pager", "https://a.example/1", "HTTPS://A.example/2", "https://b.example"]
    static let receivers = ["pager": "pager", targets[1]: "a", targets[2]: "a", targets[3]: "b"]

    let policy: TaskPolicy
    var random: SeededGenerator
    var now = ContinuousClock.Instant.now
    private(set) var machine = CallbackDelivery()
    private(set) var isClosed = false
    private(set) var pending: [Pending] = []
    private(set) var violations: [String] = []
    /// Oldest first.
    private(set) var store: [Kept] = []
    private var jobs: [JobID] = []
    private(set) var fences: [JobID: Int] = [:]
    private(set) var arrived: Set<RandomID> = []
    /// What the store could not be asked or told about: it is looked for again.
    private(set) var dropped: Set<RandomID> = []
    /// The last read has failed.
    private(set) var isReadLost = false
    /// The last end of a job that has arrived at a receiver.
    private var latest: [String: Int] = [:]
    /// The last failure in this process, and its number.
    private var failures: [RandomID: (number: Int, error: LIFError)] = [:]
    /// What there is for attempts and waits in this process, and what they have taken.
    private var time: [RandomID: (whole: Duration, used: Duration)] = [:]
    /// What was waited with before an attempt.
    private var waited: Set<RandomID> = []

    init(policy: TaskPolicy, random: SeededGenerator) {
        self.policy = policy
        self.random = random
    }

    private mutating func check(_ isKept: Bool, _ rule: String) { if !isKept { violations.append(rule) } }

    private func kept(_ id: RandomID) -> Kept? { store.first { $0.callback.id == id } }

    var owed: [Callback] { store.filter { $0.end == nil }.map(\.callback) }

    // MARK: - What happens

    /// A job comes to an end, and owes callbacks.
    mutating func owe(_ count: Int) {
        var tried: [JobID] = []
        for case .attempt(let attempt) in pending { tried.append(attempt.callback.job) }
        let job = random.chance(50) ? random.pick(tried) ?? JobID() : JobID()
        if fences[job] == nil { jobs.append(job) }
        fences[job, default: 0] += 1
        for number in 0..<count {
            let kind = random.chance(50) ? CallbackKind.results : random.chance(50) ? .slaMiss : .completion
            let callback = Callback(
                job: job, kind: kind, target: random.pick(Self.targets) ?? "", fence: fences[job] ?? 1,
                createdAt: Date(timeIntervalSince1970: Double(store.count + number)))
            store.append(Kept(callback: callback))
        }
        handle(.owed)
    }

    /// A job is run again.
    mutating func retryJob() {
        guard let job = random.pick(jobs) else { return }
        fences[job]? += 1
    }

    mutating func look() { handle(.owed) }

    /// The process dies; another one takes over.
    mutating func crash() {
        (machine, isClosed, pending, failures, time, waited) = (CallbackDelivery(), false, [], [:], [:], [])
        handle(.owed)
    }

    mutating func close() {
        isClosed = true
        handle(.closed)
    }

    /// Goes on with one of the actions.
    ///
    /// - Parameter isCalm: Nothing fails.
    mutating func goOn(isCalm: Bool = false) {
        guard !pending.isEmpty else { return }
        let place = Int.random(in: 0..<pending.count, using: &random)
        switch pending[place] {
        case .read(nil) where random.chance(50): pending[place] = .read(seen: owed)
        case .attempt(var attempt) where attempt.isSuperseded == nil && random.chance(50):
            attempt.isSuperseded = isSuperseded(attempt.callback)
            pending[place] = .attempt(attempt)
        default: finish(pending.remove(at: place), isCalm)
        }
    }

    private func isSuperseded(_ callback: Callback) -> Bool {
        callback.kind != .slaMiss && callback.fence < fences[callback.job] ?? 0
    }

    private mutating func finish(_ action: Pending, _ isCalm: Bool) {
        switch action {
        case .read(let seen):
            isReadLost = !isCalm && random.chance(10)
            handle(isReadLost ? .readFailed : .read(seen ?? owed, policy))
        case .wait(let callback, let since, let due, let counts):
            if !isClosed { now = max(now, due) }
            if counts { time[callback.id]?.used += now - since }
            handle(.waited(callback.id))
        case .attempt(let attempt): end(attempt, isCalm)
        case .settle(let callback, let settlement):
            let isNoted = isCalm || random.chance(80)
            if isNoted, let place = store.firstIndex(where: { $0.callback.id == callback.id }) {
                switch settlement {
                case .delivered: store[place].end = .delivered
                case .superseded: store[place].end = .superseded
                case .givenUp: store[place].end = .givenUp
                }
            }
            forget(callback.id)
            if !isNoted { dropped.insert(callback.id) }
            handle(.settled(callback.id, isNoted: isNoted))
        }
    }

    private mutating func forget(_ id: RandomID) {
        (failures[id], time[id]) = (nil, nil)
        waited.remove(id)
    }

    private mutating func end(_ attempt: Try, _ isCalm: Bool) {
        let callback = attempt.callback
        if !isCalm, random.chance(5) { now = now.advanced(by: attempt.time) }
        time[callback.id]?.used += now - attempt.begun
        if attempt.isSuperseded ?? isSuperseded(callback) { return handle(.tried(callback.id, .superseded)) }
        var error: LIFError?
        if now - attempt.begun >= attempt.time {
            error = .noAnswer(within: attempt.time)
        } else if !isCalm, !random.chance(40) {
            let retryAfter = random.chance(20) ? Duration.seconds(Int.random(in: 1...100, using: &random)) : nil
            error = .source(
                .unreachable, "It is away.", isRetryable: random.chance(85), retryAfter: retryAfter)
            if random.chance(5) { error = LIFError(.outputReadException, "The store cannot be used.", blame: .us) }
        }
        // Also one that fails may have arrived.
        if error == nil || random.chance(50) { arrive(callback) }
        guard let error else {
            arrived.insert(callback.id)
            return handle(.tried(callback.id, .delivered))
        }
        if error.code == .outputReadException {
            forget(callback.id)
            dropped.insert(callback.id)
        } else {
            failures[callback.id] = (attempt.number, error)
        }
        handle(.tried(callback.id, .failed(error)))
    }

    private mutating func arrive(_ callback: Callback) {
        guard callback.kind != .slaMiss else { return }
        let key = "\(callback.job.text) \(Self.receivers[callback.target] ?? "")"
        check(callback.fence >= latest[key] ?? 0, "No earlier end of a job arrives after a later one.")
        latest[key] = max(latest[key] ?? 0, callback.fence)
    }

    // MARK: - What follows

    private mutating func handle(_ event: CallbackDelivery.Event) {
        var random = random
        let actions = machine.handle(event, at: now) { Double.random(in: 0...1, using: &random) }
        self.random = random
        for action in actions { note(action) }
        for (receiver, names) in Dictionary(grouping: Self.receivers, by: \.value).mapValues({ $0.map(\.key) }) {
            let count = pending.count {
                if case .attempt(let attempt) = $0 { names.contains(attempt.callback.target) } else { false }
            }
            check(count <= CallbackDelivery.attemptsPerReceiver, "So many attempts at \(receiver) are too many.")
        }
    }

    private mutating func note(_ action: CallbackDelivery.Action) {
        switch action {
        case .read:
            check(!isClosed && !pending.contains { $0.callback == nil }, "There is one read at a time.")
            pending.append(.read(seen: nil))
        case .wait(let callback, let pause, let after): note(wait: pause, of: callback, after)
        case .attempt(let callback, let number, let time): note(attempt: number, at: callback, within: time)
        case .settle(let callback, let settlement): note(settlement, of: callback)
        }
    }

    private mutating func begin(_ callback: Callback) {
        check(!pending.contains { $0.callback == callback.id }, "There is one action about a callback at a time.")
        guard time[callback.id] == nil else { return }
        dropped.remove(callback.id)
        var waits = Duration.zero
        for number in 0..<(kept(callback.id)?.callback.attempts ?? 0) {
            waits += min(policy.backoff * Int(pow(2, Double(min(number, 30)))), policy.maximumBackoff)
        }
        let last = min(policy.timeout, policy.maximumBackoff + .seconds(30))
        time[callback.id] = (max(policy.timeout - waits, last), .zero)
    }

    private mutating func note(wait pause: Duration, of callback: Callback, _ after: (attempt: Int, failure: LIFError)?)
    {
        check(!isClosed, "Who stops waits for nothing.")
        begin(callback)
        let number = after?.attempt ?? kept(callback.id)?.callback.attempts ?? 0
        check(number > 0, "Nothing is waited for before the first attempt.")
        let whole = min(policy.backoff * Int(pow(2, Double(min(number - 1, 30)))), policy.maximumBackoff)
        let asked = after?.failure.retryAfter ?? .zero
        let left = after == nil ? Duration.seconds(1 << 40) : rest(callback.id)
        check(pause >= min(max(whole / 2, asked), left), "It waits long enough.")
        check(pause <= min(max(whole, asked), left), "It waits no longer than it must.")
        if let after {
            check(failures[callback.id]?.number == after.attempt, "The attempt that is noted is the one that failed.")
            check(after.failure.isRetryable, "What is refused for good is not tried again.")
            if let place = store.firstIndex(where: { $0.callback.id == callback.id }) {
                store[place].callback.attempts = max(store[place].callback.attempts, after.attempt)
            }
        }
        waited.insert(callback.id)
        pending.append(.wait(callback, since: now, due: now + pause, counts: after != nil))
    }

    private func rest(_ id: RandomID) -> Duration { time[id].map { $0.whole - $0.used } ?? .zero }

    private mutating func note(attempt number: Int, at callback: Callback, within limit: Duration) {
        check(!isClosed, "Who stops tries nothing.")
        begin(callback)
        check(kept(callback.id)?.end == nil, "What is settled is not tried again.")
        let before = failures[callback.id]?.number ?? kept(callback.id)?.callback.attempts ?? 0
        check(number == before + 1, "Attempts are counted, over restarts too.")
        check(before == 0 || waited.remove(callback.id) != nil, "Before another attempt it waits.")
        if let (number, error) = failures[callback.id] {
            check(error.isRetryable && number <= policy.retries, "No attempt is made that is not allowed.")
        }
        check(limit == rest(callback.id) && limit > .zero, "An attempt has the time that is left.")
        pending.append(.attempt(Try(callback: callback, number: number, time: limit, begun: now)))
    }

    private mutating func note(_ settlement: CallbackDelivery.Settlement, of callback: Callback) {
        check(!pending.contains { $0.callback == callback.id }, "There is one action about a callback at a time.")
        switch settlement {
        case .superseded: check(isSuperseded(callback), "It is another end that is owed.")
        case .delivered(let isLast):
            check(arrived.contains(callback.id), "It was delivered.")
            guard callback.kind == .results else { break }
            let others = store.filter { other in
                other.callback.kind == .results && other.callback.job == callback.job
                    && other.callback.fence == callback.fence && other.callback.id != callback.id && other.end == nil
            }
            check(!isLast || others.allSatisfy { arrived.contains($0.callback.id) }, "All have the results.")
            check(isLast || !others.isEmpty, "It is noted that all have the results.")
        case .givenUp(let error):
            check(!isClosed, "Who stops gives nothing up.")
            let last = failures[callback.id]
            let isOver = rest(callback.id) <= last?.error.retryAfter ?? .zero
            check(
                last?.error.isRetryable == false || last?.number ?? 0 > policy.retries || isOver,
                "It is not given up before its attempts or its time are over.")
            check(!error.message.isEmpty, "It says why.")
        }
        pending.append(.settle(callback, settlement))
    }
}
