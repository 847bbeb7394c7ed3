/// The cache of fragments.
extension Schema {
    /// A store instance that removes fragments notifies the others by a row in `fragment_removal`; only the last rows are kept.
    /// `fragment_forgotten` has the learners whose fragments are not kept when they were fetched before the learner was
    /// forgotten and are written later.
    static let fragments = """
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
        CREATE INDEX fragment_stored ON fragment (stored_at);
        CREATE TABLE fragment_change_counter (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            value INTEGER NOT NULL
        ) STRICT;
        INSERT INTO fragment_change_counter VALUES (1, 0);
        CREATE TABLE fragment_removal (
            number INTEGER PRIMARY KEY AUTOINCREMENT,
            writer TEXT NOT NULL                    -- which store instance removed something
        ) STRICT;
        CREATE TABLE fragment_forgotten (
            learner TEXT PRIMARY KEY,               -- the keyed hash, as on the list of forgotten learners
            at REAL NOT NULL
        ) STRICT, WITHOUT ROWID;

        """
}
