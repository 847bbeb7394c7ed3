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
        var load: Task<Void, Never>?
        var loadNumber = 0
        var waiters: [Int: CheckedContinuation<Entry, any Error>] = [:]
        var nextWaiter = 0

        func entry(at time: ContinuousClock.Instant) -> Entry? { entry.flatMap { $0.expiresAt > time ? $0 : nil } }
    }

    private let lifetime: Duration
    private let now: @Sendable () -> ContinuousClock.Instant
    private let fetch: @Sendable () async throws -> PartnerSchema
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
        let (kept, waiter) = state.withLock { state in
            state.nextWaiter += 1
            return (state.entry(at: time), state.nextWaiter)
        }
        if let kept { return kept }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                state.withLock { state in
                    if Task.isCancelled {
                        continuation.resume(throwing: CancellationError())
                        return
                    }
                    if let entry = state.entry(at: time) {
                        continuation.resume(returning: entry)
                        return
                    }
                    state.waiters[waiter] = continuation
                    if state.load == nil { start(&state) }
                }
            }
        } onCancel: {
            leave(waiter)
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

    private func start(_ state: inout State) {
        state.loadNumber += 1
        let number = state.loadNumber
        // Not structured: it belongs to all who wait, and none of them may take it along when they leave.
        state.load = Task {
            do {
                let schema = try await fetch()
                finish(number, .success(Entry(schema: schema, number: number, expiresAt: now() + lifetime)))
            } catch {
                finish(number, .failure(error))
            }
        }
    }

    private func finish(_ number: Int, _ result: Result<Entry, any Error>) {
        let waiters = state.withLock { state in
            guard state.loadNumber == number, state.load != nil else {
                return [CheckedContinuation<Entry, any Error>]()
            }
            state.load = nil
            if case .success(let entry) = result { state.entry = entry }
            defer { state.waiters = [:] }
            return Array(state.waiters.values)
        }
        for waiter in waiters { waiter.resume(with: result) }
    }

    private func leave(_ waiter: Int) {
        let (continuation, abandoned) = state.withLock { state in
            let continuation = state.waiters.removeValue(forKey: waiter)
            guard continuation != nil, state.waiters.isEmpty else { return (continuation, nil as Task<Void, Never>?) }
            defer { state.load = nil }
            return (continuation, state.load)
        }
        abandoned?.cancel()
        continuation?.resume(throwing: CancellationError())
    }
}
