/// Version 3: copies of what a Metadata Repository told. The table is a cache and may be dropped.
extension Schema {
    static let metadata3 = """
        CREATE TABLE metadata (
            key TEXT PRIMARY KEY,
            fetched_at REAL NOT NULL,
            body BLOB NOT NULL                      -- JSON, minified
        ) STRICT;
        """
}
