import Foundation
import GRDB
public import LIFJournal
public import LIFModel

/// Parts, and what the tasks of a part hand on.
extension SQLiteJournal {
    /// Keeps all the parts in one transaction or none; see ``Journal/append(_:to:epoch:)``.
    public func append(_ parts: [JournalPart], to id: RunID, epoch: Int) async throws -> Appended {
        try await database.store { try Self.append(parts, to: id, epoch: epoch, $0) }
    }

    /// - Parameter epoch: `nil` for parts that land with a change of the state: they may land with the run's end.
    static func append(_ parts: [JournalPart], to id: RunID, epoch: Int?, _ database: Database) throws -> Appended {
        switch try writable(id, epoch: epoch, database) {
        case .refused(let refusal): return .refused(refusal)
        case .open(let run):
            let landed = try insert(parts, run: run.position, after: run.last, landed: run.landed, database)
            if try hasHandOvers(run.position, database) {
                for group in Set(parts.map(\.group)) {
                    try database.change("DELETE FROM hand_over WHERE run = ? AND grp = ?", [run.position, group])
                }
            }
            return landed
        }
    }

    private enum Writable {
        case refused(Refusal)
        case open((position: Int64, last: Int64, landed: Int))
    }

    private static func writable(_ id: RunID, epoch: Int?, _ database: Database) throws -> Writable {
        let statement = try database.cachedStatement(
            sql:
                "SELECT position, epoch, ending IS NULL, kept <> 'nothing', last_position, landed_parts FROM run WHERE id = ?"
        )
        guard let row = try Row.fetchOne(statement, arguments: [id.text]) else { return .refused(.unknown) }
        if let epoch, row[1] > epoch { return .refused(.superseded) }
        guard row[3], epoch == nil || row[2] else { return .refused(.ended) }
        return .open((row[0], row[4], row[5]))
    }

    private static func hasHandOvers(_ run: Int64, _ database: Database) throws -> Bool {
        let statement = try database.cachedStatement(sql: "SELECT 1 FROM hand_over WHERE run = ? LIMIT 1")
        return try Int.fetchOne(statement, arguments: [run]) != nil
    }

    static func insert(
        _ parts: [JournalPart], run: Int64, after last: Int64, landed: Int, _ database: Database
    ) throws -> Appended {
        let statement = try database.cachedStatement(
            sql: """
                INSERT INTO part (run, \(JournalPart.headColumns), data)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
                """)
        var position = last
        var first: [Int] = []
        for (index, part) in parts.enumerated() {
            let head: StatementArguments = [run]
            try statement.execute(arguments: head + part.values(position: position + 1))
            guard database.changesCount > 0 else { continue }
            position += 1
            first.append(index)
        }
        if !first.isEmpty {
            try database.change(
                "UPDATE run SET last_position = ?, landed_parts = ? WHERE position = ?",
                [position, landed + first.count, run])
        }
        return .kept(first: first, landed: landed + first.count)
    }

    /// The run's position, to be compared with. Of a run of which nothing is kept there are no parts, also while they are being
    /// removed.
    private static let run = "(SELECT position FROM run WHERE id = ? AND kept <> 'nothing')"

    static func groupsSQL(data: Bool) -> String {
        """
        SELECT \(JournalPart.columns(data: data)) FROM part WHERE run = \(run) AND grp >= ? AND grp < ?
        ORDER BY grp, ordinal, position
        """
    }

    static func landedSQL(data: Bool) -> String {
        """
        SELECT \(JournalPart.columns(data: data)) FROM part WHERE run = \(run) AND position > ?
        ORDER BY position LIMIT ?
        """
    }

    /// Reads parts; of a run whose content was removed there are none, also while rows are still being deleted.
    ///
    /// - Throws: `LIFError` `OutputReadException`, also for a damaged row.
    public func parts(of id: RunID, _ selection: PartSelection, data: Bool) async throws -> [JournalPart] {
        try await database.load { database in
            var parts: [JournalPart] = []
            switch selection {
            case .groups(let groups):
                let rows = try Row.fetchCursor(
                    try database.cachedStatement(sql: Self.groupsSQL(data: data)),
                    arguments: [id.text, groups.lowerBound, groups.upperBound])
                while let row = try rows.next() { parts.append(try JournalPart(row: row, data: data)) }
            case .landed(let position, let limit, let bytes):
                let rows = try Row.fetchCursor(
                    try database.cachedStatement(sql: Self.landedSQL(data: data)),
                    arguments: [id.text, position, max(limit, 0)])
                var room = bytes
                while let row = try rows.next() {
                    let part = try JournalPart(row: row, data: data)
                    if data { room -= part.content.bytes }
                    if room < 0, !parts.isEmpty { break }
                    parts.append(part)
                }
            }
            return parts
        }
    }

