import GRDB
public import LIFModel
public import LIFWorkflow

/// Callbacks that are owed, in the SQLite file of a state folder.
public final class SQLiteCallbackStore: CallbackStore {
    private static let columns = "id, job_id, kind, target, fence, created_at, attempts"
    private let database: LIFDatabase

    public init(_ database: LIFDatabase) { self.database = database }

    public func add(_ callbacks: [Callback], holder: HolderID) async throws {
        if callbacks.isEmpty { return }
        try await database.store { database in
            for callback in callbacks {
                try database.change(
                    """
                    INSERT INTO callback (\(Self.columns), holder) VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
                    """,
                    [
                        callback.id.text, callback.job.text, callback.kind.rawValue, callback.target, callback.fence,
                        callback.createdAt.column, callback.attempts, holder.text,
                    ])
            }
        }
    }

    public func claim(for holder: HolderID, living: Set<HolderID>) async throws -> [Callback] {
        try await database.store { database in
            let statement = try database.cachedStatement(
                sql: """
                    SELECT \(Self.columns) FROM callback
                    WHERE is_closed = 0 AND holder NOT IN (SELECT value FROM json_each(?))
                    ORDER BY created_at, position
                    """)
            let claimed = try Row.fetchAll(statement, arguments: [living.json]).compactMap(Self.callback(from:))
            for callback in claimed {
                try database.change("UPDATE callback SET holder = ? WHERE id = ?", [holder.text, callback.id.text])
            }
            return claimed
        }
    }

    public func owed(by holder: HolderID) async throws -> [Callback] {
        try await database.load { database in
            let statement = try database.cachedStatement(
                sql: """
                    SELECT \(Self.columns) FROM callback WHERE is_closed = 0 AND holder = ? ORDER BY created_at, position
                    """)
            return try Row.fetchAll(statement, arguments: [holder.text]).compactMap(Self.callback(from:))
        }
    }

    public func noteAttempt(_ id: RandomID, attempts: Int) async throws {
        try await database.store { database in
            try database.change(
                "UPDATE callback SET attempts = max(attempts, ?) WHERE id = ? AND is_closed = 0", [attempts, id.text])
        }
    }

    public func close(_ id: RandomID, givenUp reason: String?) async throws {
        try await database.store { database in
            try database.change(
                "UPDATE callback SET is_closed = 1, given_up = ? WHERE id = ? AND is_closed = 0", [reason, id.text])
        }
    }

    public func remove(_ jobs: [JobID]) async throws {
        if jobs.isEmpty { return }
        try await database.store { database in
            try database.change("DELETE FROM callback WHERE job_id IN (SELECT value FROM json_each(?))", [jobs.json])
        }
    }

    /// - Returns: `nil` for a row that no version, or only a newer one, has written: it must not keep the others.
    private static func callback(from row: Row) -> Callback? {
        guard let id = row.id(0), let job = row.id(1), let kind = CallbackKind(rawValue: row[2]),
            let createdAt = row.date(5)
        else { return nil }
        return Callback(
            id: id, job: job, kind: kind, target: row[3], fence: row[4], createdAt: createdAt, attempts: row[6])
    }
}
