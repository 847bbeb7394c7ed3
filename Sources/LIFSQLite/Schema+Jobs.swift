/// Jobs with holders, ends and settings; which sources their plans name; and their logs.
extension Schema {
    static let jobs = """
        CREATE TABLE job (
            position INTEGER PRIMARY KEY AUTOINCREMENT,
            id TEXT NOT NULL UNIQUE,
            accepted_at REAL NOT NULL,
            started_at REAL NOT NULL,               -- accepted, or run again
            holder TEXT NOT NULL,
            fence INTEGER NOT NULL,
            cancelled_at REAL,
            engine_reason TEXT,                     -- why the engine could not run it
            engine_message TEXT,
            engine_attempts INTEGER,
            finished_at REAL,
            final_status TEXT CHECK (final_status IN ('COMPLETED', 'FAILED')),
            acknowledged_at REAL,
            is_data_removed INTEGER NOT NULL DEFAULT 0,
            schedule_id TEXT,
            idempotency_key TEXT UNIQUE,
            submission BLOB NOT NULL,               -- JSON
            CHECK ((finished_at IS NULL) = (final_status IS NULL))
        ) STRICT;
        CREATE INDEX job_unfinished ON job (holder) WHERE final_status IS NULL;
        CREATE INDEX job_status ON job (final_status);
        CREATE INDEX job_schedule ON job (schedule_id) WHERE schedule_id IS NOT NULL;
        CREATE INDEX job_finished ON job (finished_at) WHERE finished_at IS NOT NULL;
        CREATE INDEX job_data ON job (finished_at) WHERE finished_at IS NOT NULL AND is_data_removed = 0;
        CREATE INDEX job_acknowledged ON job (acknowledged_at)
            WHERE acknowledged_at IS NOT NULL AND is_data_removed = 0;

        CREATE TABLE job_source (
            source_id TEXT NOT NULL,
            job_position INTEGER NOT NULL,
            PRIMARY KEY (source_id, job_position)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX job_source_job ON job_source (job_position);

        CREATE TABLE job_log (
            position INTEGER PRIMARY KEY,
            job_id TEXT NOT NULL,
            at REAL NOT NULL,
            level TEXT NOT NULL,
            event TEXT NOT NULL,
            task TEXT,
            attempt INTEGER,
            message TEXT NOT NULL
        ) STRICT;
        CREATE INDEX job_log_job ON job_log (job_id, position);
        CREATE INDEX job_log_at ON job_log (at);

        """
}
