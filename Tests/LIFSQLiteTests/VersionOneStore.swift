import Foundation
import GRDB
import LIFJSON
import LIFModel
import LIFWorkflow

/// A store as version 1 made it, by the words of that version.
struct VersionOneStore {
    private let queue: DatabaseQueue

    init(folder: URL) throws {
        queue = try DatabaseQueue(path: folder.appending(path: "lif.sqlite").path(percentEncoded: false))
        try queue.write { try $0.execute(sql: Self.schema) }
    }

    func close() throws { try queue.close() }

    func accept(_ job: Job, isFinished: Bool) throws {
        try queue.write { database in
            try database.execute(
                sql: """
                    INSERT INTO job (id, plan, accepted_at, idempotency_key, is_finished) VALUES (?, ?, ?, ?, ?)
                    """,
                arguments: [
                    job.id.text, Data(job.plan.json.bytes), job.acceptedAt.timeIntervalSinceReferenceDate,
                    job.submission.idempotencyKey, isFinished,
                ])
        }
    }

    /// A promised query.
    ///
    /// - Parameters:
    ///   - result: Of one that is completed.
    ///   - error: Code and message of one that has failed.
    func promise(
        _ id: RandomID, query: String, at seconds: Double, result: String? = nil, error: (String, String)? = nil
    ) throws {
        try queue.write { database in
            try database.execute(
                sql: """
                    INSERT INTO processed_request (id, query, accepted_at, state, result, error_code, error_message)
                    VALUES (?, ?, ?, ?, ?, ?, ?)
                    """,
                arguments: [
                    id.text, Data(query.utf8), seconds,
                    result != nil ? "completed" : error != nil ? "failed" : "pending",
                    result.map { Data($0.utf8) }, error?.0, error?.1,
                ])
        }
    }

    func damage(_ job: JobID) throws {
        try queue.write { try $0.execute(sql: "UPDATE job SET plan = x'5B7B22' WHERE id = ?", arguments: [job.text]) }
    }

    func file(_ outcome: Outcome, job: JobID, part: Int, fragments: String? = nil) throws {
        let isData = outcome.failure == nil && !outcome.fragments.isEmpty
        try queue.write { database in
            try database.execute(
                sql: "INSERT INTO outcome VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                arguments: [
                    job.text, part, outcome.failure != nil ? "failed" : isData ? "data" : "empty",
                    fragments.map { Data($0.utf8) }, outcome.failure == nil && !isData ? true : nil,
                    outcome.failure?.reason.rawValue, outcome.failure?.message,
                    outcome.finishedAt.timeIntervalSinceReferenceDate, 1_500_000_000,
                    outcome.dataTimestamp?.timeIntervalSinceReferenceDate,
                ])
        }
    }

    private static let schema = """
        PRAGMA journal_mode = WAL;
        CREATE TABLE grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY);
        INSERT INTO grdb_migrations VALUES ('1 fragments'), ('1 jobs and outcomes'), ('1 processed requests');
        CREATE TABLE fragment (
            source_id TEXT NOT NULL, identifier_type TEXT NOT NULL, identifier BLOB NOT NULL, path TEXT NOT NULL,
            items BLOB, item_count INTEGER NOT NULL, is_scalar INTEGER NOT NULL, learner_known INTEGER NOT NULL,
            stored_at REAL NOT NULL, data_timestamp REAL, origin TEXT NOT NULL, change INTEGER NOT NULL,
            writer TEXT NOT NULL, PRIMARY KEY (source_id, identifier_type, identifier, path)
        ) STRICT;
        CREATE INDEX fragment_change ON fragment (change);
        CREATE TABLE fragment_change_counter (id INTEGER PRIMARY KEY CHECK (id = 1), value INTEGER NOT NULL) STRICT;
        INSERT INTO fragment_change_counter VALUES (1, 0);
        CREATE TABLE job (
            position INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, plan BLOB NOT NULL, accepted_at REAL NOT NULL,
            idempotency_key TEXT UNIQUE, is_finished INTEGER NOT NULL DEFAULT 0
        ) STRICT;
        CREATE INDEX job_unfinished ON job (accepted_at, position) WHERE is_finished = 0;
        CREATE TABLE outcome (
            job_id TEXT NOT NULL, part INTEGER NOT NULL,
            kind TEXT NOT NULL CHECK (kind IN ('data', 'empty', 'failed')), fragments BLOB, learner_known INTEGER,
            reason TEXT, message TEXT, finished_at REAL NOT NULL, duration INTEGER NOT NULL, data_timestamp REAL,
            PRIMARY KEY (job_id, part)
        ) STRICT;
        CREATE TABLE processed_request (
            position INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, query BLOB NOT NULL, accepted_at REAL NOT NULL,
            state TEXT NOT NULL CHECK (state IN ('pending', 'completed', 'failed')), result BLOB, error_code TEXT,
            error_message TEXT
        ) STRICT;
        CREATE INDEX processed_request_pending ON processed_request (accepted_at, position) WHERE state = 'pending';
        """
}
