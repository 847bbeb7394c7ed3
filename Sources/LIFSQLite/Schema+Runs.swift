/// The runs that a planner has submitted to an orchestrator elsewhere, and what has arrived of them.
extension Schema {
    static let runs = """
        CREATE TABLE orchestration_run (
            id TEXT NOT NULL UNIQUE,                -- the orchestrator's
            submitted_at REAL NOT NULL,
            via TEXT,                               -- a JSON array; NULL when there are none
            plan BLOB NOT NULL,                     -- JSON, the parts as POST /jobs has them
            sources BLOB NOT NULL                   -- JSON, as they were when the plan was made: results may come after a reload
        ) STRICT;
        CREATE INDEX orchestration_run_submitted ON orchestration_run (submitted_at);
        CREATE TABLE orchestration_outcome (
            run_id TEXT NOT NULL,
            part INTEGER NOT NULL,
            kind TEXT NOT NULL CHECK (kind IN ('data', 'empty', 'failed')),
            item_count INTEGER NOT NULL,
            reason TEXT,                            -- of 'failed'
            message TEXT,
            attempts INTEGER,
            finished_at REAL NOT NULL,
            duration INTEGER NOT NULL,              -- nanoseconds
            learner_known INTEGER,                  -- of 'empty'
            data_timestamp REAL,
            fragments BLOB,                         -- of 'data': JSON, the items spliced as they came
            PRIMARY KEY (run_id, part)
        ) STRICT;

        """
}
