import GRDB
public import LIFWorkflow
import Synchronization

/// The circuit breakers. They are read from memory as long as nothing was committed to the file.
extension SQLiteCoordination {
    private static let breakerColumns = "failures, opens_again_at, opened_at, probing_until"

    private func current(_ source: String, _ database: Database) throws -> CircuitBreaker {
        let version = try Int.fetchOne(try database.cachedStatement(sql: "PRAGMA data_version"))
        let kept = knownBreakers.withLock { $0.dataVersion == version ? $0.breakers : nil }
        if let kept { return kept[source] ?? CircuitBreaker() }
        // The version was read first: a commit in between is noticed at the next call.
        var breakers: [String: CircuitBreaker] = [:]
        let rows = try Row.fetchCursor(
            try database.cachedStatement(sql: "SELECT source_id, \(Self.breakerColumns) FROM breaker"))
        while let row = try rows.next() { breakers[row[0]] = CircuitBreaker(row: row, first: 1) }
        knownBreakers.withLock { $0 = KnownBreakers(dataVersion: version, breakers: breakers) }
        return breakers[source] ?? CircuitBreaker()
    }

    /// See ``BreakerStore/change(_:_:)``. A change that leaves the breaker as it is costs no commit.
    ///
    /// - Throws: `LIFError` `OutputReadException`, `OutputWriteException`, `OutputQueueNotAvailableException`.
    public func change<Value: Sendable>(
        _ source: String, _ change: @escaping @Sendable (inout CircuitBreaker) -> Value
    ) async throws -> Value {
        // What changes nothing, as the success of a source that is well, needs no commit: it happened just now.
        var seen: CircuitBreaker
        do {
            seen = try database.watch { try current(source, $0) }
        } catch {
            throw StorageFault.reading(error)
        }
        let before = seen
        let value = change(&seen)
        if seen == before { return value }
        return try await database.store { try Self.change(source, $0, change) }
    }

    private static func change<Value>(
        _ source: String, _ database: Database, _ change: (inout CircuitBreaker) -> Value
    ) throws -> Value {
        let statement = try database.cachedStatement(
            sql: "SELECT \(breakerColumns) FROM breaker WHERE source_id = ?")
        let before =
            try Row.fetchOne(statement, arguments: [source]).map { CircuitBreaker(row: $0, first: 0) }
            ?? CircuitBreaker()
        var breaker = before
        let value = change(&breaker)
        if breaker == CircuitBreaker() {
            try database.change("DELETE FROM breaker WHERE source_id = ?", [source])
        } else if breaker != before {
            try database.change(
                """
                INSERT INTO breaker (source_id, \(breakerColumns)) VALUES (?, ?, ?, ?, ?)
                ON CONFLICT (source_id) DO UPDATE SET failures = excluded.failures,
                    opens_again_at = excluded.opens_again_at, opened_at = excluded.opened_at,
                    probing_until = excluded.probing_until
                """,
                [
                    source, breaker.failures, breaker.opensAgainAt?.column, breaker.openedAt?.column,
                    breaker.probingUntil?.column,
                ])
        }
        return value
    }
}

extension CircuitBreaker {
    fileprivate init(row: Row, first: Int) {
        self.init(
            failures: row[first], opensAgainAt: row.date(first + 1), openedAt: row.date(first + 2),
            probingUntil: row.date(first + 3))
    }
}
