import Foundation
import GRDB
import LIFIdentities
import LIFJournal
import LIFModel
import LIFQueryPlanner
import LIFStores
import LIFWorkflow

/// Removes what a store keeps about one learner, also beside processes that serve from it: they are notified.
///
/// What is removed is overwritten, and the WAL is emptied afterwards. Backups, a store that was kept aside by a restore, and
/// files of logs are not touched.
struct LearnerRemoval: Sendable {
    private let database: LIFDatabase
    private let organization: String?
    private let mapper: String?

    /// Removes from an open database.
    ///
    /// - Parameter scope: The person's mappings, and those that were replaced, say as whom else the learner is known, and are removed
    ///   too.
    init(_ database: LIFDatabase, _ scope: IdentityScope = IdentityScope()) {
        self.database = database
        organization = scope.organization
        mapper = scope.mapper
    }

    /// Removes everything about a learner that does not still run. It may be called again.
    ///
    /// - Parameter aliases: As whom else the learner is known, beside what the mappings say.
    /// - Throws: `LIFError` `OutputReadException`, `OutputWriteException`; some may be removed by then.
    func remove(_ learner: LearnerIdentifier, aliases: Set<LearnerIdentifier> = []) async throws -> Forgotten {
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

    /// Removes again whom the list in the state folder names as forgotten since the state that the store has, as after a
    /// restore. What still runs for them is left, and they are looked for again at the next call.
    ///
    /// - Throws: `LIFError` `OutputReadException`, `OutputWriteException`; some may be removed by then.
    func repeatForgets() async throws -> Forgotten {
        let list = ForgottenLearners(database)
        var repetition = Forgotten()
        repetition.hasList = list.exists
        repetition.hasUnknown = try await list.hasOthers()
        guard let learners = try await list.returned() else { return repetition }
        repetition.returned = learners.count
        for learner in learners {
            repetition.add(try await remove(learner, learners.union(try await mapped(learner))))
        }
        if !repetition.hasPending { try await list.settle() }
        return repetition
    }

    private func remove(_ learner: LearnerIdentifier, _ learners: Set<LearnerIdentifier>) async throws -> Forgotten {
        var result = Forgotten()
        // First what others are made from.
        result.fragments = try await SQLiteFragmentStore(database).forget(learners, now: Date())
        (result.requests, result.pendingRequests) = try await ProcessedRequestStore(database).forget(learners)
        (result.jobs, result.pendingJobs) = try await removeJobs(naming: learners)
        result.runs = try await RunStore(database).remove(naming: learners)
        result.schedules = try await SQLiteCoordination(database).schedules()
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
            let copies = try await SQLiteIdentityStore(database).copies(of: persons, in: organization, from: mapper)
            mappings += copies.flatMap { $0?.mappings ?? [] }
        }
        let former = try await database.load {
            try FormerIdentities.identifiers(of: learner.identifier, in: organization, $0)
        }
        return mappings.map(\.target) + former
    }

    private func removeMappings(of learner: LearnerIdentifier) async throws -> Int {
        guard let organization else { return 0 }
        try await SQLiteIdentityStore(database).removeCopies(of: learner.identifier, in: organization)
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
        try await JournalJobLog(journal).remove(ended)
        try await journal.remove(.all, of: ended)
        return (ended.count, runs.count - ended.count)
    }
}
