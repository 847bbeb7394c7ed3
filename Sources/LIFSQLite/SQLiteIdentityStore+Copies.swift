import Foundation
import GRDB
public import LIFIdentities
import LIFJSON
import LIFModel

/// Copies of a remote Identity Mapper's mappings.
extension SQLiteIdentityStore {
    /// See ``IdentityCopies/copies(of:in:from:)``. A damaged copy counts as none: the mapper has the truth.
    public func copies(
        of persons: [String], in organization: String, from origin: String
    ) async throws -> [IdentityCopy?] {
        if persons.isEmpty { return [] }
        return try await database.load { database in
            let statement = try database.cachedStatement(
                sql: """
                    SELECT fetched_at, mappings FROM identity_copy WHERE origin = ? AND organization = ? AND person = ?
                    """)
            return try persons.map { person in
                guard let row = try Row.fetchOne(statement, arguments: [origin, organization, person.column]) else {
                    return nil
                }
                // A damaged copy is none: the mapper has the truth.
                guard let elements = try? row.json(1).array,
                    let mappings = try? elements.map({ try IdentityMapping(json: $0) })
                else { return nil }
                return IdentityCopy(person: person, fetchedAt: row.date(0) ?? .distantPast, mappings: mappings)
            }
        }
    }

    /// See ``IdentityCopies/keep(_:in:from:)``. Former identifiers are noted, so that what is kept under them can be forgotten.
    public func keep(_ copies: [IdentityCopy], in organization: String, from origin: String) async throws {
        if copies.isEmpty { return }
        try await database.store { [copyCounter] database in
            let reading = try database.cachedStatement(
                sql: """
                    SELECT mappings FROM identity_copy WHERE origin = ? AND organization = ? AND person = ?
                    """)
            var isChanged = false
            for copy in copies {
                let key: StatementArguments = [origin, organization, copy.person.column]
                let former = try Row.fetchOne(reading, arguments: key)?.bytes(0)
                let mappings = copy.mappings.json.data
                if let former, former != Array(mappings) {
                    try FormerIdentities.note(
                        copiesWhere: "origin = ? AND organization = ? AND person = ?", key, database)
                }
                let count = try database.change(
                    """
                    INSERT INTO identity_copy (origin, organization, person, fetched_at, mappings) VALUES (?, ?, ?, ?, ?)
                    ON CONFLICT DO UPDATE SET fetched_at = excluded.fetched_at, mappings = excluded.mappings
                    WHERE excluded.fetched_at >= fetched_at
                    """, key + [copy.fetchedAt.column, mappings])
                if count > 0, let former, former != Array(mappings) { isChanged = true }
            }
            if isChanged { try copyCounter.move(database) }
        }
    }

    /// - Parameter isExpiry: Nobody uses them any more.
    func removeCopies(
        _ condition: String, _ arguments: StatementArguments, isExpiry: Bool = false
    ) async throws -> Int {
        try await database.store { [copyCounter] database in
            try FormerIdentities.note(copiesWhere: condition, arguments, database)
            let count = try database.change("DELETE FROM identity_copy WHERE \(condition)", arguments)
            if count > 0, !isExpiry { try copyCounter.move(database) }
            return 0
        }
    }
}
