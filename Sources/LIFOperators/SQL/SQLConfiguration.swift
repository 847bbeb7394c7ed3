import LIFModel

/// Which SQLite database holds a source's data and what is asked of it (adapter `sql`).
public struct SQLConfiguration: Sendable, Hashable {
    /// What gives the data of one fragment path.
    public struct Query: Sendable, Hashable {
        /// The path, and what becomes of the rows: an array of objects with a member for each column that is not NULL.
        public var mapping: FragmentMapping
        /// One `SELECT` (or `WITH`, or `VALUES`) with the parameter `:identifier`, and `:identifier_type` if need be.
        public var sql: String
        /// Columns whose text is JSON and stands as such in the row.
        public var jsonColumns: Set<String>

        /// A query for one fragment path; the SQL is checked when it is prepared, not here.
        public init(mapping: FragmentMapping, sql: String, jsonColumns: Set<String> = []) {
            self.mapping = mapping
            self.sql = sql
            self.jsonColumns = jsonColumns
        }
    }

    /// The path of the database file. It is only read.
    public var database: String
    /// One entry for each fragment path that the source supplies. A fetch runs only those whose paths it asks for.
    public var queries: [Query]
    /// Gives a row when the learner is known. `nil`: a learner is known of whom a query gives a row.
    public var learnerQuery: String?
    /// Rows that one query may give; more fail with reason `answer-too-large`.
    public var maximumRows: Int
    /// Bytes of JSON that the rows of all queries for one learner may have.
    public var maximumAnswerBytes: Int

    /// A database and its queries, with limits of 10,000 rows for each query and 16 MiB for all rows of a learner.
    public init(
        database: String, queries: [Query], learnerQuery: String? = nil, maximumRows: Int = 10_000,
        maximumAnswerBytes: Int = 16 << 20
    ) {
        self.database = database
        self.queries = queries
        self.learnerQuery = learnerQuery
        self.maximumRows = maximumRows
        self.maximumAnswerBytes = maximumAnswerBytes
    }

    /// Whether the type of an identifier counts in each query: else two learners with the same number of two types are one here.
    public var namesIdentifierType: Bool {
        (queries.map(\.sql) + [learnerQuery].compactMap(\.self)).allSatisfy {
            $0.contains(":\(Parameter.identifierType)")
        }
    }

    /// What names a learner in a query: `:identifier`, and `:identifier_type` as a token such as
    /// `SCHOOL_ASSIGNED_NUMBER`.
    enum Parameter {
        static let identifier = "identifier"
        static let identifierType = "identifier_type"
    }
}
