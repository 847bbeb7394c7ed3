import LIFConcurrency
import LIFModel
import Synchronization

/// Keeps a partner's schema for a while. However many callers want it, it is loaded once at a time; a failure is given
/// to those who wait, and not kept.
final class PartnerSchemaCache: Sendable {
    struct Entry: Sendable {
        let schema: PartnerSchema
        /// Tells loads apart.
        let number: Int
        fileprivate let expiresAt: ContinuousClock.Instant
    }

    private struct State {
        var entry: Entry?
        var loads = 0

        func entry(at time: ContinuousClock.Instant) -> Entry? { entry.flatMap { $0.expiresAt > time ? $0 : nil } }
    }

    /// There is one schema.
    private enum Load: Hashable { case schema }

    private let lifetime: Duration
    private let now: @Sendable () -> ContinuousClock.Instant
    private let fetch: @Sendable () async throws -> PartnerSchema
    private let loading = SharedWork<Load, Entry>()
    private let state = Mutex(State())

    /// - Parameters:
    ///   - lifetime: How long a schema is kept after it was loaded.
    ///   - fetch: Loads the schema; cancelled when nobody waits for it any more.
    init(
        lifetime: Duration, now: @escaping @Sendable () -> ContinuousClock.Instant = { ContinuousClock.now },
        fetch: @escaping @Sendable () async throws -> PartnerSchema
    ) {
        self.lifetime = lifetime
        self.now = now
        self.fetch = fetch
    }

    /// - Throws: What `fetch` throws; `CancellationError` as soon as the calling task is cancelled.
    func entry() async throws -> Entry {
        let time = now()
        if let kept = state.withLock({ $0.entry(at: time) }) { return kept }
        return try await loading.value(for: .schema) { [self] in
            // Another load may have ended in between.
            if let kept = state.withLock({ $0.entry(at: time) }) { return kept }
            return try await ForeignDataExecutor.run { try await load() }
        }.value
    }

    private func load() async throws -> Entry {
        let schema = try await fetch()
        // Nobody waits for it, and a newer load may be under way.
        try Task.checkCancellation()
        return state.withLock { state in
            state.loads += 1
            let entry = Entry(schema: schema, number: state.loads, expiresAt: now() + lifetime)
            state.entry = entry
            return entry
        }
    }

    /// Forgets the schema, unless a newer one has taken its place.
    func drop(_ entry: Entry) {
        state.withLock { state in
            if state.entry?.number == entry.number { state.entry = nil }
        }
    }

    /// Takes what was learned of the schema, for the rest of its lifetime.
    ///
    /// - Parameter change: Made to the newest form of the same schema: another caller may have learned something meanwhile.
    func update(_ entry: Entry, _ change: (PartnerSchema) -> PartnerSchema) -> Entry {
        state.withLock { state in
            let newest = state.entry.flatMap { $0.number == entry.number ? $0 : nil }
            let changed = Entry(
                schema: change(newest?.schema ?? entry.schema), number: entry.number, expiresAt: entry.expiresAt)
            if newest != nil { state.entry = changed }
            return changed
        }
    }
}
