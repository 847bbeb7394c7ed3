import LIFModel
import LIFSettings

/// Reads an `sql:` block. Whether a query can be asked is seen when the database is there (`lif sources check`).
struct SQLSourceReader {
    let block: SettingsBlock
    private var reader: MappingReader

    init(block: SettingsBlock, model: PersonModel) {
        self.block = block
        reader = MappingReader(model: model, diagnostics: block.diagnostics, isTable: true)
    }

    var mappedPaths: [WrittenPath] { reader.mappedPaths }

    /// - Returns: `nil` when the block is not valid, which is reported.
    mutating func configuration(maximumAnswerBytes: Int) -> SQLConfiguration? {
        let database = block.path("database")
        let queries = queries()
        let learnerQuery = block.has("learner_query") ? block.written("learner_query") : nil
        if let learnerQuery { check(learnerQuery, shown: block.shown("learner_query")) }
        let rows = block.whole("max_rows")
        guard let database, let queries, let rows else { return nil }
        return SQLConfiguration(
            database: database, queries: queries, learnerQuery: learnerQuery?.value, maximumRows: rows,
            maximumAnswerBytes: maximumAnswerBytes)
    }

    private mutating func queries() -> [SQLConfiguration.Query]? {
        guard block.node("queries") != nil, let entries = block.block("queries") else { return nil }
        if entries.members.isEmpty { block.report("queries", "is empty; it must have a query for each path") }
        return entries.members.compactMap { member in
            reader.path(of: member).flatMap { query(member, $0, in: entries) }
        }
    }

    private func query(
        _ member: ConfigurationNode.Member, _ path: FragmentPath, in entries: SettingsBlock
    ) -> SQLConfiguration.Query? {
        let shown = entries.shown(member.name)
        if let text = member.value.text {
            check(text, shown: shown)
            return SQLConfiguration.Query(mapping: FragmentMapping(path: path), sql: text.value)
        }
        guard let block = entries.block(member.value, path: "\(entries.path).*", shownPath: shown) else { return nil }
        let columns = block.texts("json_columns") ?? []
        let fields = reader.fields(of: block, path)
        guard let text = block.written("query") else { return nil }
        check(text, shown: block.shown("query"))
        return SQLConfiguration.Query(
            mapping: FragmentMapping(path: path, fields: fields), sql: text.value,
            jsonColumns: Set(columns.map(\.value)))
    }

    /// A query that names no learner would give everybody's data to each.
    private func check(_ text: WrittenText, shown: String) {
        if !text.value.contains(":identifier") {
            block.diagnostics.report(
                text.place, "\"\(shown)\" names no learner; it must be a SELECT with the parameter :identifier")
        }
    }
}
