/// Copies of what a Metadata Repository said.
extension Schema {
    static let metadata = """
        CREATE TABLE metadata (
            key TEXT PRIMARY KEY,
            fetched_at REAL NOT NULL,
            body BLOB NOT NULL                      -- JSON, minified
        ) STRICT;

        """
}
