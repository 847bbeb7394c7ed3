import GRDB
import LIFJSON
import LIFModel
import LIFWorkflow

/// Whom a store keeps something of. It costs a look at everything.
enum KeptLearners {
    /// - Returns: Those that are wanted. A person of the identity mappings, whose type nobody has noted, has none.
    static func all(
        _ database: Database, _ isWanted: (LearnerIdentifier) -> Bool
    ) throws -> Set<LearnerIdentifier> {
        var found: Set<LearnerIdentifier> = []
        func look(_ learner: LearnerIdentifier) { if isWanted(learner) { found.insert(learner) } }
        for sql in [
            "SELECT DISTINCT identifier, identifier_type FROM fragment",
            "SELECT DISTINCT identifier, identifier_type FROM processed_learner",
            "SELECT DISTINCT identifier, type FROM identity_mapping",
            "SELECT DISTINCT identifier, type FROM identity_former",
            "SELECT DISTINCT person, '' FROM identity_former",
            "SELECT DISTINCT person, '' FROM identity_mapping", "SELECT DISTINCT person, '' FROM identity_copy",
        ] {
            let rows = try Row.fetchCursor(database, sql: sql)
            while let row = try rows.next() {
                let identifier = String(decoding: try row.bytes(0) ?? [], as: UTF8.self)
                look(LearnerIdentifier(identifier: identifier, identifierType: row[1]))
            }
        }
        let jobs = try Row.fetchCursor(database, sql: "SELECT submission FROM job")
        while let row = try jobs.next() {
            let submission = try? JobSubmission(row: row, index: 0, idempotencyKey: nil, of: "a job")
            for part in submission?.plan.parts ?? [] { look(part.learner) }
        }
        let runs = try Row.fetchCursor(database, sql: "SELECT via, plan, sources FROM orchestration_run")
        while let row = try runs.next() {
            let plan = try? SQLiteRunStore.plan(row, 0)
            for part in plan?.parts ?? [] { look(part.learner) }
        }
        return found
    }
}
