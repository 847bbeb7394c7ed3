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

    /// Where it is tried whether something can be kept (`LIFDatabase.checkRoom`); empty else.
    static let room5 = "CREATE TABLE room_trial (id INTEGER PRIMARY KEY, filling BLOB NOT NULL) STRICT;"

    /// By what it is told, without saying who, that learners were forgotten (`ForgottenLearners`). It is in backups too.
    static let forgets5 = """
        CREATE TABLE forget (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            hash_key BLOB NOT NULL,
            number INTEGER NOT NULL                 -- of the last forgetting that this store has seen
        ) STRICT;
        INSERT INTO forget (id, hash_key, number) VALUES (1, randomblob(32), 0);
        """

    /// Whose fragments are not kept when they were fetched before the learner was forgotten and are written later.
    static let lateFragments5 = """
        CREATE TABLE fragment_forgotten (
            learner TEXT PRIMARY KEY,               -- the keyed hash, as on the list of forgotten learners
            at REAL NOT NULL
        ) STRICT, WITHOUT ROWID;
        """
}
