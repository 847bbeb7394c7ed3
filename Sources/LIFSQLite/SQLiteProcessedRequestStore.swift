import Foundation
import GRDB
import LIFJSON
public import LIFModel
public import LIFQueryPlanner

/// Promised queries and their answers in the SQLite file of a state folder.
public final class SQLiteProcessedRequestStore: ProcessedRequestStore {
    private static let columns = "id, query, accepted_at, state, result, error_code, error_message"
    private let database: LIFDatabase

    public init(_ database: LIFDatabase) { self.database = database }

    public func accept(_ request: ProcessedRequest) async throws {
        do {
            try await database.write { database in
                let statement = try database.cachedStatement(
                    sql: """
                        INSERT INTO processed_request (\(Self.columns)) VALUES (?, ?, ?, ?, ?, ?, ?)
                        ON CONFLICT DO NOTHING
                        """)
                let head: StatementArguments = [
                    request.id.text, request.query.json.data, request.acceptedAt.timeIntervalSinceReferenceDate,
                ]
                try statement.execute(arguments: head + Self.values(of: request.state))
            }
        } catch {
            throw StorageFault.writing(error)
        }
    }

    public func finish(_ id: RandomID, state: ProcessedRequest.State) async throws {
        do {
            try await database.write { database in
                let statement = try database.cachedStatement(
                    sql: """
                        UPDATE processed_request SET state = ?, result = ?, error_code = ?, error_message = ?
                        WHERE id = ? AND state = 'pending'
                        """)
                try statement.execute(arguments: Self.values(of: state) + [id.text])
            }
        } catch {
            throw StorageFault.writing(error)
        }
    }

    public func request(_ id: RandomID) async throws -> ProcessedRequest? {
        do {
            return try await database.read { database in
                let statement = try database.cachedStatement(
                    sql: "SELECT \(Self.columns) FROM processed_request WHERE id = ?")
                return try Row.fetchOne(statement, arguments: [id.text]).map(Self.request(from:))
            }
        } catch {
            throw StorageFault.reading(error)
        }
    }

    public func pending() async throws -> [ProcessedRequest] {
        do {
            return try await database.read { database in
                let statement = try database.cachedStatement(
                    sql: """
                        SELECT \(Self.columns) FROM processed_request WHERE state = 'pending'
                        ORDER BY accepted_at, position
                        """)
                // A damaged row must not keep the others from going on.
                return try Row.fetchAll(statement).compactMap { try? Self.request(from: $0) }
            }
        } catch {
            throw StorageFault.reading(error)
        }
    }

    /// The columns from `state` on.
    private static func values(of state: ProcessedRequest.State) -> StatementArguments {
        switch state {
        case .pending: ["pending", nil, nil, nil]
        case .completed(let result): ["completed", result.data, nil, nil]
        case .failed(let code, let message): ["failed", nil, code, message]
        }
    }

    private static func request(from row: Row) throws -> ProcessedRequest {
        guard let id = RandomID(row[0]), let acceptedAt = row.date(2) else {
            throw StorageFault.damaged("a processed request")
        }
        let query: LIFQuery
        do {
            query = try LIFQuery(json: try row.json(1))
        } catch {
            throw StorageFault.damaged("a promised query", cause: error)
        }
        return ProcessedRequest(id: id, query: query, acceptedAt: acceptedAt, state: try state(from: row))
    }

    private static func state(from row: Row) throws -> ProcessedRequest.State {
        switch row[3] as String {
        case "pending":
            return .pending
        case "completed":
            guard let result = try row.bytes(4), !result.isEmpty else { throw StorageFault.damaged("an answer") }
            return .completed(RawJSON(unchecked: result[...]))
        default:
            return .failed(code: row[5] ?? "", message: row[6] ?? "")
        }
    }
}
