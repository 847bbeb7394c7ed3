import LIFConcurrency
import LIFModel
import LIFTesting
import LIFWorkflow
import Synchronization

/// What several orchestrators share, as processes share a state folder.
final class SharedStorage: Sendable {
    private struct State {
        var living: Set<HolderID> = []
        var departures: [HolderID: [AsyncStream<Void>.Continuation]] = [:]
    }

    let journal = MemoryJournal()
    let log = MemoryJobLog()
    let schedules = MemoryScheduleStore()
    let breakers = MemoryBreakerStore()
    private let changes = Broadcast<HolderID, Void>(.newest)
    private let departures = Broadcast<HolderID, Void>(.newest)
    private let state = Mutex(State())

    var jobs: JobStore { JobStore(journal) }
    var queue: JournalOutputQueue { JournalOutputQueue(journal) }
    var callbacks: CallbackStore { CallbackStore(journal) }

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

    func departures(for holder: HolderID) -> AsyncStream<Void> {
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        state.withLock { $0.departures[holder, default: []].append(continuation) }
        return stream
    }
}

/// The leases as one process sees them.
struct ProcessLease: Leases {
    let own = HolderID()
    let storage: SharedStorage

    init(storage: SharedStorage) { self.storage = storage }

    func living() async throws -> Set<HolderID> { storage.living.union([own]) }

    func departures() -> AsyncStream<Void> { storage.departures(for: own) }
}
