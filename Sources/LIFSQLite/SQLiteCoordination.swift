import GRDB
public import LIFModel
public import LIFWorkflow
import Synchronization

/// What the processes on a state folder agree on: by the SQLite file, and by locks of the operating system.
public final class SQLiteCoordination: Coordination {
    struct KnownBreakers {
        /// `PRAGMA data_version` on the watching connection, which itself never commits: it moves with each commit to the
        /// file, of this process too.
        var dataVersion: Int?
        var breakers: [String: CircuitBreaker] = [:]
    }

    let database: LIFDatabase
    let leases: ProcessLeases?
    let readClock: @Sendable () -> ClockReading
    let knownBreakers = Mutex(KnownBreakers())
    private let lease: any Leases

    /// Over an open database.
    ///
    /// - Parameters:
    ///   - leases: Those of the same folder; `nil` for a process that takes no part in the others' work.
    ///   - readClock: Reads the clocks of the machine.
    public init(
        _ database: LIFDatabase, leases: ProcessLeases? = nil,
        readClock: @escaping @Sendable () -> ClockReading = { .current }
    ) {
        self.database = database
        self.leases = leases
        self.readClock = readClock
        lease = leases ?? SoleLease() as any Leases
    }

    /// This process.
    public var own: HolderID { lease.own }

    /// See ``Leases/living()``.
    ///
    /// - Throws: `LIFError` `OutputReadException`.
    public func living() async throws -> Set<HolderID> { try await lease.living() }

    /// See ``Leases/departures()``.
    public func departures() -> AsyncStream<Void> { lease.departures() }
}
