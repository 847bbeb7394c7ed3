extension Settings {
    static let rest: [Setting] =
        [
            source("rest.method", .choice(["GET", "POST"]), .value("GET"), "The request's method."),
            source(
                "rest.url", .template, .required, "Where the learner's data is: `{scheme}://{host}/users/{identifier}`."
            ),
            source("rest.headers", .names, .without("none"), "Headers of the request."),
            source("rest.headers.*", .template, .required, "A header's value: `Bearer {token}`."),
            source(
                "rest.body", .template, .without("none"), "`POST`: JSON. Placeholders stand inside its strings."),
            source(
                "rest.not_found", .wholes(200...599), .value("[404]"), "Statuses that say: the learner is not known."),
            source(
                "rest.check_url", .template, .without("the root of the host"),
                "What `lif sources check` asks; without the learner."),
        ]
        + answer(
            "rest", timestamp: "the time of the fetch",
            mapping: .without("required, unless the source has a `translation`"))

    static let command = keys(ofCommand: "information_sources[].command", run: "run")

    static let file: [Setting] =
        [
            source("file.folder", .folder, .required, "The folder of the files. Nothing outside of it is read."),
            source("file.format", .choice(["json", "csv"]), .value("json"), "JSON documents, or CSV tables."),
            source(
                "file.name", .text, .required,
                "The file's name. `{identifier}.json`: a file for each learner; `{identifierType}` may stand in it too, "
                    + "as a token. `employment.csv`: one table for all, which needs `identifier_column`."
            ),
            source(
                "file.identifier_column", .text, .without("a file for each learner"),
                "`csv`: the column with the learner's identifier."),
            source(
                "file.identifier_type_column", .text, .without("one type"),
                "`csv`: the column with the identifier's type."),
            source("file.delimiter", .text, .value(","), "`csv`: the character between columns."),
            source("file.types", .names, .without("all are strings"), "`csv`: columns that are no strings."),
            source("file.types.*", .choice(["number", "boolean"]), .required, "The type of the column's values."),
            source("file.max_file", .bytes, .value("64MiB"), "The longest file that is taken."),
        ]
        + answer(
            "file", timestamp: "that of the file", mapping: .without("the data is a LIF record"))

    static let sql: [Setting] =
        [
            source("sql.database", .file, .required, "The file of the SQLite database. It is only read."),
            source("sql.queries", .names, .required, "One entry for each of `lif_fragment_paths`."),
            source(
                "sql.queries.*", .block, .required,
                "A fragment path, such as `Person.Name`, and its query. A query alone is short for `query:`."),
            source(
                "sql.queries.*.query", .text, .required,
                "One `SELECT` with the parameter `:identifier`, and `:identifier_type` if need be. Each row is an item."
            ),
            source(
                "sql.queries.*.json_columns", .texts, .value("[]"), "Columns whose text is JSON and stands as such."),
        ] + fields("sql.queries.*") + [
            source(
                "sql.learner_query", .text, .without("a learner with any row"),
                "A `SELECT` that gives a row when the learner is known."),
            source("sql.max_rows", .whole(1...1_000_000), .value("10000"), "Rows that one query may give."),
        ]

    /// What becomes of an answer.
    private static func answer(_ adapter: String, timestamp: String, mapping: Setting.Default) -> [Setting] {
        [
            source(
                "\(adapter).data", .answerPath, .without("the whole answer"),
                "Where in the answer the data lies: `person.employment`. Not used with a `translation`."),
            source(
                "\(adapter).data_timestamp", .answerPath, .without(timestamp),
                "Where in the answer the age of the data stands, in ISO 8601."),
            source(
                "\(adapter).mapping", .names, mapping,
                "What becomes of the data: one entry for each of `lif_fragment_paths`."),
            source(
                "\(adapter).mapping.*", .block, .required,
                "A fragment path, such as `Person.EmploymentPreferences`, and its source. "
                    + "A dot path alone is short for `from:`."
            ),
            source(
                "\(adapter).mapping.*.from", .answerPath, .without("the data itself"),
                "Where, from `data` on, the object, list of objects or single value lies."),
        ] + fields("\(adapter).mapping.*")
    }

    private static func fields(_ entry: String) -> [Setting] {
        [
            source(
                "\(entry).fields", .names, .without("taken as it is"),
                "The members of each item; others of the source are dropped."),
            source(
                "\(entry).fields.*", .field, .required,
                "The member's name in LIF, and where in the item it is. Of a list of paths, the first that has something. "
                    + "`Email.emailAddress` is a member of an object inside."
            ),
            source(
                "\(entry).fields.*.value", .text, .without("none"),
                "The same for each item: a text, number or boolean."),
            source(
                "\(entry).fields.*.first", .answerPath, .without("none"),
                "A JSONPath that may select several values: the first of them, and not a list."),
            source(
                "\(entry).fields.*.from", .answerPath, .without("the item itself"),
                "Where in the item the object or list lies that `fields` is about."),
            source(
                "\(entry).fields.*.fields", .names, .without("none"),
                "The members of that object, or of each item of that list."),
            source(
                "\(entry).fields.*.fields.*", .field, .required,
                "As `fields.*`, and so on at any depth."),
        ]
    }
}
