import Foundation
import GRDB
public import LIFIdentities
import LIFModel

/// The embedded Identity Mapper's mappings, and copies of a remote one's, in the SQLite file of a state folder.
public final class SQLiteIdentityStore: IdentityStore {
    private static let columns = "id, organization, person, system, type, identifier"
    let database: LIFDatabase
    let counter = IdentityChangeCounter(.mapping)
    let copyCounter = IdentityChangeCounter(.copy)

    /// A store over an open database.
    public init(_ database: LIFDatabase) { self.database = database }

    /// See ``IdentityStore/mappings(of:in:)``. All persons are read in one snapshot.
    public func mappings(of persons: [String], in organization: String) async throws -> [[IdentityMapping]] {
        if persons.isEmpty { return [] }
        return try await database.load { database in
            let statement = try database.cachedStatement(
                sql: """
                    SELECT id, system, type, identifier FROM identity_mapping WHERE organization = ? AND person = ?
                    ORDER BY system, type
                    """)
            return try persons.map { person in
                let rows = try Row.fetchCursor(statement, arguments: [organization, person.column])
                var mappings: [IdentityMapping] = []
                while let row = try rows.next() {
                    mappings.append(
                        IdentityMapping(
                            id: row[0], organization: organization, person: person, systemID: row[1],
                            target: LearnerIdentifier(identifier: try row.utf8(3), identifierType: row[2])))
                }
                return mappings
            }
        }
    }

    /// See ``IdentityStore/save(_:)``. A mapping that says what is kept already changes nothing, and is no change for others.
    public func save(_ mappings: [IdentityMapping]) async throws -> [IdentityMapping] {
        try await database.store { [counter] database in
            var isChanged = false
            let saved = try mappings.map { mapping in
                let kept = try Self.kept(for: mapping, database)
                var new = mapping
                new.id = kept?.id ?? mapping.id ?? RandomID().text
                if let kept, kept.hasSameText(as: new) { return new }
                isChanged = true
                if let kept {
                    try database.change("DELETE FROM identity_mapping WHERE id = ?", [kept.id])
                }
                try Self.insert(new, database)
                return new
            }
            if isChanged { try counter.move(database) }
            return saved
        }
    }

    /// The mapping that a new one replaces.
    ///
    /// - Throws: `LIFError` `IdentityMappingConflict`.
    private static func kept(for mapping: IdentityMapping, _ database: Database) throws -> IdentityMapping? {
        let byKey = try Row.fetchOne(
            try database.cachedStatement(
                sql: """
                    SELECT \(columns) FROM identity_mapping
                    WHERE organization = ? AND person = ? AND system = ? AND type = ?
                    """),
            arguments: [
                mapping.organization, mapping.person.column, mapping.systemID, mapping.target.identifierType,
            ]
        ).map(Self.mapping(from:))
        guard let id = mapping.id else { return byKey }
        if let byKey { if byKey.id == id { return byKey } else { throw LIFError.identityMappingConflict } }
        let byID = try Row.fetchOne(
            try database.cachedStatement(sql: "SELECT \(columns) FROM identity_mapping WHERE id = ?"), arguments: [id]
        ).map(Self.mapping(from:))
        if let byID, !byID.isOf(person: mapping.person, in: mapping.organization) {
            throw LIFError.identityMappingConflict
        }
        return byID
    }

    private static func mapping(from row: Row) throws -> IdentityMapping {
        IdentityMapping(
            id: row[0], organization: row[1], person: try row.utf8(2), systemID: row[3],
            target: LearnerIdentifier(identifier: try row.utf8(5), identifierType: row[4]))
    }

    private static func insert(_ mapping: IdentityMapping, _ database: Database) throws {
        try database.change(
            "INSERT INTO identity_mapping (\(columns)) VALUES (?, ?, ?, ?, ?, ?)",
            [
                mapping.id, mapping.organization, mapping.person.column, mapping.systemID,
                mapping.target.identifierType, mapping.target.identifier.column,
            ])
    }

    /// See ``IdentityCopies/remove(_:)``. Staged lines take a transaction for every 10,000. The identifiers of what is removed are noted,
    /// so that what is kept under them can be forgotten.
    public func remove(_ what: IdentityRemoval) async throws -> Int {
        switch what {
        case .mapping(let id, let person, let organization):
            try await removeMappings("id = ? AND person = ? AND organization = ?", [id, person.column, organization])
        case .person(let person, let organization): try await removePerson(person, organization)
        case .staged(let id): try await dropStaged("import_id = ?", [id.text])
        case .stagedBefore(let date): try await dropStaged("staged_at < ?", [date.column])
        case .copies(let person, let organization):
            try await removeCopies("person = ? AND organization = ?", [person.column, organization])
        case .copiesFetchedBefore(let date): try await removeCopies("fetched_at < ?", [date.column], isExpiry: true)
        }
    }

    private func removeMappings(_ condition: String, _ arguments: StatementArguments) async throws -> Int {
        try await database.store { [counter] database in
            let count = try database.change("DELETE FROM identity_mapping WHERE \(condition)", arguments)
            if count > 0 { try counter.move(database) }
            return count
        }
    }

    /// Mappings and staged lines go in one transaction.
    private func removePerson(_ person: String, _ organization: String) async throws -> Int {
        try await database.store { [counter] database in
            try database.change(
                "DELETE FROM identity_import WHERE person = ? AND organization = ?", [person.column, organization])
            let count = try database.change(
                "DELETE FROM identity_mapping WHERE organization = ? AND person = ?", [organization, person.column])
            if count > 0 { try counter.move(database) }
            return count
        }
    }

    /// See ``IdentityCopies/changeNumber(of:)``.
    public func changeNumber(of subject: IdentitySubject) async throws -> Int {
        try (subject == .mapping ? counter : copyCounter).number(database)
    }
}

extension IdentityMapping {
    /// Whether nothing would change: compared to the byte.
    fileprivate func hasSameText(as other: IdentityMapping) -> Bool {
        isOf(person: other.person, in: other.organization) && isOf(system: other.systemID)
            && target.identifierType.utf8.elementsEqual(other.target.identifierType.utf8)
            && target.identifier.utf8.elementsEqual(other.target.identifier.utf8)
    }
}

extension String {
    /// For a BLOB column.
    var column: Data { Data(utf8) }
}

extension Row {
    /// The text in a BLOB column.
    func utf8(_ index: Int) throws -> String { String(decoding: try bytes(index) ?? [], as: UTF8.self) }
}
