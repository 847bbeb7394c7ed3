import Foundation
import GRDB
import LIFIdentities
import LIFJournal
public import LIFModel
import LIFQueryPlanner
public import LIFWorkflow

/// Removes what a store keeps about one learner, also beside processes that serve from it: they are told.
///
/// What is removed is overwritten, and the WAL is emptied afterwards. Backups, a store that was kept aside by a restore, and
/// files of logs are not touched.
public struct LearnerRemoval: Sendable {
    /// What was removed, and what was not.
    public struct Result: Sendable, Hashable {
        /// Copies of fragments that were removed.
        public var fragments = 0
        /// Promised queries whose answers were removed; they name the learner, perhaps beside others.
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
        /// Whether the WAL could be emptied. Else the processes on the store empty it as they go on.
        public var isLogEmpty = false

        /// Whether something that names the learner still runs: forget them again when it has ended.
        public var hasPending: Bool { pendingRequests + pendingJobs > 0 }

        fileprivate mutating func add(_ other: Result) {
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

    private let database: LIFDatabase
    private let organization: String?
    private let mapper: String?

    /// Removes from an open database.
    ///
    /// - Parameters:
    ///   - organization: Whose persons the identifiers of queries name; `nil` when the configuration names none. The
    ///     person's mappings, and those that were replaced, say as whom else the learner is known, and are removed too.
    ///   - mapper: The URL of a remote Identity Mapper, whose copies say the same.
    public init(_ database: LIFDatabase, organization: String? = nil, mapper: String? = nil) {
        self.database = database
        self.organization = organization
        self.mapper = mapper
    }

    /// Removes everything about a learner that does not still run. It may be called again.
    ///
    /// - Parameter aliases: As whom else the learner is known, beside what the mappings say.
    /// - Throws: `LIFError` `OutputReadException`, `OutputWriteException`; some may be removed by then.
    public func remove(_ learner: LearnerIdentifier, aliases: Set<LearnerIdentifier> = []) async throws -> Result {
        let learners = aliases.union(try await mapped(learner)).union([learner])
        let list = ForgottenLearners(database)
        // Mappings know the person without a type.
        let listed = learners.union([LearnerIdentifier(identifier: learner.identifier, identifierType: "")])
        // Before, so that one who was removed only in part is on the list; and after, for backups that were made meanwhile.
        try await list.note(listed)
        let result = try await remove(learner, learners)
        try await list.note(listed)
        return result
    }

    /// What was forgotten again because an older state of the store had come back.
    public struct Repetition: Sendable, Hashable {
        /// How many identifiers of learners were found that had been forgotten since.
        public var learners = 0
        /// What was removed for all of those learners together, and what was not.
        public var result = Result()
        /// Whether there is a list of those who were forgotten, and whether it has some that this store cannot recognise.
        public var hasList = false
        /// Whether the list has learners that were forgotten in another store, whose key this one does not have.
        public var hasUnknown = false
    }

    /// Removes again whom the list in the state folder names as forgotten since the state that the store has, as after a
    /// restore. What still runs for them is left, and they are looked for again at the next call.
    ///
    /// - Throws: `LIFError` `OutputReadException`, `OutputWriteException`; some may be removed by then.
    public func repeatForgets() async throws -> Repetition {
        let list = ForgottenLearners(database)
        var repetition = Repetition()
        repetition.hasList = list.exists
        repetition.hasUnknown = try await list.hasOthers()
        guard let learners = try await list.returned() else { return repetition }
        repetition.learners = learners.count
        for learner in learners {
            repetition.result.add(try await remove(learner, learners.union(try await mapped(learner))))
        }
        if !repetition.result.hasPending { try await list.settle() }
        return repetition
    }

    private func remove(_ learner: LearnerIdentifier, _ learners: Set<LearnerIdentifier>) async throws -> Result {
        var result = Result()
        // First what others are made from.
        result.fragments = try await SQLiteFragmentStore(database).forget(learners, now: Date())
        (result.requests, result.pendingRequests) = try await ProcessedRequestStore(database).forget(learners)
        (result.jobs, result.pendingJobs) = try await removeJobs(naming: learners)
        result.runs = try await RunStore(database).remove(naming: learners)
        result.schedules = try await SQLiteScheduleStore(database).schedules()
            .filter { Self.names(learners, $0.submission) }.map(\.id)
        // Last: without them nobody would know the aliases when the learner is forgotten again.
        if !result.hasPending {
            result.mappings = try await removeMappings(of: learner)
        }
        result.isLogEmpty = await database.emptyLog()
        return result
    }

    private func mapped(_ learner: LearnerIdentifier) async throws -> [LearnerIdentifier] {
        guard let organization else { return [] }
        let persons = [learner.identifier]
        var mappings = try await SQLiteIdentityStore(database).mappings(of: persons, in: organization).flatMap(\.self)
        if let mapper {
            let copies = try await SQLiteIdentityCopies(database).copies(of: persons, in: organization, from: mapper)
            mappings += copies.flatMap { $0?.mappings ?? [] }
        }
        let former = try await database.load {
            try FormerIdentities.identifiers(of: learner.identifier, in: organization, $0)
        }
        return mappings.map(\.target) + former
    }

    private func removeMappings(of learner: LearnerIdentifier) async throws -> Int {
        guard let organization else { return 0 }
        try await SQLiteIdentityCopies(database).removeAll(of: learner.identifier, in: organization)
        let count = try await SQLiteIdentityStore(database).removeAll(of: learner.identifier, in: organization)
        // What the removal of the mappings has noted, too.
        try await database.store { try FormerIdentities.remove(of: learner.identifier, in: organization, $0) }
        return count
    }

    private static func names(_ learners: Set<LearnerIdentifier>, _ submission: JobSubmission) -> Bool {
        submission.plan.parts.contains { learners.contains($0.learner) }
    }

    private func removeJobs(naming learners: Set<LearnerIdentifier>) async throws -> (ended: Int, pending: Int) {
        let journal = SQLiteJournal(database)
        let runs = try await journal.runs(.job, naming: learners)
        let ended = runs.filter { !$0.state.isOpen }.map(\.id)
        // The log first: a process that dies in between leaves nothing that is not found again.
        try await SQLiteJobLog(database).remove(ended)
        try await journal.remove(.all, of: ended)
        return (ended.count, runs.count - ended.count)
    }
}
