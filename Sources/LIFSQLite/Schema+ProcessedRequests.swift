/// Asynchronous queries with their holders, and their answers as parts.
extension Schema {
    /// The parts' data stands last in a row: its overflow pages are only read when it is asked for. Each index serves one
    /// question of `ProcessedRequestStore`.
    static let processedRequests = """
        CREATE TABLE processed_request (
            position INTEGER PRIMARY KEY AUTOINCREMENT,
            id TEXT NOT NULL UNIQUE,
            accepted_at REAL NOT NULL,
            as_of REAL,
            expected_parts INTEGER NOT NULL,
            holder TEXT NOT NULL,
            fence INTEGER NOT NULL,
            state TEXT NOT NULL CHECK (state IN ('pending', 'completed', 'failed', 'expired')),
            error_code TEXT,                        -- of 'failed'
            error_message TEXT,
            finished_at REAL,
            has_leftovers INTEGER NOT NULL DEFAULT 0,   -- of 'expired': parts that are still to be removed
            is_untold INTEGER NOT NULL DEFAULT 0,   -- its client waits and does not know its id
            via TEXT,                               -- a JSON array; NULL when there are none
            query BLOB                              -- JSON, the filter form; NULL when expired
        ) STRICT;
        CREATE INDEX processed_request_pending ON processed_request (accepted_at) WHERE state = 'pending';
        CREATE INDEX processed_request_ended ON processed_request (state, finished_at);
        CREATE INDEX processed_request_leftovers ON processed_request (position) WHERE has_leftovers = 1;

        CREATE TABLE processed_part (
            row INTEGER PRIMARY KEY,
            request INTEGER NOT NULL,               -- processed_request.position
            position INTEGER NOT NULL,              -- the order of landing, from 1 within a request
            learner INTEGER NOT NULL,               -- the index in the query
            ordinal INTEGER NOT NULL,
            path TEXT NOT NULL,                     -- the member of Person
            source_id TEXT NOT NULL,
            outcome TEXT NOT NULL,
            item_count INTEGER NOT NULL,
            learner_known INTEGER NOT NULL,
            stored_at REAL,
            data_timestamp REAL,
            expires_at REAL,
            reason TEXT,                            -- of a failure
            message TEXT,
            attempts INTEGER,
            duration INTEGER,                       -- nanoseconds
            content_count INTEGER,                  -- of the items; NULL with them
            is_scalar INTEGER,
            items BLOB                              -- a minified JSON array; NULL when it brings no data
        ) STRICT;
        CREATE UNIQUE INDEX processed_part_key ON processed_part (request, learner, path, source_id);
        CREATE INDEX processed_part_record ON processed_part (request, learner, ordinal, position);
        CREATE INDEX processed_part_landed ON processed_part (request, position, outcome, learner_known, stored_at);
        CREATE INDEX processed_part_gap ON processed_part (request, path, source_id, outcome, reason, position)
            WHERE outcome IN ('missing', 'stale');

        CREATE TABLE processed_learner (
            identifier BLOB NOT NULL,               -- UTF-8
            identifier_type TEXT NOT NULL,          -- as a token
            request INTEGER NOT NULL,
            PRIMARY KEY (identifier, identifier_type, request)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX processed_learner_request ON processed_learner (request);

        """
}
