import GRDB
import LIFModel
public import LIFWorkflow

/// Permits. The clock counts from the machine's start: nobody sets it, and it goes on while the machine sleeps.
extension SQLiteCoordination {
    /// See ``PermitStore/settle(_:)``. Shares of a process that has died are free at once; those of one that hangs expire.
    public func settle(_ claims: [PermitClaim]) async throws -> [PermitGrant] {
        let (grants, isChanged) = try await database.load { [self] in try settle(claims, $0, writes: false) }
        if !isChanged { return grants }
        return try await database.store { [self] in try settle(claims, $0, writes: true).grants }
    }

    /// See ``PermitStore/permitChanges()``.
    public func permitChanges() -> AsyncStream<Void> { database.changesByOthers(to: .permits) }

    private func settle(
        _ claims: [PermitClaim], _ database: Database, writes: Bool
    ) throws -> (grants: [PermitGrant], isChanged: Bool) {
        let clock = readClock()
        let present = try leases?.present() ?? [own]
        var isChanged = false
        let grants = try claims.map { claim in
            let kept = try Self.shares(of: claim, database)
            var limit = SharedLimit(
                kept.compactMap { share, boot in
                    // After the machine was started anew, and of a process that has died, only what has to rest is left.
                    if boot == clock.boot, share.holder.map(present.contains) ?? true { return share }
                    return share.resting(for: claim.rest, from: clock.sinceBoot)
                })
            let grant = limit.settle(claim, of: own, now: clock.sinceBoot)
            guard limit.shares != kept.map(\.share) else { return grant }
            isChanged = true
            if writes { try Self.keep(limit.shares, of: claim.limit, clock.boot, database) }
            return grant
        }
        return (grants, isChanged)
    }

    private static func shares(
        of claim: PermitClaim, _ database: Database
    ) throws -> [(share: SharedLimit.Share, boot: String)] {
        let statement = try database.cachedStatement(
            sql: "SELECT boot, holder, held, wanted, since, until FROM permit WHERE pool = ? AND kind = ? ORDER BY row")
        return try Row.fetchAll(statement, arguments: [claim.limit.pool, claim.limit.kind.rawValue]).map { row in
            let share = SharedLimit.Share(
                holder: row.id(1), held: row[2], wanted: row[3], since: row.duration(4), until: row.duration(5))
            return (share, row[0])
        }
    }

    private static func keep(
        _ shares: [SharedLimit.Share], of limit: SharedLimitID, _ boot: String, _ database: Database
    ) throws {
        try database.change("DELETE FROM permit WHERE pool = ? AND kind = ?", [limit.pool, limit.kind.rawValue])
        for share in shares {
            try database.change(
                """
                INSERT INTO permit (pool, kind, boot, holder, held, wanted, since, until) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                """,
                [
                    limit.pool, limit.kind.rawValue, boot, share.holder?.text, share.held, share.wanted,
                    share.since.inNanoseconds, share.until.inNanoseconds,
                ])
        }
    }
}
