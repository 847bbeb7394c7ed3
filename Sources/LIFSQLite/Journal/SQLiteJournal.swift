import Foundation
import GRDB
public import LIFJournal
public import LIFModel

/// The journal in the SQLite file of a state folder.
public final class SQLiteJournal: Journal {
    let database: LIFDatabase

    let leases: ProcessLeases?

    /// A journal over an open database; several journals may share one.
    ///
    /// - Parameter leases: By which it finds who is alive; `nil` where that is known otherwise.
    public init(_ database: LIFDatabase, leases: ProcessLeases? = nil) {
        self.database = database
        self.leases = leases
    }

    /// Keeps the run, its index and its parts in one transaction.
    ///
    /// - Returns: See ``Journal/accept(_:index:parts:)``; the run as it was given does not count `parts` yet.
    /// - Throws: `LIFError` `OutputWriteException`, `OutputQueueNotAvailableException`; `OutputReadException` when the run
    ///   that was accepted before is damaged.
    public func accept(_ run: JournalRun, index: RunIndex, parts: [JournalPart]) async throws -> JournalRun {
        try await database.store { database in
            guard let position = try Self.insert(run, index, database) else {
                return try Self.earlier(run, database) ?? run
            }
            if !parts.isEmpty { _ = try Self.insert(parts, run: position, after: 0, landed: 0, database) }
            return run
        }
    }

    /// - Returns: Its position; `nil` when its id or key is there already.
    private static func insert(_ run: JournalRun, _ index: RunIndex, _ database: Database) throws -> Int64? {
        let head: StatementArguments = [
            run.id.text, run.kind.rawValue, run.acceptedAt.column, run.expectedParts, run.key, index.schedule?.text,
        ]
        let isNew =
            try database.change(
                """
                INSERT INTO run (
                    id, kind, accepted_at, expected_parts, key, schedule, \(JournalRun.State.columns.joined(separator: ", ")),
                    document
                ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
                """, head + run.state.values + [run.document.map { Data($0) }]) > 0
        guard isNew else { return nil }
        let position = database.lastInsertedRowID
        for source in index.sources {
            try database.change("INSERT INTO run_source (source, run) VALUES (?, ?)", [source, position])
        }
        for learner in index.learners {
            try database.change(
                "INSERT INTO run_learner (identifier, identifier_type, run) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
                [learner.column, learner.typeToken, position])
        }
        return position
    }

    private static func earlier(_ run: JournalRun, _ database: Database) throws -> JournalRun? {
        let statement = try database.cachedStatement(
            sql: """
                SELECT \(JournalRun.columns(document: true)) FROM run WHERE id = ?1 OR kind = ?2 AND key = ?3
                ORDER BY id = ?1 DESC LIMIT 1
                """)
        return try Row.fetchOne(statement, arguments: [run.id.text, run.kind.rawValue, run.key])
            .map(JournalRun.init(row:))
    }

    /// Compares the revision and changes the row in one statement, so two processes cannot both commit on the same revision.
    ///
    /// Parts are kept only while the run is open after the change. See ``Journal/commit(_:)``.
    public func commit(_ change: RunChange) async throws -> JournalRun? {
        try await database.store { database in
            let assignments = JournalRun.State.columns.map { "\($0) = ?" }.joined(separator: ", ")
            let isCommitted =
                try database.change(
                    """
                    UPDATE run SET \(assignments), revision = revision + 1
                    WHERE id = ? AND revision = ? AND last_position = IFNULL(?, last_position)
                    """,
                    change.state.values + [change.id.text, change.revision, change.lastPosition]) > 0
            guard isCommitted else { return nil }
            if change.dropsFailedParts { try Self.dropFailedParts(of: change.id, database) }
            if !change.parts.isEmpty { _ = try Self.append(change.parts, to: change.id, epoch: nil, database) }
            try Self.owe(change.owed, holder: change.state.holder, database)
            return try Self.run(change.id, document: false, database)
        }
    }

    /// Of parts of which some paths failed the message has these, without a reason (`FailureColumns`).
    private static func dropFailedParts(of id: RunID, _ database: Database) throws {
        let run = "(SELECT position FROM run WHERE id = ? AND kept <> 'nothing')"
        let dropped = try database.change(
            "DELETE FROM part WHERE run = \(run) AND (reason IS NOT NULL OR message IS NOT NULL)", [id.text])
        try database.change("UPDATE run SET landed_parts = landed_parts - ? WHERE id = ?", [dropped, id.text])
    }

    /// Takes the runs in one transaction, so each goes to one caller.
    ///
    /// A run whose row cannot be read is left where it is. See ``Journal/claim(_:for:living:except:isFencing:limit:)``.
    public func claim(
        _ kind: JournalRun.Kind, for holder: HolderID, living: Set<HolderID>, except worked: Set<RunID>,
        isFencing: Bool, limit: Int
    ) async throws -> [JournalRun] {
        try await database.store { [leases] database in
            let living = try leases?.livingPeers().union(living) ?? living
            let statement = try database.cachedStatement(
                sql: """
                    SELECT \(JournalRun.columns(document: true)), position FROM run
                    WHERE kind = ? AND ending IS NULL AND holder NOT IN (SELECT value FROM json_each(?))
                        AND id NOT IN (SELECT value FROM json_each(?))
                    ORDER BY accepted_at, position
                    """)
            var claimed: [RunID] = []
            let rows = try Row.fetchCursor(statement, arguments: [kind.rawValue, living.json, worked.json])
            // One that cannot be read does not keep the others from going on.
            while claimed.count < limit, let row = try rows.next() {
                if let run = try? JournalRun(row: row) { claimed.append(run.id) }
            }
            return try claimed.compactMap { id in
                try database.change(
                    "UPDATE run SET holder = ?, epoch = epoch + ?, revision = revision + 1 WHERE id = ?",
                    [holder.text, isFencing ? 1 : 0, id.text])
                return try Self.run(id, document: true, database)
            }
        }
    }

    /// Writes so many bytes and removes them again: at least 4 KiB, at most 16 MiB; nothing with 0.
    ///
    /// - Throws: `LIFError` `OutputReadException`, `OutputWriteException`, `OutputQueueNotAvailableException`.
    public func checkRoom(for bytes: Int) async throws {
        if bytes == 0 { try await database.checkReady() } else { try await database.checkRoom(for: bytes) }
    }

    /// See ``Journal/changes(of:)``. Ends when the database is closed.
    public func changes(of run: RunID?) -> AsyncStream<Void> {
        database.changesByOthers(to: run.map { .run($0) } ?? .anything)
    }
}
