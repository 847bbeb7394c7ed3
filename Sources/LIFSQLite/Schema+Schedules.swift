/// What makes jobs at set times, which sources are not asked for a while, and who may use how much of a limit.
extension Schema {
    static let schedules = """
        CREATE TABLE schedule (
            position INTEGER PRIMARY KEY,
            id TEXT NOT NULL UNIQUE,
            created_at REAL NOT NULL,
            last_due_at REAL,
            last_job TEXT,
            idempotency_key TEXT,
            rule BLOB NOT NULL,                     -- JSON
            submission BLOB NOT NULL                -- JSON
        ) STRICT;

        """

    static let breakers = """
        CREATE TABLE breaker (
            source_id TEXT PRIMARY KEY,
            failures INTEGER NOT NULL,
            opens_again_at REAL,
            opened_at REAL,
            probing_until REAL
        ) STRICT, WITHOUT ROWID;

        """

    /// The shares of each limit (`SharedLimit`); times are nanoseconds since the machine was started.
    static let permits = """
        CREATE TABLE permit (
            row INTEGER PRIMARY KEY AUTOINCREMENT,  -- moves with each change
            pool TEXT NOT NULL,
            kind TEXT NOT NULL,
            boot TEXT NOT NULL,                     -- which start of the machine the times are of
            holder TEXT,                            -- NULL when it is free at `until`
            held INTEGER NOT NULL,
            wanted INTEGER NOT NULL,
            since INTEGER NOT NULL,
            until INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX permit_pool ON permit (pool, kind);

        """
}
