extension Schema {
    /// What version 6 adds: the reading of the clock that others of the same start of the machine are compared with.
    static let clock6 = """
        ALTER TABLE clock ADD COLUMN anchor_wall REAL;
        ALTER TABLE clock ADD COLUMN anchor_monotonic REAL;
        """
}
