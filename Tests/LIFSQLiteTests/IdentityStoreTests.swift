import Foundation
import GRDB
import LIFIdentities
import LIFModel
import LIFTesting
import Testing

@testable import LIFSQLite

@Suite struct IdentityStoreTests {
    private static func database() throws -> LIFDatabase { try LIFDatabase(folder: TemporaryFolder.kept()) }

    private static let stores = IdentityStoreConformance {
        SQLiteIdentityStore(try database())
    } makePair: {
        let folder = try TemporaryFolder.kept()
        return (
            SQLiteIdentityStore(try LIFDatabase(folder: folder)), SQLiteIdentityStore(try LIFDatabase(folder: folder))
        )
    }

    @Test("The identity store in SQLite keeps its contract", arguments: stores.checks)
    func keepsStoring(_ check: ConformanceCheck) async throws { try await check.run() }

    private static let copies = IdentityCopiesConformance { SQLiteIdentityStore(try database()) }

    @Test("The copies of a mapper's mappings in SQLite keep their contract", arguments: copies.checks)
    func keepsCopies(_ check: ConformanceCheck) async throws { try await check.run() }

    private static let lookups = IdentityLookupConformance { mappings in
        let store = SQLiteIdentityStore(try database())
        _ = try await store.save(mappings)
        return MappedIdentities(store: store, organization: IdentityLookupConformance.organization)
    }

    @Test("A look-up over the identity store in SQLite keeps its contract", arguments: lookups.checks)
    func looksUp(_ check: ConformanceCheck) async throws { try await check.run() }

    private static func mapping(_ person: String, _ identifier: String) -> IdentityMapping {
        IdentityMapping(
            organization: "org", person: person, systemID: "sis",
            target: LearnerIdentifier(identifier: identifier, identifierType: "ID"))
    }

    @Test("Mappings and copies outlive the process, and both change numbers start where they were")
    func reopened() async throws {
        let folder = try TemporaryFolder()
        var database = try LIFDatabase(folder: folder.url)
        let saved = try await SQLiteIdentityStore(database).save([Self.mapping("a", "1"), Self.mapping("b", "2")])
        let copy = IdentityCopy(person: "a", fetchedAt: Date(), mappings: saved.filter { $0.person == "a" })
        try await SQLiteIdentityStore(database).keep([copy], in: "org", from: "http://m")
        let numbers = (
            try await SQLiteIdentityStore(database).changeNumber(of: .mapping),
            try await SQLiteIdentityStore(database).changeNumber(of: .copy)
        )
        try await database.close()
        database = try LIFDatabase(folder: folder.url)
        let store = SQLiteIdentityStore(database)
        let copies = SQLiteIdentityStore(database)
        #expect(try await store.mappings(of: ["b", "a"], in: "org") == [[saved[1]], [saved[0]]])
        #expect(try await copies.copies(of: ["a"], in: "org", from: "http://m") == [copy])
        #expect(try await store.changeNumber(of: .mapping) == numbers.0)
        #expect(try await copies.changeNumber(of: .copy) == numbers.1)
        try await database.close()
    }

    @Test("A copy that is damaged is none, and the next one takes its place")
    func damagedCopy() async throws {
        let database = try Self.database()
        let copies = SQLiteIdentityStore(database)
        let copy = IdentityCopy(person: "a", fetchedAt: Date(), mappings: [])
        try await copies.keep([copy], in: "org", from: "m")
        for damage in ["[", "{}", "[{}]", "[1]"] {
            try await database.store { try $0.change("UPDATE identity_copy SET mappings = ?", [damage.column]) }
            #expect(try await copies.copies(of: ["a"], in: "org", from: "m") == [nil])
            try await copies.keep([copy], in: "org", from: "m")
            #expect(try await copies.copies(of: ["a"], in: "org", from: "m") == [copy])
        }
    }

    @Test("The change number stands still while other stores in the file are written")
    func otherWrites() async throws {
        let database = try Self.database()
        let (store, copies) = (SQLiteIdentityStore(database), SQLiteIdentityStore(database))
        _ = try await store.save([Self.mapping("a", "1")])
        let number = try await store.changeNumber(of: .mapping)
        try await copies.keep([IdentityCopy(person: "a", fetchedAt: Date(), mappings: [])], in: "org", from: "m")
        try await copies.removeCopies(of: "a", in: "org")
        #expect(try await store.changeNumber(of: .mapping) == number)
    }

    @Test("An import of more lines than are saved at once saves them all, and leaves nothing behind")
    func longImport() async throws {
        let database = try Self.database()
        let store = SQLiteIdentityStore(database)
        let text = (0..<2_500).map { "p\($0),sis,ID,\($0)" }.joined(separator: "\n")
        let header = "lif_organization_person_id,target_system_id,target_system_person_id_type,target_system_person_id"
        let report = try await IdentityImport(into: store, organization: "org").run(
            Pieces(header + "\n" + text), as: .csv)
        #expect(report.counts == IdentityImportCounts(added: 2_500))
        let counts = try await database.load { database in
            (
                try Int.fetchOne(database, sql: "SELECT count(DISTINCT id) FROM identity_mapping"),
                try Int.fetchOne(database, sql: "SELECT count(*) FROM identity_import")
            )
        }
        #expect(counts == (2_500, 0))
        let read = try await store.mappings(of: ["p0", "p1234", "p2499", "p2500"], in: "org")
        #expect(read.map { $0.map(\.target.identifier) } == [["0"], ["1234"], ["2499"], []])
    }

    @Test("An import with a bad line leaves nothing behind, however long it was")
    func refusedImport() async throws {
        let database = try Self.database()
        let store = SQLiteIdentityStore(database)
        let line =
            #"{"lif_organization_person_id":"p%","target_system_id":"s","#
            + #""target_system_person_id_type":"ID","target_system_person_id":"1"}"#
        var lines = (0..<12_000).map { line.replacing("%", with: "\($0)") }
        lines.append("{}")
        await #expect(throws: LIFError.self) {
            _ = try await IdentityImport(into: store, organization: "org").run(
                Pieces(lines.joined(separator: "\n")), as: .jsonLines)
        }
        let counts = try await database.load { database in
            (
                try Int.fetchOne(database, sql: "SELECT count(*) FROM identity_mapping"),
                try Int.fetchOne(database, sql: "SELECT count(*) FROM identity_import")
            )
        }
        #expect(counts == (0, 0))
    }
}

/// A text in one piece.
private struct Pieces: AsyncSequence, AsyncIteratorProtocol {
    private var text: [UInt8]?

    init(_ text: String) { self.text = Array(text.utf8) }

    func makeAsyncIterator() -> Self { self }

    mutating func next() async throws -> [UInt8]? {
        defer { text = nil }
        return text
    }
}
