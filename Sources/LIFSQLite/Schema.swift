import GRDB

/// The tables and how they came to be. A migration that has been released is never changed; a new one is added.
///
/// The tables of the cache (`fragment`, `fragment_change_counter`) may be dropped by a migration, and so may `breaker` and
/// `metadata`; those of accepted work (`job`, `outcome`, `processed_request`, `schedule`, `callback`) never.
///
/// Times are seconds since 2001-01-01 UTC as `Date` holds them, so that they come back exactly. Texts compare to the byte
/// (`BINARY`). An identifier of a learner is a BLOB: SQLite ends a text at its first NUL. A row's large value stands last:
/// SQLite reads a row from its beginning, and only as far as it is asked for.
enum Schema {
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1 fragments") { try $0.execute(sql: fragments) }
        migrator.registerMigration("1 jobs and outcomes") { try $0.execute(sql: jobsAndOutcomes) }
        migrator.registerMigration("1 processed requests") { try $0.execute(sql: processedRequests) }
        migrator.registerMigration("2 jobs") { try $0.execute(sql: jobs2) }
        migrator.registerMigration("2 output queue") { try $0.execute(sql: outputQueue2) }
        migrator.registerMigration("2 job log") { try $0.execute(sql: jobLog2) }
        migrator.registerMigration("2 schedules, callbacks and breakers") {
            try $0.execute(sql: schedules2 + callbacks2 + breakers2)
        }
        migrator.registerMigration("3 processed requests") { try migrateProcessedRequests($0) }
        migrator.registerMigration("3 fragments") { try $0.execute(sql: fragments3) }
        migrator.registerMigration("3 runs") { try $0.execute(sql: runs3) }
        migrator.registerMigration("3 identities") { try $0.execute(sql: identities3) }
        migrator.registerMigration("3 metadata") { try $0.execute(sql: metadata3) }
        migrator.registerMigration("4 identities") { try $0.execute(sql: identities4) }
        migrator.registerMigration("5 clock") { try $0.execute(sql: clock5) }
        migrator.registerMigration("5 runs") { try $0.execute(sql: runs5) }
        migrator.registerMigration("5 identities") { try $0.execute(sql: identities5) }
        migrator.registerMigration("5 room") { try $0.execute(sql: room5) }
        migrator.registerMigration("5 forgets") { try $0.execute(sql: forgets5) }
        migrator.registerMigration("5 late fragments") { try $0.execute(sql: lateFragments5) }
        migrator.registerMigration("6 clock") { try $0.execute(sql: clock6) }
        return migrator
    }

    /// Whether the store is one that servers before version 3 know: it has tables, and none of version 3.
    static func isOfFormerServers(_ database: Database) throws -> Bool {
        let applied = try migrator.appliedIdentifiers(database)
        return !applied.isEmpty && !applied.contains { $0.hasPrefix("3 ") }
    }

    private static let fragments = """
        CREATE TABLE fragment (
            source_id TEXT NOT NULL,
            identifier_type TEXT NOT NULL,          -- as a token
            identifier BLOB NOT NULL,               -- UTF-8
            path TEXT NOT NULL,                     -- the member of Person
            items BLOB,                             -- a minified JSON array; NULL when the source had nothing
            item_count INTEGER NOT NULL,
            is_scalar INTEGER NOT NULL,
            learner_known INTEGER NOT NULL,
            stored_at REAL NOT NULL,
            data_timestamp REAL,
            origin TEXT NOT NULL,
            change INTEGER NOT NULL,                -- number of the transaction that wrote the row
            writer TEXT NOT NULL,                   -- which store instance wrote it
            PRIMARY KEY (source_id, identifier_type, identifier, path)
        ) STRICT;
        CREATE INDEX fragment_change ON fragment (change);
        CREATE TABLE fragment_change_counter (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            value INTEGER NOT NULL
        ) STRICT;
        INSERT INTO fragment_change_counter VALUES (1, 0);
        """

    private static let jobsAndOutcomes = """
        CREATE TABLE job (
            position INTEGER PRIMARY KEY,
            id TEXT NOT NULL UNIQUE,
            plan BLOB NOT NULL,                     -- JSON, the parts as POST /jobs has them
            accepted_at REAL NOT NULL,
            idempotency_key TEXT UNIQUE,
            is_finished INTEGER NOT NULL DEFAULT 0
        ) STRICT;
        CREATE INDEX job_unfinished ON job (accepted_at, position) WHERE is_finished = 0;
        CREATE TABLE outcome (
            job_id TEXT NOT NULL,
            part INTEGER NOT NULL,
            kind TEXT NOT NULL CHECK (kind IN ('data', 'empty', 'failed')),
            fragments BLOB,                         -- of 'data': JSON, the items spliced as they came
            learner_known INTEGER,                  -- of 'empty'
            reason TEXT,                            -- of 'failed'
            message TEXT,
            finished_at REAL NOT NULL,
            duration INTEGER NOT NULL,              -- nanoseconds
            data_timestamp REAL,
            PRIMARY KEY (job_id, part)
        ) STRICT;
        """

    private static let processedRequests = """
        CREATE TABLE processed_request (
            position INTEGER PRIMARY KEY,
            id TEXT NOT NULL UNIQUE,
            query BLOB NOT NULL,                    -- JSON, the filter form
            accepted_at REAL NOT NULL,
            state TEXT NOT NULL CHECK (state IN ('pending', 'completed', 'failed')),
            result BLOB,                            -- of 'completed': the native result document
            error_code TEXT,                        -- of 'failed'
            error_message TEXT
        ) STRICT;
        CREATE INDEX processed_request_pending ON processed_request (accepted_at, position) WHERE state = 'pending';
        """
}
