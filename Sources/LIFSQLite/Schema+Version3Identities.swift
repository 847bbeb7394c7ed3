extension Schema {
    /// What version 3 adds for identities. Mappings are accepted data and never dropped; `identity_copy` holds what a remote
    /// mapper has said and may be, and so may `identity_import`.
    static let identities3 = """
        CREATE TABLE identity_mapping (
            organization TEXT NOT NULL,
            person BLOB NOT NULL,                   -- UTF-8
            system TEXT NOT NULL,
            type_token TEXT NOT NULL,
            id TEXT NOT NULL,
            type TEXT NOT NULL,                     -- as it was written
            identifier BLOB NOT NULL,               -- UTF-8, as the system knows the person
            PRIMARY KEY (organization, person, system, type_token)
        ) STRICT, WITHOUT ROWID;
        CREATE UNIQUE INDEX identity_mapping_id ON identity_mapping (id);
        CREATE TABLE identity_import (
            import_id TEXT NOT NULL,
            organization TEXT NOT NULL,
            person BLOB NOT NULL,
            system TEXT NOT NULL,
            type_token TEXT NOT NULL,
            type TEXT NOT NULL,
            identifier BLOB NOT NULL,
            line INTEGER NOT NULL,
            staged_at REAL NOT NULL,
            PRIMARY KEY (import_id, organization, person, system, type_token)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE identity_copy (
            origin TEXT NOT NULL,                   -- the mapper's address
            organization TEXT NOT NULL,
            person BLOB NOT NULL,
            fetched_at REAL NOT NULL,
            mappings BLOB NOT NULL,                 -- JSON, as the mapper's routes have them
            PRIMARY KEY (origin, organization, person)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX identity_copy_fetched ON identity_copy (fetched_at);
        CREATE TABLE identity_change_counter (
            name TEXT PRIMARY KEY,
            value INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        INSERT INTO identity_change_counter VALUES ('mapping', 0), ('copy', 0);
        """
}
