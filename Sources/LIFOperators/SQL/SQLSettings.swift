import LIFSettings

extension SQLAdapter {
    static let settings: [Setting] =
        [
            Setting("sql", .block, .without("none"), "The SQLite database and its queries. Required for `sql`."),
            Setting("sql.database", .file, .required, "The file of the SQLite database. It is only read."),
            Setting("sql.queries", .names, .required, "One entry for each of `lif_fragment_paths`."),
            Setting(
                "sql.queries.*", .block, .required,
                "A fragment path, such as `Person.Name`, and its query. A query alone is short for `query:`."),
            Setting(
                "sql.queries.*.query", .text, .required,
                "One `SELECT` with the parameter `:identifier`, and `:identifier_type` if need be. Each row is an item."
            ),
            Setting(
                "sql.queries.*.json_columns", .texts, .value("[]"), "Columns whose text is JSON and stands as such."),
        ] + MappingSettings.fields("sql.queries.*") + [
            Setting(
                "sql.learner_query", .text, .without("a learner with any row"),
                "A `SELECT` that gives a row when the learner is known."),
            Setting("sql.max_rows", .whole(1...1_000_000), .value("10000"), "Rows that one query may give."),
        ]
}
