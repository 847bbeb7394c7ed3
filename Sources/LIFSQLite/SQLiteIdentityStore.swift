import Foundation
import GRDB
public import LIFIdentities
import LIFModel

/// The embedded Identity Mapper's mappings in the SQLite file of a state folder.
public final class SQLiteIdentityStore: IdentityStore {
    private static let columns = "id, organization, person, system, type, identifier"
    let database: LIFDatabase
    let counter = IdentityChangeCounter(.mapping)

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

    /// See ``IdentityStore/remove(_:of:in:)``.
    public func remove(_ id: String, of person: String, in organization: String) async throws -> Bool {
        try await database.store { [counter] database in
            let count = try database.change(
                "DELETE FROM identity_mapping WHERE id = ? AND person = ? AND organization = ?",
                [id, person.column, organization])
            if count > 0 { try counter.move(database) }
            return count > 0
        }
    }

    /// See ``IdentityStore/removeAll(of:in:)``. Mappings and staged lines go in one transaction.
    public func removeAll(of person: String, in organization: String) async throws -> Int {
        try await database.store { [counter] database in
            try database.change(
                "DELETE FROM identity_import WHERE person = ? AND organization = ?", [person.column, organization])
            let count = try database.change(
                "DELETE FROM identity_mapping WHERE organization = ? AND person = ?", [organization, person.column])
            if count > 0 { try counter.move(database) }
            return count
        }
    }

    /// See ``IdentityStore/changeNumber()``.
    public func changeNumber() async throws -> Int { try counter.number(database) }
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
