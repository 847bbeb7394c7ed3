import GRDB
import LIFModel

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
            "SELECT DISTINCT identifier, identifier_type FROM run_learner",
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
        return found
    }
}