    /// Along an index that has all of it.
    static let tallySQL = """
        SELECT outcome, count(*), max(position), max(learner_known), min(at) FROM part WHERE run = \(run) GROUP BY outcome
        """

    /// Counts along an index, so the parts' data is not touched; see ``Journal/tally(of:kinds:)``. The kinds of the outcomes `missing`
    /// and `stale` are fast; those of others take a look at all parts of the run.
    public func tally(of id: RunID, kinds: Set<String>) async throws -> PartTally {
        try await database.load { database in
            var tally = PartTally()
            let rows = try Row.fetchCursor(try database.cachedStatement(sql: Self.tallySQL), arguments: [id.text])
            while let row = try rows.next() {
                tally.outcomes[row[0]] = row[1]
                tally.lastPosition = max(tally.lastPosition, row[2])
                tally.isLearnerKnown = tally.isLearnerKnown || row[3]
                if let date = row.date(4) { tally.oldest = min(tally.oldest ?? date, date) }
            }
            if !kinds.isEmpty { tally.kinds = try Self.kinds(of: id, outcomes: kinds, database) }
            return tally
        }
    }

    /// The first of each kind. The index is of gaps alone: who asks for other outcomes waits longer.
    static func kindsSQL(_ outcomes: Set<String>) -> String {
        let gaps: Set = ["missing", "stale"]
        let condition = outcomes.isSubset(of: gaps) ? "AND outcome IN ('missing', 'stale')" : ""
        return """
            SELECT \(JournalPart.columns(data: false)) FROM part WHERE run = ?1 AND position IN (
                SELECT min(position) FROM part WHERE run = ?1 \(condition)
                    AND outcome IN (SELECT value FROM json_each(?2))
                GROUP BY path, source, outcome, reason)
            ORDER BY position
            """
    }

    private static func kinds(
        of id: RunID, outcomes: Set<String>, _ database: Database
    ) throws -> [JournalPart] {
        let statement = try database.cachedStatement(
            sql: "SELECT position FROM run WHERE id = ? AND kept <> 'nothing'")
        guard let run = try Int64.fetchOne(statement, arguments: [id.text]) else { return [] }
        let list = "[" + outcomes.sorted().map { "\"\($0)\"" }.joined(separator: ",") + "]"
        let rows = try Row.fetchCursor(
            try database.cachedStatement(sql: kindsSQL(outcomes)), arguments: [run, list])
        var parts: [JournalPart] = []
        while let row = try rows.next() { parts.append(try JournalPart(row: row, data: false)) }
        return parts
    }

    /// Keeps a task's output; the same or an earlier attempt than the one that is kept changes nothing. See
    /// ``Journal/hand(_:of:epoch:)``.
    public func hand(_ handOver: HandOver, of id: RunID, epoch: Int) async throws -> Refusal? {
        try await database.store { database in
            let run: Int64
            switch try Self.writable(id, epoch: epoch, database) {
            case .refused(let refusal): return refusal
            case .open(let open): run = open.position
            }
            if let group = handOver.group {
                let landed = try database.cachedStatement(sql: "SELECT 1 FROM part WHERE run = ? AND grp = ? LIMIT 1")
                if try Int.fetchOne(landed, arguments: [run, group]) != nil { return nil }
            }
            try database.change(
                """
                INSERT INTO hand_over (run, task, grp, attempt, head, data) VALUES (?, ?, ?, ?, ?, ?)
                ON CONFLICT (run, task) DO UPDATE SET
                    attempt = excluded.attempt, head = excluded.head, data = excluded.data
                WHERE excluded.attempt > hand_over.attempt
                """,
                [
                    run, handOver.task, handOver.group, handOver.attempt, Data(handOver.head),
                    handOver.data.map { Data($0) },
                ])
            return nil
        }
    }

    /// See ``Journal/handOver(of:of:)``.
    public func handOver(of task: String, of id: RunID) async throws -> HandOver? {
        try await database.load { database in
            let statement = try database.cachedStatement(
                sql: "SELECT grp, attempt, head, data FROM hand_over WHERE run = \(Self.run) AND task = ?")
            return try Row.fetchOne(statement, arguments: [id.text, task]).map { row in
                HandOver(
                    task: task, group: row[0], attempt: row[1], head: try row.bytes(2) ?? [], data: try row.bytes(3))
            }
        }
    }
}
