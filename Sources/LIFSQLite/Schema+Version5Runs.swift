extension Schema {
    /// What version 5 adds to the runs at an orchestrator elsewhere: the sources as they were when the plan was made, so that
    /// results which come after a reload are kept for what they are. Runs of before have NULL.
    static let runs5 = """
        ALTER TABLE orchestration_run ADD COLUMN sources BLOB;
        """
}
