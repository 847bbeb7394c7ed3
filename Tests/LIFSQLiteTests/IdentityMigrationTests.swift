import Foundation
import GRDB
import LIFModel
import LIFQueryPlanner
import Testing

@testable import LIFSQLite

/// Mappings that an earlier version accepted are carried over.
@Suite struct IdentityMigrationTests {
    @Test("Mappings of version 3 keep their ids and their types as written, and take a second spelling beside them")
    func mappings() async throws {
        let folder = try TemporaryFolder()
        let file = folder.url.appending(path: LIFDatabase.fileName).path
        let old = try DatabaseQueue(path: file)
        try Schema.migrator.migrate(old, upTo: "3 metadata")
        try await old.write { database in
            try database.execute(
                sql: """
                    INSERT INTO identity_mapping (organization, person, system, type_token, id, type, identifier) VALUES
                        ('org', x'61', 'sis', 'SCHOOL_NUMBER', 'm1', 'School number', x'31'),
                        ('org', x'62', 'sis', 'SCHOOL_NUMBER', 'm2', 'SCHOOL_NUMBER', x'32');
                    INSERT INTO identity_import VALUES
                        ('i', 'org', x'61', 'sis', 'EMAIL', 'EMAIL', x'33', 1, 0);
                    """)
        }
        try old.close()

        let database = try LIFDatabase(folder: folder.url)
        let store = SQLiteIdentityStore(database)
        func mapping(_ person: String, _ type: String, _ identifier: String, id: String? = nil) -> IdentityMapping {
            IdentityMapping(
                id: id, organization: "org", person: person, systemID: "sis",
                target: LearnerIdentifier(identifier: identifier, identifierType: type))
        }
        let kept = try await store.mappings(of: ["a", "b"], in: "org")
        #expect(
            kept == [[mapping("a", "School number", "1", id: "m1")], [mapping("b", "SCHOOL_NUMBER", "2", id: "m2")]])
        #expect(kept[0].map(\.target.identifierType) == ["School number"])
        let added = try await store.save([mapping("a", "SCHOOL_NUMBER", "9"), mapping("a", "School number", "1")])
        #expect(added[1].id == "m1")
        #expect(try await store.mappings(of: ["a"], in: "org")[0].map(\.target.identifier) == ["9", "1"])
        await #expect(throws: LIFError.self) { try await store.save([mapping("c", "T", "1", id: "m2")]) }
        let staged = try await database.load { try Int.fetchOne($0, sql: "SELECT count(*) FROM identity_import") }
        #expect(staged == 0)
        try await database.close()
    }
}
