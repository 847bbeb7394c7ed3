import Foundation
import GRDB
public import LIFModel

extension LIFDatabase {
    /// See ``StoreDatabase/changeClock(_:)``.
    ///
    /// - Throws: `LIFError` `OutputReadException`, `OutputWriteException`.
    public func changeClock<Value: Sendable>(
        _ change: @escaping @Sendable (inout ClockTrust?) -> Value
    ) async throws -> Value {
        let (value, isSame) = try await load { database in
            let before = try Self.kept(database)
            var after = before
            return (change(&after), after == before)
        }
        if isSame { return value }
        return try await store { database in
            var trust = try Self.kept(database)
            let value = change(&trust)
            if let trust { try Self.keep(trust, database) }
            return value
        }
    }

    private static func kept(_ database: Database) throws -> ClockTrust? {
        let statement = try database.cachedStatement(
            sql: "SELECT wall, monotonic, boot, steady_for, anchor_wall, anchor_monotonic FROM clock")
        guard let row = try Row.fetchOne(statement), let wall = row.date(0), let anchor = row.date(4) else {
            return nil
        }
        return ClockTrust(
            ClockReading(wall: wall, sinceBoot: .seconds(row[1] as Double), boot: row[2]),
            steadyFor: (row[3] as Double?).map { .seconds($0) },
            anchor: ClockReading(wall: anchor, sinceBoot: .seconds(row[5] as Double), boot: row[2]))
    }

    private static func keep(_ trust: ClockTrust, _ database: Database) throws {
        try database.change(
            """
            INSERT INTO clock (id, wall, monotonic, boot, steady_for, anchor_wall, anchor_monotonic)
            VALUES (1, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (id) DO UPDATE SET wall = excluded.wall, monotonic = excluded.monotonic, boot = excluded.boot,
                steady_for = excluded.steady_for, anchor_wall = excluded.anchor_wall,
                anchor_monotonic = excluded.anchor_monotonic
            """,
            [
                trust.last.wall.column, trust.last.sinceBoot.inSeconds, trust.last.boot, trust.steadyFor?.inSeconds,
                trust.anchor.wall.column, trust.anchor.sinceBoot.inSeconds,
            ])
    }
}
