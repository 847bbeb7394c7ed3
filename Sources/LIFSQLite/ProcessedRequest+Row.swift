import Foundation
import GRDB
import LIFJSON
import LIFModel
import LIFQueryPlanner

extension ProcessedRequest {
    /// The columns that `init(row:)` reads, in its order.
    static let columns = """
        id, accepted_at, as_of, expected_parts, holder, fence, state, error_code, error_message, finished_at, via, query,
        is_untold
        """

    /// The values of those columns.
    var values: StatementArguments {
        let head: StatementArguments = [
            id.text, acceptedAt.column, asOf?.column, expectedParts, holder.text, fence,
        ]
        return head + state.columns + [
            finishedAt?.column, via.column, state == .expired ? nil : query.json.data, isUntold,
        ]
    }

    /// - Throws: `LIFError` `OutputReadException` for a row that no version has written.
    init(row: Row) throws {
        guard let id = row.id(0), let acceptedAt = row.date(1), let holder = row.id(4) else {
            throw StorageFault.damaged("a processed request")
        }
        let state = State(row: row, first: 6)
        self.init(
            id: id, query: state == .expired ? LIFQuery(learners: [], selectedFields: []) : try Self.query(row, 11),
            asOf: row.date(2), via: try Self.names(row, 10), expectedParts: row[3], acceptedAt: acceptedAt,
            holder: holder, fence: row[5], state: state, finishedAt: row.date(9), isUntold: row[12])
    }

    private static func query(_ row: Row, _ index: Int) throws -> LIFQuery {
        do {
            return try LIFQuery(json: try row.json(index))
        } catch {
            throw StorageFault.damaged("a promised query", cause: error)
        }
    }

    private static func names(_ row: Row, _ index: Int) throws -> [String] {
        do {
            return try row.names(index)
        } catch {
            throw StorageFault.damaged("a promised query", cause: error)
        }
    }
}

extension RequestStatus {
    /// The columns that `init(row:)` reads, in its order.
    static let columns = "id, accepted_at, expected_parts, state, error_code, error_message, finished_at"

    /// - Throws: `LIFError` `OutputReadException` for a row that no version has written.
    init(row: Row) throws {
        guard let id = row.id(0), let acceptedAt = row.date(1) else {
            throw StorageFault.damaged("a processed request")
        }
        self.init(
            id: id, state: ProcessedRequest.State(row: row, first: 3), expectedParts: row[2], acceptedAt: acceptedAt,
            finishedAt: row.date(6))
    }
}

extension ProcessedRequest.State {
    /// The three columns that `init(row:first:)` reads: state, code and message of the error.
    var columns: StatementArguments {
        switch self {
        case .pending: ["pending", nil, nil]
        case .completed: ["completed", nil, nil]
        case .failed(let code, let message): ["failed", code, message]
        case .expired: ["expired", nil, nil]
        }
    }

    init(row: Row, first: Int) {
        self =
            switch row[first] as String {
            case "pending": .pending
            case "completed": .completed
            case "expired": .expired
            default: .failed(code: row[first + 1] ?? "", message: row[first + 2] ?? "")
            }
    }
}
