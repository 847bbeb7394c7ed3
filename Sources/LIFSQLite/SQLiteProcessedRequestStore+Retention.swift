public import Foundation
import GRDB
public import LIFModel
import LIFQueryPlanner

/// What need not be kept any longer. A request is expired at once; its parts are removed after that in steps, so that the
/// other writers of the store come in between. What a process that dies leaves is removed by the next call.
extension SQLiteProcessedRequestStore {
    private static let removedAtOnce = 1_000
    /// Of parts' data: what is removed is overwritten, and written twice, in the log and in the file.
    private static let bytesAtOnce = 4 << 20

    public func expire(endedBefore time: Date, limit: Int) async throws -> Int {
        let count = try await database.store { database in
            let statement = try database.cachedStatement(
                sql: """
                    SELECT position FROM processed_request WHERE state IN ('completed', 'failed') AND finished_at < ?
                    ORDER BY finished_at LIMIT ?
                    """)
            let requests = try Int64.fetchAll(statement, arguments: [time.column, max(limit, 0)])
            try Self.expire(requests, database)
            return requests.count
        }
        try await removeLeftovers()
        return count
    }

    public func remove(endedBefore time: Date, limit: Int) async throws -> Int {
        try await removeLeftovers()
        return try await database.store { database in
            try database.change(
                """
                DELETE FROM processed_request WHERE position IN (
                    SELECT position FROM processed_request
                    WHERE state = 'expired' AND finished_at < ? AND has_leftovers = 0
                    ORDER BY finished_at LIMIT ?)
                """, [time.column, max(limit, 0)])
        }
    }

    public func forget(_ learners: Set<LearnerIdentifier>) async throws -> (expired: Int, pending: Int) {
        let (expired, pending) = try await database.store { database in
            let statement = try database.cachedStatement(
                sql: """
                    SELECT position, state FROM processed_learner
                    JOIN processed_request ON processed_request.position = processed_learner.request
                    WHERE identifier = ? AND identifier_type = ? AND state <> 'expired'
                    """)
            var (ended, pending): (Set<Int64>, Set<Int64>) = ([], [])
            for learner in learners {
                for row in try Row.fetchAll(statement, arguments: [learner.column, learner.typeToken]) {
                    if row[1] == "pending" { pending.insert(row[0]) } else { ended.insert(row[0]) }
                }
            }
            try Self.expire(Array(ended), database)
            return (ended.count, pending.count)
        }
        try await removeLeftovers()
        return (expired, pending)
    }

    public func discard(_ id: RandomID, at time: Date) async throws {
        try await database.store { database in
            let statement = try database.cachedStatement(
                sql: "SELECT position FROM processed_request WHERE id = ? AND state <> 'expired'")
            try Self.expire(try Int64.fetchAll(statement, arguments: [id.text]), at: time, database)
        }
        try await removeLeftovers()
    }

    private static func expire(_ requests: [Int64], at time: Date? = nil, _ database: Database) throws {
        for request in requests {
            try database.change(
                """
                UPDATE processed_request SET state = 'expired', error_code = NULL, error_message = NULL, query = NULL,
                    finished_at = coalesce(finished_at, ?), has_leftovers = 1
                WHERE position = ?
                """, [time?.column, request])
        }
    }

    private func removeLeftovers() async throws {
        while try await database.store({ try Self.removeSomeLeftovers($0) }) {}
    }

    /// - Returns: Whether there are more.
    private static func removeSomeLeftovers(_ database: Database) throws -> Bool {
        var room = removedAtOnce
        var bytes = bytesAtOnce
        while room > 0 {
            let next = try database.cachedStatement(
                sql: "SELECT position FROM processed_request WHERE has_leftovers = 1 ORDER BY position LIMIT 1")
            guard let request = try Int64.fetchOne(next) else { return false }
            let before = room
            if let last = try lastRemoved(of: request, limit: room, &bytes, database) {
                room -= try database.change(
                    "DELETE FROM processed_part WHERE request = ? AND position <= ?", [request, last])
            }
            if room <= 0 || bytes <= 0 { break }
            room -= try database.change(
                """
                DELETE FROM processed_learner WHERE (identifier, identifier_type, request) IN (
                    SELECT identifier, identifier_type, request FROM processed_learner WHERE request = ? LIMIT ?)
                """, [request, room])
            if room == 0 { break }
            try database.change("UPDATE processed_request SET has_leftovers = 0 WHERE position = ?", [request])
            // A request without parts takes time too.
            if room == before { room -= 1 }
        }
        return true
    }

    /// The position up to which parts are removed at once: one part at least, then as many as there is room for.
    ///
    /// - Parameter bytes: What may be removed, less the parts' data then.
    private static func lastRemoved(
        of request: Int64, limit: Int, _ bytes: inout Int, _ database: Database
    ) throws -> Int? {
        // The length of data is known without reading it.
        let statement = try database.cachedStatement(
            sql: """
                SELECT position, coalesce(length(items), 0) FROM processed_part WHERE request = ?
                ORDER BY position LIMIT ?
                """)
        let rows = try Row.fetchCursor(statement, arguments: [request, limit])
        var last: Int?
        while bytes > 0, let row = try rows.next() {
            last = row[0]
            bytes -= row[1] as Int
        }
        return last
    }
}
