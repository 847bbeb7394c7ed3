/// What makes jobs at set times, and which sources are not asked for a while.
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
}
