/// The output queue: outcomes in the order of landing, the fences of their jobs, and what tasks hand on.
extension Schema {
    static let outputQueue = """
        CREATE TABLE outcome (
            position INTEGER PRIMARY KEY AUTOINCREMENT,
            job_id TEXT NOT NULL,
            part INTEGER NOT NULL,
            kind TEXT NOT NULL CHECK (kind IN ('data', 'empty', 'failed')),
            item_count INTEGER NOT NULL,
            learner_known INTEGER,                  -- of 'empty'
            reason TEXT,                            -- of 'failed'
            message TEXT,
            attempts INTEGER,
            finished_at REAL NOT NULL,
            duration INTEGER NOT NULL,              -- nanoseconds
            data_timestamp REAL,
            fragments BLOB,                         -- of 'data': JSON, the items spliced as they came; NULL when removed
            UNIQUE (job_id, part)
        ) STRICT;
        CREATE INDEX outcome_landed ON outcome (job_id, position);

        CREATE TABLE output_job (
            job_id TEXT PRIMARY KEY,
            fence INTEGER NOT NULL,
            is_data_removed INTEGER NOT NULL DEFAULT 0
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE task_output (
            job_id TEXT NOT NULL,
            task TEXT NOT NULL,
            attempt INTEGER NOT NULL,               -- the last one
            kind TEXT NOT NULL CHECK (kind IN ('document', 'fragments', 'failed')),
            learner_known INTEGER NOT NULL,
            reason TEXT,                            -- of 'failed'
            message TEXT,
            attempts INTEGER,
            data_timestamp REAL,
            elapsed INTEGER NOT NULL,               -- nanoseconds
            content BLOB,                           -- of 'document' and 'fragments': JSON
            PRIMARY KEY (job_id, task)
        ) STRICT;

        """
}
