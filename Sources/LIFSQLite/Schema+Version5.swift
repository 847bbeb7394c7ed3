extension Schema {
    /// What version 5 adds: when a breaker was opened, and what the processes on a store have seen of the clock.
    static let clock5 = """
        ALTER TABLE breaker ADD COLUMN opened_at REAL;
        CREATE TABLE clock (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            wall REAL NOT NULL,                     -- the time of day when the clock was last looked at
            monotonic REAL NOT NULL,                -- seconds since the machine was started, then
            boot TEXT NOT NULL,                     -- which start that was
            steady_for REAL                         -- seconds since it was moved; NULL when it is trusted
        ) STRICT;
        """
}
