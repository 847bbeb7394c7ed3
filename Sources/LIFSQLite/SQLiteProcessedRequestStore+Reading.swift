import GRDB
import LIFJSON
public import LIFModel
public import LIFQueryPlanner

/// Each question is answered along an index, and data is read only by who asks for it. Of an expired request there are no
/// parts, also while they are being removed.
extension SQLiteProcessedRequestStore {
    /// The request's position, to be compared with.
    private static let request = "(SELECT position FROM processed_request WHERE id = ? AND state <> 'expired')"

    static let recordSQL = """
        SELECT \(LandedPart.columns) FROM processed_part WHERE request = \(request) AND learner >= ? AND learner < ?
        ORDER BY learner, ordinal, position
        """
    static let landedSQL = """
        SELECT position, \(LandedPart.columns) FROM processed_part WHERE request = \(request) AND position > ?
        ORDER BY position LIMIT ?
        """
    static let outcomesSQL = """
        SELECT position, \(LandedPart.partColumns) FROM processed_part WHERE request = \(request) AND position > ?
        ORDER BY position LIMIT ?
        """
    /// The first of each kind.
    static let gapsSQL = """
        SELECT \(LandedPart.partColumns) FROM processed_part WHERE request = ?1 AND position IN (
            SELECT min(position) FROM processed_part WHERE request = ?1 AND outcome IN ('missing', 'stale')
            GROUP BY path, source_id, outcome, reason)
        ORDER BY position
        """
    static let keysSQL = """
        SELECT learner, path, source_id FROM processed_part WHERE request = \(request) AND learner >= ? AND learner < ?
        """
    static let progressSQL = """
        SELECT \(AnswerPart.Outcome.allCases.map { "total(outcome = '\($0.rawValue)')" }.joined(separator: ", ")),
            max(position), max(learner_known OR outcome = 'missing'), min(stored_at)
        FROM processed_part WHERE request = \(request)
        """

    public func request(_ id: RandomID) async throws -> ProcessedRequest? {
        try await database.load { database in
            let statement = try database.cachedStatement(
                sql: "SELECT \(ProcessedRequest.columns) FROM processed_request WHERE id = ?")
            return try Row.fetchOne(statement, arguments: [id.text]).map(ProcessedRequest.init(row:))
        }
    }

    public func status(of id: RandomID) async throws -> RequestStatus? {
        try await database.load { database in
            let statement = try database.cachedStatement(
                sql: "SELECT \(RequestStatus.columns) FROM processed_request WHERE id = ?")
            return try Row.fetchOne(statement, arguments: [id.text]).map(RequestStatus.init(row:))
        }
    }

    public func progress(of id: RandomID) async throws -> RequestProgress {
        try await database.load { database in
            var progress = RequestProgress()
            let statement = try database.cachedStatement(sql: Self.progressSQL)
            guard let row = try Row.fetchOne(statement, arguments: [id.text]) else { return progress }
            let outcomes = AnswerPart.Outcome.allCases
            for (index, outcome) in outcomes.enumerated() where row[index] > 0.0 {
                progress.landed[outcome] = Int(row[index] as Double)
            }
            progress.lastPosition = row[outcomes.count] ?? 0
            progress.mayKnowLearner = row[outcomes.count + 1] ?? false
            progress.oldestData = row.date(outcomes.count + 2)
            return progress
        }
    }

    public func parts(of id: RandomID, learners: Range<Int>) async throws -> [LandedPart] {
        try await database.load { database in
            let rows = try Row.fetchCursor(
                try database.cachedStatement(sql: Self.recordSQL),
                arguments: [id.text, learners.lowerBound, learners.upperBound])
            var parts: [LandedPart] = []
            while let row = try rows.next() { parts.append(try LandedPart(row: row, first: 0)) }
            return parts
        }
    }

    public func parts(
        of id: RandomID, after position: Int, limit: Int, maximumBytes: Int
    ) async throws -> [PositionedPart] {
        try await database.load { database in
            let rows = try Row.fetchCursor(
                try database.cachedStatement(sql: Self.landedSQL), arguments: [id.text, position, max(limit, 1)])
            var parts: [PositionedPart] = []
            var room = maximumBytes
            while let row = try rows.next() {
                let landed = try LandedPart(row: row, first: 1)
                room -= landed.content?.items.bytes.count ?? 0
                if room < 0, !parts.isEmpty { break }
                parts.append(PositionedPart(position: row[0], landed: landed))
            }
            return parts
        }
    }

    public func outcomes(of id: RandomID, after position: Int, limit: Int) async throws -> [PositionedPart] {
        try await database.load { database in
            let rows = try Row.fetchCursor(
                try database.cachedStatement(sql: Self.outcomesSQL), arguments: [id.text, position, max(limit, 0)])
            var parts: [PositionedPart] = []
            while let row = try rows.next() {
                let part = try AnswerPart(row: row, first: 1)
                parts.append(PositionedPart(position: row[0], landed: LandedPart(part, content: nil)))
            }
            return parts
        }
    }

    public func gaps(of id: RandomID) async throws -> [AnswerPart] {
        try await database.load { database in
            let statement = try database.cachedStatement(
                sql: "SELECT position FROM processed_request WHERE id = ? AND state <> 'expired'")
            guard let request = try Int64.fetchOne(statement, arguments: [id.text]) else { return [] }
            let rows = try Row.fetchCursor(try database.cachedStatement(sql: Self.gapsSQL), arguments: [request])
            var parts: [AnswerPart] = []
            while let row = try rows.next() { parts.append(try AnswerPart(row: row, first: 0).ofNobody) }
            return parts
        }
    }

    public func landed(of id: RandomID, learners: Range<Int>) async throws -> Set<PartKey> {
        try await database.load { database in
            let rows = try Row.fetchCursor(
                try database.cachedStatement(sql: Self.keysSQL),
                arguments: [id.text, learners.lowerBound, learners.upperBound])
            var keys: Set<PartKey> = []
            while let row = try rows.next() {
                keys.insert(PartKey(learner: row[0], path: FragmentPath(entity: row[1]), sourceID: row[2]))
            }
            return keys
        }
    }

    public func pendingCount() async throws -> Int {
        try await database.load { database in
            let statement = try database.cachedStatement(
                sql: "SELECT count(*) FROM processed_request WHERE state = 'pending'")
            return try Int.fetchOne(statement) ?? 0
        }
    }
}

extension AnswerPart {
    /// The part without its learner and its place.
    fileprivate var ofNobody: AnswerPart {
        AnswerPart(
            learner: 0, ordinal: 0, path: path, sourceID: sourceID, outcome: outcome, items: items,
            learnerKnown: learnerKnown, storedAt: storedAt, dataTimestamp: dataTimestamp, expiresAt: expiresAt,
            failure: failure, duration: duration)
    }
}
