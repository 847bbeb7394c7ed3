import GRDB
import LIFJSON
public import LIFMetadata

/// Copies of metadata documents in the SQLite file of a state folder.
public final class SQLiteMetadataStore: MetadataStore {
    private let database: LIFDatabase

    /// A store over an open database.
    public init(_ database: LIFDatabase) { self.database = database }

    /// The copy of this key, checked to be JSON; `nil` when there is none.
    ///
    /// - Throws: `LIFError` `OutputReadException`, also for a damaged copy, which is then fetched again.
    public func document(_ key: String) async throws -> MetadataDocument? {
        do {
            return try await database.read { database in
                let statement = try database.cachedStatement(sql: "SELECT fetched_at, body FROM metadata WHERE key = ?")
                guard let row = try Row.fetchOne(statement, arguments: [key]) else { return nil }
                guard let fetchedAt = row.date(0), let bytes = try row.bytes(1) else {
                    throw StorageFault.damaged("a metadata document")
                }
                let body: RawJSON
                do {
                    // It is small and seldom read, so it is checked: what is damaged is fetched again.
                    body = try RawJSON(validating: bytes, limits: JSONLimits(maximumBytes: .max))
                } catch {
                    throw StorageFault.damaged("a metadata document", cause: error)
                }
                return MetadataDocument(key: key, body: body, fetchedAt: fetchedAt)
            }
        } catch {
            throw StorageFault.reading(error)
        }
    }

    /// See ``MetadataStore/keep(_:)``. The last one to write wins, whatever `fetchedAt` says.
    public func keep(_ document: MetadataDocument) async throws {
        do {
            try await database.write { database in
                let statement = try database.cachedStatement(
                    sql: """
                        INSERT INTO metadata (key, fetched_at, body) VALUES (?, ?, ?)
                        ON CONFLICT (key) DO UPDATE SET fetched_at = excluded.fetched_at, body = excluded.body
                        """)
                try statement.execute(arguments: [document.key, document.fetchedAt.column, document.body.data])
            }
        } catch {
            throw StorageFault.writing(error)
        }
    }
}
