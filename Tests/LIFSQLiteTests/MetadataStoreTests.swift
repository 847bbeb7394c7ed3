import Foundation
import GRDB
import LIFJSON
import LIFMetadata
import LIFModel
import LIFTesting
import Testing

@testable import LIFSQLite

/// Copies of metadata in the SQLite file.
@Suite struct MetadataStoreTests {
    private static func store() throws -> SQLiteMetadataStore {
        SQLiteMetadataStore(try LIFDatabase(folder: TemporaryFolder.kept()))
    }

    private static let conformance = MetadataStoreConformance {
        try store()
    } makePair: {
        let folder = try TemporaryFolder.kept()
        return (
            SQLiteMetadataStore(try LIFDatabase(folder: folder)), SQLiteMetadataStore(try LIFDatabase(folder: folder))
        )
    }

    @Test("The metadata store in SQLite keeps its contract", arguments: conformance.checks)
    func keepsItsContract(_ check: ConformanceCheck) async throws { try await check.run() }

    @Test("A copy outlives the process")
    func restart() async throws {
        let folder = try TemporaryFolder()
        let document = MetadataDocument(
            key: "a", body: .emptyArray, fetchedAt: Date(timeIntervalSinceReferenceDate: 7.5))
        let first = try LIFDatabase(folder: folder.url)
        try await SQLiteMetadataStore(first).keep(document)
        try await first.close()
        let second = try LIFDatabase(folder: folder.url)
        #expect(try await SQLiteMetadataStore(second).document("a") == document)
        try await second.close()
    }

    @Test("A damaged copy is an error and is replaced by the next one")
    func damaged() async throws {
        let database = try LIFDatabase(folder: TemporaryFolder.kept())
        let store = SQLiteMetadataStore(database)
        try await database.write { database in
            try database.execute(sql: "INSERT INTO metadata VALUES ('a', 1, CAST('{\"a\":' AS BLOB))")
        }
        let error = await #expect(throws: LIFError.self) { try await store.document("a") }
        #expect(error?.code == .outputReadException)
        let document = MetadataDocument(
            key: "a", body: .null, fetchedAt: Date(timeIntervalSinceReferenceDate: 2))
        try await store.keep(document)
        #expect(try await store.document("a") == document)
    }

    @Test("A closed store is an error")
    func closed() async throws {
        let database = try LIFDatabase(folder: TemporaryFolder.kept())
        let store = SQLiteMetadataStore(database)
        try await database.close()
        await #expect(throws: LIFError.self) { try await store.document("a") }
        await #expect(throws: LIFError.self) {
            try await store.keep(MetadataDocument(key: "a", body: .null, fetchedAt: Date()))
        }
    }
}
