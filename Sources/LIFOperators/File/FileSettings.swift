import LIFSettings

extension FileAdapter {
    static let settings: [Setting] =
        [
            Setting("file", .block, .without("none"), "The folder of JSON or CSV files. Required for `file`."),
            Setting("file.folder", .folder, .required, "The folder of the files. Nothing outside of it is read."),
            Setting("file.format", .choice(["json", "csv"]), .value("json"), "JSON documents, or CSV tables."),
            Setting(
                "file.name", .text, .required,
                "The file's name. `{identifier}.json`: a file for each learner; `{identifierType}` may stand in it too, "
                    + "as a token. `employment.csv`: one table for all, which needs `identifier_column`."
            ),
            Setting(
                "file.identifier_column", .text, .without("a file for each learner"),
                "`csv`: the column with the learner's identifier."),
            Setting(
                "file.identifier_type_column", .text, .without("one type"),
                "`csv`: the column with the identifier's type."),
            Setting("file.delimiter", .text, .value(","), "`csv`: the character between columns."),
            Setting("file.types", .names, .without("all are strings"), "`csv`: columns that are no strings."),
            Setting("file.types.*", .choice(["number", "boolean"]), .required, "The type of the column's values."),
            Setting("file.max_file", .bytes, .value("64MiB"), "The longest file that is taken."),
        ]
        + MappingSettings.answer(
            "file", timestamp: "that of the file", mapping: .without("the data is a LIF record"))
}
