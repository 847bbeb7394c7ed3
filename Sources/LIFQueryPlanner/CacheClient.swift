import Foundation
import LIFModel
import Logging
import Synchronization

/// Manages the cache for the delegate (Query Planner seed, "Cache Client"): memory first, the store behind it.
///
/// What was fetched can be read at once; it is written to the store afterwards, off the way to the answer. A process that
/// dies before that has lost a copy, nothing that was promised.
final class CacheClient: Sendable {
    /// Answers in memory may be this much behind what another process on the store has written.
    static let staleness = Duration.milliseconds(50)

    private struct Behind {
        /// Fetched, and not yet in the store.
        var unwritten: [FragmentKey: StoredFragment] = [:]
        var writes: [Int: Task<Void, Never>] = [:]
        var nextWrite = 0
    }

    private let store: any FragmentStore
    private let answers: AnswerMemory
    private let logger: Logger
    private let behind = Mutex(Behind())
    private let lastLook = Mutex(ContinuousClock.now - .seconds(1))

    init(store: any FragmentStore, memoryBudget: Int, logger: Logger) {
        self.store = store
        self.logger = logger
        answers = AnswerMemory(budget: memoryBudget)
    }

    /// What is kept at the keys.
    func read(_ keys: [FragmentKey]) async throws -> [FragmentKey: StoredFragment] {
        let recent = behind.withLock { behind in
            var recent: [FragmentKey: StoredFragment] = [:]
            if !behind.unwritten.isEmpty {
                for key in keys { recent[key] = behind.unwritten[key] }
            }
            return recent
        }
        let rest = recent.isEmpty ? keys : keys.filter { recent[$0] == nil }
        if rest.isEmpty { return recent }
        return try await store.read(rest).merging(recent) { _, new in new }
    }

    /// Takes what was fetched: it can be read when this returns, and is in the store soon after.
    func keep(_ fragments: [StoredFragment]) {
        if fragments.isEmpty { return }
        behind.withLock { behind in
            for fragment in fragments { behind.unwritten[fragment.key] = fragment }
            behind.nextWrite += 1
            let number = behind.nextWrite
            // A bare task: the answer does not wait for the disk. It is held until it ends; `flush` waits for it.
            behind.writes[number] = Task { [self] in await write(fragments, number: number) }
        }
        answers.invalidate(fragments.map(\.key))
    }

    private func write(_ fragments: [StoredFragment], number: Int) async {
        do {
            try await store.write(fragments)
        } catch {
            logger.error(
                "Fragments could not be kept and will be fetched again",
                metadata: ["error": "\((error as? LIFError)?.description ?? "\(type(of: error))")"])
        }
        behind.withLock { behind in
            for fragment in fragments where behind.unwritten[fragment.key] == fragment {
                behind.unwritten[fragment.key] = nil
            }
            behind.writes[number] = nil
        }
    }

    /// Returns when everything taken so far is in the store.
    func flush() async {
        for write in behind.withLock({ Array($0.writes.values) }) { await write.value }
    }

    /// The ready answer to a query, if it is still true.
    func answer(to query: CanonicalQuery, now: Date) async throws -> ReadyAnswer? {
        guard answers.answer(to: query, now: now) != nil else { return nil }
        try await lookForChanges()
        return answers.answer(to: query, now: now)
    }

    private func lookForChanges() async throws {
        let isDue = lastLook.withLock { last in
            let now = ContinuousClock.now
            guard now - last >= Self.staleness else { return false }
            last = now
            return true
        }
        guard isDue else { return }
        let changed = try await store.changesByOthers()
        if !changed.isEmpty { answers.invalidate(changed) }
    }

    /// Drops the ready answers: they were made for other sources.
    func forgetAnswers() { answers.removeAll() }

    /// To be read before the fragments and the catalogue are, for `keep(_:to:)`.
    var generation: Int { answers.generation }

    /// Keeps an answer that was made wholly from fresh fragments.
    func keep(_ answer: ReadyAnswer, to query: CanonicalQuery, delta: Freshness.Delta, generation: Int) {
        guard let validUntil = delta.validUntil else { return }
        answers.keep(
            answer, to: query, keys: delta.states.map(\.pair.key), validUntil: validUntil, generation: generation)
    }
}
