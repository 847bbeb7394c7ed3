/// What makes jobs at set times, what is owed when they end, and which sources are not asked for a while.
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

    static let callbacks = """
        CREATE TABLE callback (
            position INTEGER PRIMARY KEY,
            id TEXT NOT NULL UNIQUE,
            job_id TEXT NOT NULL,
            kind TEXT NOT NULL,
            target TEXT NOT NULL,
            fence INTEGER NOT NULL,
            holder TEXT NOT NULL,
            created_at REAL NOT NULL,
            attempts INTEGER NOT NULL,
            is_closed INTEGER NOT NULL DEFAULT 0,
            given_up TEXT,                          -- why
            UNIQUE (job_id, kind, target, fence)
        ) STRICT;
        CREATE INDEX callback_owed ON callback (holder) WHERE is_closed = 0;

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
