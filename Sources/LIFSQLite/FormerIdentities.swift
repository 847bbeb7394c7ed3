import Foundation
import GRDB
import LIFModel

/// As whom sources knew a person before mappings were replaced or removed (`Schema.identities`).
enum FormerIdentities {
    static func identifiers(
        of person: String, in organization: String, _ database: Database
    ) throws -> [LearnerIdentifier] {
        let statement = try database.cachedStatement(
            sql: "SELECT identifier, type FROM identity_former WHERE organization = ? AND person = ?")
        let rows = try Row.fetchCursor(statement, arguments: [organization, person.column])
        var found: [LearnerIdentifier] = []
        while let row = try rows.next() {
            found.append(LearnerIdentifier(identifier: try row.utf8(0), identifierType: row[1]))
        }
        return found
    }

    /// Notes what the copies that a condition names say; before they are replaced or removed.
    static func note(
        copiesWhere condition: String, _ arguments: StatementArguments, _ database: Database
    ) throws {
        // A damaged copy says nothing.
        try database.change(
            """
            INSERT INTO identity_former (organization, person, type, identifier, replaced_at)
            SELECT organization, person, value ->> '$.target_system_person_id_type',
                CAST(value ->> '$.target_system_person_id' AS BLOB), \(Schema.now)
            FROM identity_copy, json_each(
                CASE json_valid(CAST(mappings AS TEXT)) WHEN 1 THEN CAST(mappings AS TEXT) ELSE '[]' END)
            WHERE \(condition) AND json_type(value, '$.target_system_person_id') = 'text'
                AND json_type(value, '$.target_system_person_id_type') = 'text'
            ON CONFLICT (organization, person, type, identifier) DO UPDATE SET replaced_at = excluded.replaced_at
            """, arguments)
    }

    static func remove(of person: String, in organization: String, _ database: Database) throws {
        try database.change(
            "DELETE FROM identity_former WHERE organization = ? AND person = ?", [organization, person.column])
    }

    /// Removes those under which nothing is kept any more: all that was fetched or asked before they were replaced is gone.
    ///
    /// - Parameter time: No fragment of before is kept.
    static func remove(replacedBefore time: Date, _ database: Database) throws {
        try database.change(
            """
            DELETE FROM identity_former WHERE replaced_at < min(
                ?, coalesce((SELECT accepted_at FROM run ORDER BY position LIMIT 1), 1e99))
            """, [time.column])
    }
}
