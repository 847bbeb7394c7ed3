/// Version 2: jobs have holders, ends and settings; the output queue has positions, fences and task outputs; logs,
/// schedules, callbacks and breakers are kept.
extension Schema {
    /// A job of version 1 has a holder that never lives, so that the first process claims it. A plan that is damaged stays
    /// so, and has no sources.
    static let jobs2 = """
        DROP INDEX job_unfinished;
        ALTER TABLE job RENAME TO job_1;
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
        INSERT INTO job (
            position, id, accepted_at, started_at, holder, fence, finished_at, final_status, idempotency_key, submission
        ) SELECT
            position, id, accepted_at, accepted_at, 'version-1', 1,
            CASE WHEN is_finished
                THEN coalesce((SELECT max(finished_at) FROM outcome WHERE job_id = job_1.id), accepted_at) END,
            CASE WHEN is_finished THEN
                CASE WHEN EXISTS (SELECT 1 FROM outcome WHERE job_id = job_1.id)
                    AND NOT EXISTS (SELECT 1 FROM outcome WHERE job_id = job_1.id AND kind <> 'failed')
                THEN 'FAILED' ELSE 'COMPLETED' END END,
            idempotency_key, CAST('{"lif_query_plan":' || CAST(plan AS TEXT) || '}' AS BLOB)
        FROM job_1 ORDER BY position;
        DROP TABLE job_1;
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
        INSERT INTO job_source SELECT DISTINCT json_extract(part.value, '$.information_source_id'), position
            FROM job, json_each(
                CASE WHEN json_valid(CAST(submission AS TEXT))
                    THEN CAST(submission AS TEXT) ELSE '{"lif_query_plan":[]}' END, '$.lif_query_plan') AS part
            WHERE part.type = 'object' AND json_type(part.value, '$.information_source_id') = 'text';
        """

    static let outputQueue2 = """
        ALTER TABLE outcome RENAME TO outcome_1;
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
        INSERT INTO outcome (
            job_id, part, kind, item_count, learner_known, reason, message, finished_at, duration, data_timestamp,
            fragments
        ) SELECT
            job_id, part, kind,
            CASE WHEN json_valid(CAST(fragments AS TEXT)) THEN (
                SELECT coalesce(sum(json_extract(value, '$.count')), 0) FROM json_each(CAST(fragments AS TEXT))
                WHERE type = 'object' AND json_type(value, '$.count') = 'integer'
            ) ELSE 0 END,
            learner_known, reason, message, finished_at, duration, data_timestamp, fragments
        FROM outcome_1 ORDER BY finished_at, job_id, part;
        DROP TABLE outcome_1;
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

    static let jobLog2 = """
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

    static let schedules2 = """
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

    static let callbacks2 = """
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

    static let breakers2 = """
        CREATE TABLE breaker (
            source_id TEXT PRIMARY KEY,
            failures INTEGER NOT NULL,
            opens_again_at REAL,
            probing_until REAL
        ) STRICT, WITHOUT ROWID;
        """
}
