extension Schema {
    /// What version 4 changes for identities: a person may have mappings for two spellings of one type, as deployed Identity
    /// Mappers have them. What is staged of an import that goes on is dropped, and the import is to be begun anew.
    static let identities4 = """
        CREATE TABLE identity_mapping_4 (
            organization TEXT NOT NULL,
            person BLOB NOT NULL,                   -- UTF-8
            system TEXT NOT NULL,
            type TEXT NOT NULL,                     -- as it was written
            id TEXT NOT NULL,
            identifier BLOB NOT NULL,               -- UTF-8, as the system knows the person
            PRIMARY KEY (organization, person, system, type)
        ) STRICT, WITHOUT ROWID;
        INSERT INTO identity_mapping_4 (organization, person, system, type, id, identifier)
            SELECT organization, person, system, type, id, identifier FROM identity_mapping;
        DROP TABLE identity_mapping;
        ALTER TABLE identity_mapping_4 RENAME TO identity_mapping;
        CREATE UNIQUE INDEX identity_mapping_id ON identity_mapping (id);
        DROP TABLE identity_import;
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
        """
}
