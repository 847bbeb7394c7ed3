/// What the processes on a store have seen of the clock, whether there is room, and that learners were forgotten.
extension Schema {
    static let clock = """
        CREATE TABLE clock (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            wall REAL NOT NULL,                     -- the time of day when the clock was last looked at
            monotonic REAL NOT NULL,                -- seconds since the machine was started, then
            boot TEXT NOT NULL,                     -- which start that was
            steady_for REAL,                        -- seconds since it was moved; NULL when it is trusted
            anchor_wall REAL NOT NULL,              -- the reading that others of the same start are compared with
            anchor_monotonic REAL NOT NULL
        ) STRICT;

        """

    /// Where it is tried whether something can be kept (`LIFDatabase.checkRoom`); empty else.
    static let roomTrial = """
        CREATE TABLE room_trial (id INTEGER PRIMARY KEY, filling BLOB NOT NULL) STRICT;

        """

    /// Shows, without saying who, that learners were forgotten (`ForgottenLearners`). It is in backups too.
    static let forgets = """
        CREATE TABLE forget (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            hash_key BLOB NOT NULL,
            number INTEGER NOT NULL                 -- of the last forgetting that this store has seen
        ) STRICT;
        INSERT INTO forget (id, hash_key, number) VALUES (1, randomblob(32), 0);

        """
}
