import Foundation
import LIFConcurrency
import LIFModel
import Logging
import Synchronization

/// Manages the cache for the delegate (Query Planner seed, "Cache Client"): memory first, then the store.
///
/// What was fetched can be read at once; it is written to the store afterwards, off the way to the answer. A process that
/// dies before that has lost a copy, nothing that was accepted.
final class CacheClient: Sendable {
    /// Answers in memory may be this much older than what another process on the store has written.
    static let staleness = Duration.milliseconds(50)

    private let store: any FragmentStore
    private let identities: any IdentityLookup
    private let answers: AnswerMemory
    private let logger: Logger
    private let now: @Sendable () -> Date
    /// Fetched, and not yet in the store.
    private let unwritten: Mutex<[FragmentKey: StoredFragment]> = Mutex([:])
    /// Never closed: what was fetched is written, also while the planner stops.
    private let writes = TaskBag<Int>()
    private let work = TaskBag<Int>()
    private let lastLook = Mutex(ContinuousClock.now - .seconds(1))

    /// - Parameter identities: Asked whether answers in memory were made for other identities.
    init(
        store: any FragmentStore, identities: any IdentityLookup, memoryBudget: Int, logger: Logger,
        now: @escaping @Sendable () -> Date = { Date() }
    ) {
        self.now = now
        self.store = store
        self.identities = identities
        self.logger = logger
        answers = AnswerMemory(budget: memoryBudget)
    }

    /// What is kept at some keys.
    struct Look: Sendable {
        /// Without own records that have changed since.
        let fragments: [FragmentKey: StoredFragment]
        /// When the learner's record was last changed, where that is known: only what was fetched since is the record.
        let changedAt: [FragmentKey: Date]
    }

    func read(_ keys: [FragmentKey]) async throws -> [FragmentKey: StoredFragment] {
        try await look(at: keys).fragments
    }

    func look(at keys: [FragmentKey]) async throws -> Look {
        let marks = OwnRecordChanges.keys(for: keys)
        if marks.isEmpty { return Look(fragments: try await kept(at: keys), changedAt: [:]) }
        let kept = try await kept(at: keys + marks)
        return Look(
            fragments: OwnRecordChanges.current(kept), changedAt: OwnRecordChanges.times(of: keys, marks: kept))
    }

    private func kept(at keys: [FragmentKey]) async throws -> [FragmentKey: StoredFragment] {
        let recent = unwritten.withLock { unwritten in
            var recent: [FragmentKey: StoredFragment] = [:]
            if !unwritten.isEmpty {
                for key in keys { recent[key] = unwritten[key] }
            }
            return recent
        }
        // What is not written yet may have been fetched earlier than what another process has written.
        let now = now()
        return try await store.read(keys).merging(recent) { stored, recent in
            recent.replaces(stored, now: now) ? recent : stored
        }
    }

    /// Takes what was fetched: it can be read when this returns, and is in the store soon after. What was fetched earlier than
    /// what is kept is not taken.
    func keep(_ fragments: [StoredFragment]) {
        let now = now()
        let taken = unwritten.withLock { unwritten in
            fragments.filter { fragment in
                if let waiting = unwritten[fragment.key], !fragment.replaces(waiting, now: now) { return false }
                unwritten[fragment.key] = fragment
                return true
            }
        }
        if taken.isEmpty { return }
        answers.invalidate(taken.map(\.key))
        writes.start { [self] in await write(taken) }
    }

    /// Works after the answer, which does not wait for it. `flush` waits; `close` cancels, and from then on nothing is begun.
    ///
    /// - Returns: Whether it was begun.
    @discardableResult
    func behind(_ work: @escaping @Sendable () async -> Void) -> Bool { self.work.start(work) }

    private func write(_ fragments: [StoredFragment]) async {
        do {
            try await store.write(fragments, now: now())
        } catch {
            logger.error(
                "Fragments could not be kept and will be fetched again",
                metadata: ["error": "\((error as? LIFError)?.description ?? "\(type(of: error))")"])
        }
        unwritten.withLock { unwritten in
            for fragment in fragments where unwritten[fragment.key] == fragment { unwritten[fragment.key] = nil }
        }
    }

    /// Returns when everything taken so far is in the store, and the work after answers is done.
    func flush() async {
        await work.wait()
        await writes.wait()
    }

    /// Ends the work after answers; what was fetched is in the store when this returns.
    func close() async {
        await work.close()
        // Also what the cancelled work has fetched.
        while writes.count > 0 { await writes.wait() }
    }

    /// The ready answer to a query, if it is still true.
    ///
    /// - Parameter asOf: Older data does not answer it.
    func answer(to query: CanonicalQuery, now: Date, asOf: Date?) async throws -> ReadyAnswer? {
        guard answers.answer(to: query, now: now) != nil else { return nil }
        try await lookForChanges()
        guard let answer = answers.answer(to: query, now: now) else { return nil }
        if let asOf, answer.oldestData.map({ $0 < asOf }) ?? true { return nil }
        return answer
    }

    private func lookForChanges() async throws {
        let former = lastLook.withLock { last -> ContinuousClock.Instant? in
            let now = ContinuousClock.now
            guard now - last >= Self.staleness else { return nil }
            defer { last = now }
            return last
        }
        guard let former else { return }
        do {
            switch try await store.changesByOthers() {
            case .written(let keys): if !keys.isEmpty { answers.invalidate(keys) }
            case .everything: answers.removeAll()
            }
            if try await identities.hasChanged() { answers.removeAll() }
        } catch {
            // Nobody has looked: the next one must.
            lastLook.withLock { $0 = former }
            throw error
        }
    }

    /// Removes what was stored before a time, also from answers in memory.
    func remove(storedBefore time: Date, limit: Int) async throws -> Int {
        let count = try await store.remove(storedBefore: time, limit: limit)
        // The store does not list what it removed. Other processes learn of it from the store.
        if count > 0 { answers.removeAll() }
        return count
    }

    /// Drops the ready answers: they were made for other sources.
    /// - Parameter budget: Bytes that answers may take from now on; `nil` for as many as before.
    func forgetAnswers(budget: Int? = nil) { answers.removeAll(budget: budget) }

    /// To be read before the fragments and the catalogue are, for `keep(_:to:)`.
    var generation: Int { answers.generation }

    /// Keeps an answer that was made wholly from fresh fragments.
    func keep(_ answer: ReadyAnswer, to query: CanonicalQuery, delta: Freshness.Delta, generation: Int) {
        guard let validUntil = delta.validUntil else { return }
        let keys = delta.states.map(\.pair.key)
        answers.keep(
            answer, to: query, keys: keys + OwnRecordChanges.keys(for: keys), validUntil: validUntil,
            generation: generation)
    }
}
