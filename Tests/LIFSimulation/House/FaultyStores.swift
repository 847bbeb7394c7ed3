import Foundation
import LIFJournal
import LIFModel
import LIFQueryPlanner
import LIFTesting

/// What a store of one process does beside its work: it takes time, refuses calls, and fails after it has done them.
struct StoreTrouble: Sendable {
    let world: World
    /// Told of each call that fails.
    let name: String

    func before(isChange: Bool) async throws {
        try await delay()
        let weather = world.weather
        guard world.chance(weather.storeFaults) else { return }
        world.saw(.disturbed)
        if world.chance(30) {
            throw LIFError(
                .outputQueueNotAvailableException, "The store is busy.", blame: .us, isRetryable: true)
        }
        throw LIFError(
            isChange ? .outputWriteException : .outputReadException, "The disk of the store does not work.", blame: .us,
            isRetryable: true)
    }

    func after() async throws {
        try await delay()
        guard world.chance(world.weather.lostAnswers) else { return }
        world.saw(.disturbed)
        throw LIFError(.outputWriteException, "Whether it was kept is not known.", blame: .us, isRetryable: true)
    }

    /// A call also takes no time at all now and then.
    private func delay() async throws {
        if world.chance(30) { return }
        // Not cancelled: a transaction under way goes on.
        let seconds = world.random(0...world.weather.storeDelay)
        await Task.detached { try? await Task.sleep(for: .seconds(seconds)) }.value
    }

    /// One process's view of a journal that several share.
    func journal(_ shared: MemoryJournal) -> any Journal {
        HookedJournal(
            MemoryJournal(sharing: shared),
            before: { call in
                switch call {
                case .accept, .claim: try await before(isChange: true)
                default: try await before(isChange: call.isChange)
                }
            },
            after: { _ in try await after() })
    }
}

/// One process's view of fragments that several share.
struct FaultyFragmentStore: FragmentStore {
    let base: MemoryFragmentStore
    let trouble: StoreTrouble

    func read(_ keys: [FragmentKey]) async throws -> [FragmentKey: StoredFragment] {
        try await trouble.before(isChange: false)
        let kept = try await base.read(keys)
        guard trouble.world.sabotage == .youngFragments else { return kept }
        return kept.mapValues { $0.sabotaged(storedAt: Date()) }
    }

    func write(_ fragments: [StoredFragment], now: Date) async throws {
        try await trouble.before(isChange: true)
        var fragments = fragments
        if trouble.world.sabotage == .oldFragments {
            let kept = try await base.read(fragments.map(\.key))
            fragments = fragments.map { $0.sabotaged(content: kept[$0.key]?.content) }
        }
        try await base.write(fragments, now: now)
        try await trouble.after()
    }

    func changesByOthers() async throws -> FragmentChanges {
        try await trouble.before(isChange: false)
        return try await base.changesByOthers()
    }

    func remove(storedBefore time: Date, limit: Int) async throws -> Int {
        try await trouble.before(isChange: true)
        return try await base.remove(storedBefore: time, limit: limit)
    }

    func forget(_ learners: Set<LearnerIdentifier>, now: Date) async throws -> Int {
        try await trouble.before(isChange: true)
        return try await base.forget(learners, now: now)
    }
}

extension StoredFragment {
    fileprivate func sabotaged(storedAt: Date? = nil, content other: FragmentContent? = nil) -> StoredFragment {
        StoredFragment(
            key: key, content: other ?? content, learnerKnown: learnerKnown, storedAt: storedAt ?? self.storedAt,
            dataTimestamp: dataTimestamp, origin: origin)
    }
}
