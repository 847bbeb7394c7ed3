public import Foundation
public import LIFModel
public import LIFWorkflow

/// A database as a whole: what is done with it beside reading and writing through the ports.
public protocol StoreDatabase: Sendable {
    /// How many bytes it holds, for a limit on them.
    ///
    /// - Throws: `LIFError` `OutputReadException`.
    func usedBytes() async throws -> Int

    /// Writes a copy into one file while processes go on.
    ///
    /// - Throws: `LIFError` `ConfigurationNotValid` where the database is backed up by its own tools, or the file cannot be written.
    func backup(to file: URL, overwriting: Bool) async throws

    /// Removes everything about learners that does not still run, so that nothing of it is left in the database.
    ///
    /// - Throws: `LIFError` `OutputReadException`, `OutputWriteException`; some may be removed by then.
    func forget(_ who: Forgetting, _ scope: IdentityScope) async throws -> Forgotten

    /// Changes what the processes have seen of the clock, in one step. A change that leaves it as it is needs no write.
    ///
    /// - Parameter change: It may run more than once.
    func changeClock<Value: Sendable>(
        _ change: @escaping @Sendable (inout ClockTrust?) -> Value
    ) async throws -> Value

    /// Commits what waits and closes it; the others take over what this process held. Later calls fail; a second one does nothing.
    ///
    /// - Throws: `LIFError` `OutputWriteException`; what was committed is safe.
    func close() async throws
}

/// Who is to be forgotten.
public enum Forgetting: Sendable, Hashable {
    /// A learner, with those that the mappings say are the same; and as whom else the learner is known.
    case learner(LearnerIdentifier, aliases: Set<LearnerIdentifier> = [])
    /// Who was forgotten after the state that the database has: an older one may have been put in its place. Costs little when there is
    /// nobody.
    case returned
}

/// Whose mappings tell as whom else a learner is known.
public struct IdentityScope: Sendable, Hashable {
    /// Whose persons the identifiers of queries name; `nil` when the configuration names none.
    public let organization: String?
    /// The URL of a remote Identity Mapper.
    public let mapper: String?

    /// A scope; without an organization no mapping is looked at.
    public init(organization: String? = nil, mapper: String? = nil) {
        self.organization = organization
        self.mapper = mapper
    }
}

/// What was removed, and what was not.
public struct Forgotten: Sendable, Hashable {
    /// Copies of fragments that were removed.
    public var fragments = 0
    /// Asynchronous queries whose answers were removed; they name the learner, perhaps beside others.
    public var requests = 0
    /// Jobs that were removed with all that belongs to them; they name the learner, perhaps beside others.
    public var jobs = 0
    /// Runs at an orchestrator elsewhere that were removed.
    public var runs = 0
    /// Mappings of identities that were removed; they stay as long as something is pending.
    public var mappings = 0
    /// What still runs, and was left: the learner is to be forgotten again when it has ended.
    public var pendingRequests = 0
    /// Jobs that name the learner and still run.
    public var pendingJobs = 0
    /// What will fetch the learner's data again, and was left.
    public var schedules: [ScheduleID] = []
    /// Whether no trace is left. Else the processes on the database remove the last ones as they go on.
    public var isLogEmpty = false
    /// How many identifiers of learners were found that had been forgotten since the state that the database has.
    public var returned = 0
    /// Whether there is a list of those who were forgotten.
    public var hasList = false
    /// Whether the list has learners that were forgotten in another database, who cannot be recognised in this one.
    public var hasUnknown = false

    /// Nothing was removed.
    public init() {}

    /// Whether something that names the learner still runs: forget them again when it has ended.
    public var hasPending: Bool { pendingRequests + pendingJobs > 0 }

    /// Adds what was removed of another learner.
    package mutating func add(_ other: Forgotten) {
        fragments += other.fragments
        requests += other.requests
        jobs += other.jobs
        runs += other.runs
        mappings += other.mappings
        // The same ones may be found for each of a person's identifiers.
        pendingRequests = max(pendingRequests, other.pendingRequests)
        pendingJobs = max(pendingJobs, other.pendingJobs)
        schedules += other.schedules.filter { !schedules.contains($0) }
        isLogEmpty = other.isLogEmpty
    }
}
