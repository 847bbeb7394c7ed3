import Foundation
import GRDB
public import LIFJournal
public import LIFModel

/// Runs as they are found, and what they owe.
extension SQLiteJournal {
    static func run(_ id: RunID, document: Bool, _ database: Database) throws -> JournalRun? {
        let statement = try database.cachedStatement(
            sql: "SELECT \(JournalRun.columns(document: document)) FROM run WHERE id = ?")
        return try Row.fetchOne(statement, arguments: [id.text]).map(JournalRun.init(row:))
    }

    /// One page of runs, the last one accepted first; damaged rows are left out, unless an id or learners are given.
    ///
    /// A filter by one property reads only the rows of its page. See ``Journal/runs(_:)``.
    public func runs(_ filter: RunFilter) async throws -> [JournalRun] {
        if let id = filter.id {
            return try await database.load { try Self.run(id, document: filter.document, $0).map { [$0] } ?? [] }
        }
        if let learners = filter.learners { return try await runs(filter, naming: learners) }
        if let expiry = filter.expiry { return try await expired(filter, expiry) }
        let (sql, arguments) = Self.list(filter)
        return try await database.load { database in
            try Row.fetchAll(try database.cachedStatement(sql: sql), arguments: arguments)
                .compactMap { try? JournalRun(row: $0) }
        }
    }

    /// Each filter alone has an index whose entries lie in the order of positions, so that a page reads its own rows only.
    static func list(_ filter: RunFilter) -> (sql: String, arguments: StatementArguments) {
        var conditions = ["kind = ?"]
        var arguments: StatementArguments = [filter.kind?.rawValue]
        var tables = "run"
        var position = "position"
        if let source = filter.source {
            tables = "run_source CROSS JOIN run ON run.position = run_source.run"
            position = "run_source.run"
            conditions.append("run_source.source = ?")
            arguments += [source]
        }
        if let after = filter.after {
            conditions.append("\(position) < (SELECT position FROM run WHERE id = ?)")
            arguments += [after.text]
        }
        switch filter.progress {
        case .any: break
        case .open: conditions.append("ending IS NULL")
        case .ended(let word):
            conditions.append("ending = ?")
            arguments += [word]
        case .cancelling: conditions.append("cancellations IS NOT NULL")
        }
        for (column, value) in [
            ("holder", filter.holder?.text), ("schedule", filter.schedule?.text), ("key", filter.key),
        ] {
            guard let value else { continue }
            conditions.append("\(column) = ?")
            arguments += [value]
        }
        arguments += [max(filter.limit, 0)]
        let columns = JournalRun.columns(document: filter.document)
        return (
            """
            SELECT \(columns) FROM \(tables) WHERE \(conditions.joined(separator: " AND "))
            ORDER BY \(position) DESC LIMIT ?
            """, arguments
        )
    }

    /// See ``Journal/openCount(_:)``.
    public func openCount(_ kind: JournalRun.Kind) async throws -> Int {
        try await database.load { database in
            let statement = try database.cachedStatement(
                sql: "SELECT count(*) FROM run WHERE kind = ? AND ending IS NULL")
            return try Int.fetchOne(statement, arguments: [kind.rawValue]) ?? 0
        }
    }

    /// The runs that name one of the learners, in no order, each once.
    ///
    /// - Throws: `LIFError` `OutputReadException` for a damaged row: a run that names a learner must not be overlooked.
    private func runs(_ filter: RunFilter, naming learners: Set<LearnerIdentifier>) async throws -> [JournalRun] {
        try await database.load { database in
            let statement = try database.cachedStatement(
                sql: """
                    SELECT \(JournalRun.columns(document: filter.document)) FROM run_learner JOIN run ON run.position = run_learner.run
                    WHERE identifier = ? AND identifier_type = ? AND kind = ?
                    """)
            var found: [RunID: JournalRun] = [:]
            for learner in learners {
                let rows = try Row.fetchCursor(
                    statement, arguments: [learner.column, learner.typeToken, filter.kind?.rawValue])
                while let row = try rows.next() {
                    let run = try JournalRun(row: row)
                    found[run.id] = run
                }
            }
            return Array(found.values)
        }
    }

    /// Takes over and reads in one transaction, the oldest first; see ``Journal/owedCallbacks(of:takingOverFrom:)``.
    public func owedCallbacks(
        of holder: HolderID, takingOverFrom living: Set<HolderID>?
    ) async throws -> [OwedCallback] {
        guard let living else { return try await database.load { try Self.owed(by: holder, $0) } }
        return try await database.store { [leases] database in
            let living = try leases?.livingPeers().union(living) ?? living
            try database.change(
                """
                UPDATE callback SET holder = ?
                WHERE is_closed = 0 AND holder NOT IN (SELECT value FROM json_each(?))
                """, [holder.text, living.json])
            return try Self.owed(by: holder, database)
        }
    }

    private static func owed(by holder: HolderID, _ database: Database) throws -> [OwedCallback] {
        let statement = try database.cachedStatement(
            sql: """
                SELECT \(OwedCallback.columns) FROM callback WHERE is_closed = 0 AND holder = ?
                ORDER BY created_at, position
                """)
        return try Row.fetchAll(statement, arguments: [holder.text]).compactMap(OwedCallback.init(row:))
    }

    /// One with a known id, or of the same run, kind, target and epoch, is ignored.
    static func owe(_ callbacks: [OwedCallback], holder: HolderID, _ database: Database) throws {
        for callback in callbacks {
            try database.change(
                """
                INSERT INTO callback (\(OwedCallback.columns), holder) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT DO NOTHING
                """, callback.values + [holder.text])
        }
    }

    /// Notes the attempts or closes the callback; one that is closed or unknown stays as it is.
    public func settle(_ callback: RandomID, as standing: CallbackStanding) async throws {
        try await database.store { database in
            switch standing {
            case .attempted(let attempts):
                try database.change(
                    "UPDATE callback SET attempts = max(attempts, ?) WHERE id = ? AND is_closed = 0",
                    [attempts, callback.text])
            case .delivered: try Self.close(callback, nil, database)
            case .givenUp(let reason): try Self.close(callback, reason, database)
            }
        }
    }

    private static func close(_ callback: RandomID, _ reason: String?, _ database: Database) throws {
        try database.change(
            "UPDATE callback SET is_closed = 1, given_up = ? WHERE id = ? AND is_closed = 0", [reason, callback.text])
    }
}
