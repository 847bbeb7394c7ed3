public import LIFModel
public import LIFWorkflow
import Synchronization

/// Permits in memory. Several may share them, as processes share a database.
public final class MemoryPermitStore: PermitStore {
    private final class Storage: Sendable {
        let limits = Mutex<[SharedLimitID: SharedLimit]>([:])
        let listeners = Mutex<[(holder: HolderID, continuation: AsyncStream<Void>.Continuation)]>([])
    }

    private let lease = SoleLease()
    private let storage: Storage
    private let now: @Sendable () -> Duration

    /// Permits that nobody else shares yet.
    ///
    /// - Parameter now: The store's clock.
    public init(now: @escaping @Sendable () -> Duration) {
        storage = Storage()
        self.now = now
    }

    /// Another process's view of the same permits.
    public init(sharing other: MemoryPermitStore) {
        storage = other.storage
        now = other.now
    }

    public var own: HolderID { lease.own }

    public func living() async throws -> Set<HolderID> { [own] }

    public func departures() -> AsyncStream<Void> { lease.departures() }

    public func settle(_ claims: [PermitClaim]) async throws -> [PermitGrant] {
        let (grants, isChanged) = storage.limits.withLock { limits in
            let before = limits
            let grants = claims.map { limits[$0.limit, default: SharedLimit()].settle($0, of: own, now: now()) }
            return (grants, limits != before)
        }
        if isChanged {
            let others = storage.listeners.withLock { $0.filter { $0.holder != own } }
            for other in others { other.continuation.yield() }
        }
        return grants
    }

    public func permitChanges() -> AsyncStream<Void> {
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        storage.listeners.withLock { $0.append((own, continuation)) }
        return stream
    }
}
