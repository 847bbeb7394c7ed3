import Foundation
import LIFJSON
import LIFModel
import Synchronization

/// Answers made wholly from fresh fragments, kept ready in memory until the earliest of them expires or changes.
final class AnswerMemory: Sendable {
    private struct Entry {
        let answer: ReadyAnswer
        /// As asked. Equal ones may be written otherwise, and an Identity Mapper may then name others to the sources.
        let learners: [LearnerIdentifier]
        let validUntil: Date
        let keys: [FragmentKey]
        let cost: Int
    }

    private struct State {
        /// Bytes.
        var budget: Int
        var entries: [CanonicalQuery: Entry] = [:]
        var queriesByKey: [FragmentKey: Set<CanonicalQuery>] = [:]
        /// Oldest first; may name queries that are gone.
        var order: [CanonicalQuery] = []
        var cost = 0
        /// Counts changes, so that an answer made from what has changed meanwhile is not kept.
        var generation = 0
    }

    private let state: Mutex<State>

    init(budget: Int) { state = Mutex(State(budget: budget)) }

    var generation: Int { state.withLock { $0.generation } }

    func answer(to query: CanonicalQuery, now: Date) -> ReadyAnswer? {
        state.withLock { state in
            guard let entry = state.entries[query], now < entry.validUntil,
                zip(entry.learners, query.learners).allSatisfy({ $0.hasSpelling(ofTypeOf: $1) })
            else { return nil }
            return entry.answer
        }
    }

    /// Keeps an answer, unless a fragment has changed since `generation` was read.
    func keep(
        _ answer: ReadyAnswer, to query: CanonicalQuery, keys: [FragmentKey], validUntil: Date, generation: Int
    ) {
        // The query is held as a key too; its names and identifiers are a few tens of bytes each.
        let size = query.learners.count + query.projection.nodeCount
        let cost = answer.compatible.bytes.count * 2 + keys.count * 128 + size * 512 + 1_024
        state.withLock { state in
            guard cost <= state.budget, state.generation == generation else { return }
            Self.remove(query, from: &state)
            state.entries[query] = Entry(
                answer: answer, learners: query.learners, validUntil: validUntil, keys: keys, cost: cost)
            for key in keys { state.queriesByKey[key, default: []].insert(query) }
            state.order.append(query)
            state.cost += cost
            var dropped = 0
            while state.cost > state.budget, dropped < state.order.count {
                Self.remove(state.order[dropped], from: &state)
                dropped += 1
            }
            state.order.removeFirst(dropped)
            if state.order.count > 64 + 2 * state.entries.count {
                var seen: Set<CanonicalQuery> = []
                let entries = state.entries
                state.order = state.order.filter { entries[$0] != nil && seen.insert($0).inserted }
            }
        }
    }

    /// Drops the answers that hold one of the fragments.
    func invalidate(_ keys: some Sequence<FragmentKey>) {
        state.withLock { state in
            state.generation += 1
            for key in keys {
                for query in state.queriesByKey[key] ?? [] { Self.remove(query, from: &state) }
            }
        }
    }

    func removeAll(budget: Int? = nil) {
        state.withLock { state in
            state = State(budget: budget ?? state.budget, generation: state.generation + 1)
        }
    }

    private static func remove(_ query: CanonicalQuery, from state: inout State) {
        guard let entry = state.entries.removeValue(forKey: query) else { return }
        state.cost -= entry.cost
        for key in entry.keys {
            state.queriesByKey[key]?.remove(query)
            if state.queriesByKey[key]?.isEmpty == true { state.queriesByKey[key] = nil }
        }
    }
}
