/// The mappings of the embedded Identity Mapper with imports that go on, and copies of what a remote one has said.
extension Schema {
    /// A person may have mappings for two spellings of one type, as deployed Identity Mappers have them.
    ///
    /// `identity_former` has as whom sources knew a person before a mapping or a copy of one was replaced or removed. What was
    /// fetched then is kept under that identifier, and is found there when the person is forgotten. Triggers write what
    /// becomes of mappings, so that no way of changing one is missed. Copies are JSON, which a trigger of a schema that is not
    /// trusted may not read: `FormerIdentities.note` does.
    static let identities = """
        CREATE TABLE identity_mapping (
            organization TEXT NOT NULL,
            person BLOB NOT NULL,                   -- UTF-8
            system TEXT NOT NULL,
            type TEXT NOT NULL,                     -- as it was written
            id TEXT NOT NULL,
            identifier BLOB NOT NULL,               -- UTF-8, as the system knows the person
            PRIMARY KEY (organization, person, system, type)
        ) STRICT, WITHOUT ROWID;
        CREATE UNIQUE INDEX identity_mapping_id ON identity_mapping (id);
        CREATE TABLE identity_import (
            import_id TEXT NOT NULL,
            organization TEXT NOT NULL,
            person BLOB NOT NULL,
            system TEXT NOT NULL,
            type TEXT NOT NULL,
            identifier BLOB NOT NULL,
            line INTEGER NOT NULL,
            staged_at REAL NOT NULL,
            PRIMARY KEY (import_id, organization, person, system, type)
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

        CREATE TABLE identity_former (
            organization TEXT NOT NULL,
            person BLOB NOT NULL,                   -- UTF-8
            type TEXT NOT NULL,                     -- as it was written
            identifier BLOB NOT NULL,               -- UTF-8, as the system knew the person
            replaced_at REAL NOT NULL,
            PRIMARY KEY (organization, person, type, identifier)
        ) STRICT, WITHOUT ROWID;
        CREATE TRIGGER identity_mapping_removed AFTER DELETE ON identity_mapping BEGIN
            \(formerMapping)
        END;
        CREATE TRIGGER identity_mapping_replaced AFTER UPDATE OF identifier, type ON identity_mapping
        WHEN OLD.identifier IS NOT NEW.identifier OR OLD.type IS NOT NEW.type BEGIN
            \(formerMapping)
        END;

        """

    /// Seconds since 2001-01-01 UTC.
    static let now = "(julianday('now') - 2451910.5) * 86400.0"

    private static let formerMapping = """
        INSERT INTO identity_former (organization, person, type, identifier, replaced_at)
            VALUES (OLD.organization, OLD.person, OLD.type, OLD.identifier, \(now))
            ON CONFLICT (organization, person, type, identifier) DO UPDATE SET replaced_at = excluded.replaced_at;
        """
}
