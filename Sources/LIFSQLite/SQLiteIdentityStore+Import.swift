public import Foundation
import GRDB
public import LIFIdentities
public import LIFModel

/// Staged lines lie in a table of their own, whose key finds two lines about the same.
extension SQLiteIdentityStore {
    /// How many rows are dropped in one transaction: others wait as long.
    private static let droppedAtOnce = 10_000

    /// Holds all the lines or none; they are no mappings until they are applied. See ``IdentityStore/stage(_:for:at:)``.
    public func stage(
        _ lines: [IdentityImportLine], for id: RandomID, at date: Date
    ) async throws -> [IdentityContradiction] {
        try await database.store { database in
            let insertion = try database.cachedStatement(
                sql: """
                    INSERT INTO identity_import (
                        import_id, organization, person, system, type, identifier, line, staged_at
                    ) VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
                    """)
            var contradictions: [IdentityContradiction] = []
            for line in lines {
                let mapping = line.mapping
                let identifier = mapping.target.identifier.column
                let key: StatementArguments = [
                    id.text, mapping.organization, mapping.person.column, mapping.systemID,
                    mapping.target.identifierType,
                ]
                try insertion.execute(arguments: key + [identifier, line.number, date.column])
                if database.changesCount > 0 { continue }
                let earlier = try database.cachedStatement(
                    sql: """
                        SELECT line FROM identity_import
                        WHERE import_id = ? AND organization = ? AND person = ? AND system = ? AND type = ?
                            AND identifier <> ?
                        """)
                if let earlier = try Int.fetchOne(earlier, arguments: key + [identifier]) {
                    contradictions.append(IdentityContradiction(number: line.number, earlier: earlier))
                }
            }
            return contradictions
        }
    }

    /// Saves the next lines in the order of organisation, person, system and type, in one transaction.
    ///
    /// A mapping that is replaced keeps its id. See ``IdentityStore/applyStaged(_:atMost:)``.
    public func applyStaged(_ id: RandomID, atMost limit: Int) async throws -> IdentityImportCounts {
        try await database.store { [counter] database in
            // The same rows in each statement: the order is that of the key.
            let batch = """
                SELECT organization, person, system, type, identifier FROM identity_import
                WHERE import_id = ? ORDER BY organization, person, system, type LIMIT ?
                """
            let arguments: StatementArguments = [id.text, limit]
            let counting = try database.cachedStatement(
                sql: """
                    SELECT count(*), count(*) FILTER (WHERE m.id IS NULL),
                        count(*) FILTER (WHERE m.identifier <> b.identifier)
                    FROM (\(batch)) AS b LEFT JOIN identity_mapping AS m
                        USING (organization, person, system, type)
                    """)
            guard let row = try Row.fetchOne(counting, arguments: arguments), row[0] > 0 else {
                return IdentityImportCounts()
            }
            let (total, added, changed): (Int, Int, Int) = (row[0], row[1], row[2])
            if added + changed > 0 {
                try database.change(
                    """
                    INSERT INTO identity_mapping (organization, person, system, type, identifier, id)
                    SELECT *, lower(hex(randomblob(16))) FROM (\(batch)) WHERE true
                    ON CONFLICT (organization, person, system, type) DO UPDATE SET identifier = excluded.identifier
                    WHERE identifier <> excluded.identifier
                    """, arguments)
                try counter.move(database)
            }
            try database.change(
                """
                DELETE FROM identity_import
                WHERE import_id = ? AND (organization, person, system, type) IN (
                    SELECT organization, person, system, type FROM (\(batch))
                )
                """, [id.text] + arguments)
            return IdentityImportCounts(added: added, changed: changed, unchanged: total - added - changed)
        }
    }

    func dropStaged(_ condition: String, _ arguments: StatementArguments) async throws -> Int {
        var count = Self.droppedAtOnce
        while count == Self.droppedAtOnce {
            count = try await database.store { database in
                try database.change(
                    """
                    DELETE FROM identity_import
                    WHERE (import_id, organization, person, system, type) IN (
                        SELECT import_id, organization, person, system, type FROM identity_import
                        WHERE \(condition) LIMIT \(Self.droppedAtOnce)
                    )
                    """, arguments)
            }
        }
        return 0
    }
}
