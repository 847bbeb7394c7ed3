extension Schema {
    /// What version 5 adds for identities: as whom sources knew a person before a mapping or a copy of one was replaced or removed.
    /// What was fetched then is kept under that identifier, and is found there when the person is forgotten.
    ///
    /// Triggers write what becomes of mappings, so that no way of changing one is missed. Copies are JSON, which a trigger of a
    /// schema that is not trusted may not read: `FormerIdentities.note` does.
    static let identities5 = """
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
