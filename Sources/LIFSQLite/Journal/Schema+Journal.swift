extension Schema {
    /// Runs and their parts (`SQLiteJournal`). A row's large value stands last, and its overflow pages are not read by who does not
    /// ask for it. Each index serves one question of `Journal`.
    static let journal = """
        CREATE TABLE run (
            position INTEGER PRIMARY KEY AUTOINCREMENT,
            id TEXT NOT NULL UNIQUE,
            kind TEXT NOT NULL,
            accepted_at REAL NOT NULL,
            expected_parts INTEGER NOT NULL,
            key TEXT,                               -- the idempotency key
            schedule TEXT,
            revision INTEGER NOT NULL DEFAULT 0,    -- counts the commits to what follows
            started_at REAL NOT NULL,
            holder TEXT NOT NULL,
            epoch INTEGER NOT NULL,                 -- who writes with a lower one is refused
            cancelled_at REAL,
            failure TEXT,                           -- of the run as a whole: a word, a sentence
            failure_message TEXT,
            failure_attempts INTEGER,
            ending TEXT,                            -- how it ended; NULL while it goes on
            ended_at REAL,
            acknowledged_at REAL,
            is_unannounced INTEGER NOT NULL,        -- its client waits and does not know its id
            landed_parts INTEGER NOT NULL DEFAULT 0,
            last_position INTEGER NOT NULL DEFAULT 0,
            engine TEXT,                            -- which does it
            engine_epoch INTEGER,                   -- under which it was launched there
            engine_run TEXT,                        -- the engine's id; NULL as long as the launch is not answered
            cancellations TEXT,                     -- JSON: what engines are still to be told; NULL for nothing
            kept TEXT NOT NULL DEFAULT 'all' CHECK (kept IN ('all', 'outcomes', 'nothing')),
            document BLOB,                          -- what was accepted; NULL when nothing is kept
            CHECK ((ending IS NULL) = (ended_at IS NULL))
        ) STRICT;
        CREATE UNIQUE INDEX run_key ON run (kind, key) WHERE key IS NOT NULL;
        CREATE INDEX run_kind ON run (kind);
        CREATE INDEX run_ending ON run (kind, ending);
        CREATE INDEX run_cancelling ON run (kind) WHERE cancellations IS NOT NULL;
        CREATE INDEX run_schedule ON run (schedule) WHERE schedule IS NOT NULL;
        CREATE INDEX run_ended ON run (kind, ended_at) WHERE ending IS NOT NULL;
        CREATE INDEX run_data ON run (kind, ended_at) WHERE ending IS NOT NULL AND kept = 'all';
        CREATE INDEX run_acknowledged ON run (kind, acknowledged_at) WHERE acknowledged_at IS NOT NULL AND kept = 'all';

        CREATE TABLE run_source (
            source TEXT NOT NULL,
            run INTEGER NOT NULL,
            PRIMARY KEY (source, run)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX run_source_run ON run_source (run);

        CREATE TABLE run_learner (
            identifier BLOB NOT NULL,               -- UTF-8
            identifier_type TEXT NOT NULL,          -- as a token
            run INTEGER NOT NULL,
            PRIMARY KEY (identifier, identifier_type, run)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX run_learner_run ON run_learner (run);

        CREATE TABLE part (
            row INTEGER PRIMARY KEY,
            run INTEGER NOT NULL,                   -- run.position
            position INTEGER NOT NULL,              -- the order of landing, from 1 within a run
            grp INTEGER NOT NULL,                   -- the learner, or the part of the plan
            ordinal INTEGER NOT NULL,
            path TEXT NOT NULL,
            source TEXT NOT NULL,
            outcome TEXT NOT NULL,
            items INTEGER NOT NULL,
            learner_known INTEGER NOT NULL,
            at REAL,                                -- fetched, or finished
            data_timestamp REAL,
            expires_at REAL,
            duration INTEGER,                       -- nanoseconds
            reason TEXT,                            -- of a failure; see `FailureColumns`
            message TEXT,
            attempts INTEGER,
            data_items INTEGER,                     -- of one fragment
            is_scalar INTEGER,
            data BLOB                               -- JSON; NULL when it brings none, or it was removed
        ) STRICT;
        CREATE UNIQUE INDEX part_key ON part (run, grp, path, source);
        CREATE INDEX part_record ON part (run, grp, ordinal, position);
        CREATE INDEX part_landed ON part (run, position, outcome, learner_known, at);
        CREATE INDEX part_gap ON part (run, path, source, outcome, reason, position) WHERE outcome IN ('missing', 'stale');

        CREATE TABLE hand_over (
            run INTEGER NOT NULL,
            task TEXT NOT NULL,
            grp INTEGER,                            -- the part that it is of
            attempt INTEGER NOT NULL,
            head BLOB NOT NULL,                     -- JSON
            data BLOB,
            PRIMARY KEY (run, task)
        ) STRICT;
        CREATE INDEX hand_over_part ON hand_over (run, grp);

        CREATE TABLE callback (
            position INTEGER PRIMARY KEY,
            id TEXT NOT NULL UNIQUE,
            run TEXT NOT NULL,
            kind TEXT NOT NULL,
            target TEXT NOT NULL,
            epoch INTEGER NOT NULL,
            holder TEXT NOT NULL,
            created_at REAL NOT NULL,
            attempts INTEGER NOT NULL,
            is_closed INTEGER NOT NULL DEFAULT 0,
            given_up TEXT,                          -- why
            UNIQUE (run, kind, target, epoch)
        ) STRICT;
        CREATE INDEX callback_owed ON callback (holder) WHERE is_closed = 0;

        CREATE TABLE run_leftover (                 -- what is still to be removed of runs
            run INTEGER PRIMARY KEY,
            what TEXT NOT NULL,
            after INTEGER NOT NULL DEFAULT 0        -- the position up to which the parts are done
        ) STRICT;

        """
}
