import LIFConcurrency
import LIFModel
import LIFTesting
import LIFWorkflow
import Synchronization

/// What several orchestrators share, as processes share a state folder; it tells each one what the others change.
final class SharedStorage: Sendable {
    private struct State {
        var living: Set<HolderID> = []
    }

    let jobs = JournalJobStore()
    let queue = MemoryOutputQueue()
    let log = MemoryJobLog()
    let schedules = MemoryScheduleStore()
    let callbacks = JournalCallbackStore()
    let breakers = MemoryBreakerStore()
    private let changes = Broadcast<HolderID, Void>(.newest)
    private let departures = Broadcast<HolderID, Void>(.newest)
    private let state = Mutex(State())

    /// A process that lives from now on.
    func join() -> ProcessLease {
        let lease = ProcessLease(storage: self)
        state.withLock { _ = $0.living.insert(lease.own) }
        return lease
    }

    var living: Set<HolderID> { state.withLock { $0.living } }

    /// Others see that the process is dead. What of it goes on all the same goes on.
    func die(_ holder: HolderID) {
        state.withLock { _ = $0.living.remove(holder) }
        departures.send((), except: holder)
    }

    func revive(_ holder: HolderID) { state.withLock { _ = $0.living.insert(holder) } }

    func changed(by holder: HolderID) { changes.send((), except: holder) }

    func changes(for holder: HolderID) -> AsyncStream<Void> { changes.listen(to: holder) }

    func departures(for holder: HolderID) -> AsyncStream<Void> { departures.listen(to: holder) }
}

/// The leases as one process sees them.
struct ProcessLease: Leases {
    let own = HolderID()
    let storage: SharedStorage

    init(storage: SharedStorage) { self.storage = storage }

    func living() async throws -> Set<HolderID> { storage.living.union([own]) }

    func departures() -> AsyncStream<Void> { storage.departures(for: own) }
}
