/// What people read of a run.
extension Schema {
    static let jobLog = """
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
