public import Foundation
import GRDB
public import LIFModel
public import LIFQueryPlanner

/// The embedded Processed Request Cache: promised queries and the parts of their answers in the SQLite file of a state
/// folder. Processes that share the folder share them.
public final class SQLiteProcessedRequestStore: ProcessedRequestStore {
    let database: LIFDatabase

    public init(_ database: LIFDatabase) { self.database = database }

    public func accept(_ request: ProcessedRequest) async throws {
        let values = request.values
        let learners = request.state == .expired ? [] : request.query.learners
        try await database.store { database in
            let isNew =
                try database.change(
                    """
                    INSERT INTO processed_request (\(ProcessedRequest.columns))
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
                    """, values) > 0
            if isNew { try Self.note(learners, request: database.lastInsertedRowID, database) }
        }
    }

    /// Notes who a query is about, so that it is found when a learner is forgotten.
    static func note(_ learners: [LearnerIdentifier], request: Int64, _ database: Database) throws {
        let statement = try database.cachedStatement(
            sql: """
                INSERT INTO processed_learner (identifier, identifier_type, request) VALUES (?, ?, ?)
                ON CONFLICT DO NOTHING
                """)
        for learner in learners {
            try statement.execute(arguments: [learner.column, learner.typeToken, request])
        }
    }

    public func append(_ parts: [LandedPart], to id: RandomID, fence: Int) async throws -> Bool {
        try await database.store { database in
            let statement = try database.cachedStatement(
                sql: "SELECT position FROM processed_request WHERE id = ? AND state = 'pending' AND fence = ?")
            guard let request = try Int64.fetchOne(statement, arguments: [id.text, fence]) else { return false }
            let last = try database.cachedStatement(sql: "SELECT max(position) FROM processed_part WHERE request = ?")
            let position = try Int.fetchOne(last, arguments: [request]) ?? 0
            try Self.insert(parts, request: request, after: position, database)
            return true
        }
    }

    static func insert(_ parts: [LandedPart], request: Int64, after position: Int, _ database: Database) throws {
        let statement = try database.cachedStatement(
            sql: """
                INSERT INTO processed_part (request, position, \(LandedPart.columns))
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
                """)
        var position = position
        for part in parts {
            let head: StatementArguments = [request, position + 1]
            try statement.execute(arguments: head + part.values)
            if database.changesCount > 0 { position += 1 }
        }
    }

    public func finish(_ id: RandomID, fence: Int, state: ProcessedRequest.State, at time: Date) async throws -> Bool {
        switch state {
        case .pending, .expired: return false
        case .completed, .failed: break
        }
        return try await database.store { database in
            try database.change(
                """
                UPDATE processed_request SET state = ?, error_code = ?, error_message = ?, finished_at = ?
                WHERE id = ? AND state = 'pending' AND fence = ?
                """, state.columns + [time.column, id.text, fence]) > 0
        }
    }

    public func noteTold(_ id: RandomID) async throws {
        try await database.store { database in
            _ = try database.change("UPDATE processed_request SET is_untold = 0 WHERE id = ?", [id.text])
        }
    }

    public func checkRoom(for bytes: Int) async throws { try await database.checkRoom(for: bytes) }

    public func claim(
        living: Set<HolderID>, by holder: HolderID, except worked: Set<RandomID>, limit: Int
    ) async throws -> [ProcessedRequest] {
        try await database.store { database in
            let rows = try Row.fetchCursor(
                try database.cachedStatement(
                    sql: """
                        SELECT \(ProcessedRequest.columns) FROM processed_request
                        WHERE state = 'pending' AND holder NOT IN (SELECT value FROM json_each(?))
                            AND id NOT IN (SELECT value FROM json_each(?))
                        ORDER BY accepted_at, position
                        """), arguments: [living.json, worked.json])
            var claimed: [ProcessedRequest] = []
            while claimed.count < limit, let row = try rows.next() {
                guard let request = try? ProcessedRequest(row: row) else { continue }
                claimed.append(request.held(by: holder, fence: request.fence + 1))
            }
            for request in claimed {
                try database.change(
                    "UPDATE processed_request SET holder = ?, fence = ? WHERE id = ?",
                    [holder.text, request.fence, request.id.text])
            }
            return claimed
        }
    }

    public func changes() -> AsyncStream<Void> { database.changesByOthers() }
}

extension ProcessedRequest {
    fileprivate func held(by holder: HolderID, fence: Int) -> ProcessedRequest {
        ProcessedRequest(
            id: id, query: query, asOf: asOf, via: via, expectedParts: expectedParts, acceptedAt: acceptedAt,
            holder: holder, fence: fence, state: state, finishedAt: finishedAt,
            isUntold: isUntold)
    }
}

extension LearnerIdentifier {
    /// The identifier for a BLOB column: SQLite ends a text at its first NUL.
    var column: Data { Data(identifier.utf8) }
}
