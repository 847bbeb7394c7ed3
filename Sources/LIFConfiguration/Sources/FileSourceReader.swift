import LIFModel
import LIFOperators

/// Reads a `file:` block.
struct FileSourceReader {
    let block: SettingsBlock
    private var reader: MappingReader

    init(block: SettingsBlock) {
        self.block = block
        reader = MappingReader(diagnostics: block.diagnostics)
    }

    var mappedPaths: [WrittenPath] { reader.mappedPaths }

    /// - Parameter isTranslated: The documents go to a Translator, so that they need no mapping.
    /// - Returns: `nil` when the block is not valid, which is reported.
    mutating func configuration(isTranslated: Bool) -> FileConfiguration? {
        let folder = block.path("folder")
        let name = name()
        let csv = block.has("csv") ? block.block("csv").flatMap(csv) : nil
        let answer = AnswerMapping(
            data: reader.path(block, "data") ?? .root, dataTimestamp: reader.path(block, "data_timestamp"),
            fragments: reader.mapping(of: block))
        let limit = block.bytes("max_file")
        if block.has("csv"), !block.has("mapping"), !isTranslated {
            block.report("csv", "is a table, and no LIF record; say in \"\(block.shown("mapping"))\" what becomes of its rows")
        }
        guard let folder, let name, let limit else { return nil }
        let configuration = FileConfiguration(
            folder: folder, name: name, csv: csv, answer: answer, maximumFileBytes: limit)
        if !configuration.namesLearner, !block.has("csv") || csv != nil {
            block.report(
                "name",
                "says nowhere whose data a file holds; it must have {identifier}, or \"\(block.shown("csv"))\" an "
                    + "\"identifier_column\"")
        }
        return configuration
    }

    private func name() -> FileNameTemplate? {
        guard let text = block.text("name") else { return nil }
        if let name = FileNameTemplate(parsing: text) { return name }
        block.report(
            "name",
            "is no name of a file; it must have no \"/\", no dot in front, and no other places than {identifier} and "
                + "{identifierType}")
        return nil
    }

    private func csv(_ block: SettingsBlock) -> CSVFormat? {
        let delimiter = delimiter(block)
        var format = CSVFormat(
            identifierColumn: block.text("identifier_column"),
            identifierTypeColumn: block.text("identifier_type_column"))
        if block.has("types"), let types = block.block("types") {
            for member in types.members {
                format.types[member.name] = types.choice(member.name, CSVFormat.ColumnType.self)
            }
        }
        guard let delimiter else { return nil }
        format.delimiter = delimiter
        return format
    }

    /// A tab may be written as such.
    private func delimiter(_ block: SettingsBlock) -> Character? {
        guard let node = block.node("delimiter") else { return "," }
        let text = node.text?.value ?? ""
        if text.count == 1, let delimiter = text.first, CSVFormat.isDelimiter(delimiter) { return delimiter }
        block.report(
            "delimiter", "must be one character that is no letter, digit or quotation mark, such as \";\" or \"\\t\"")
        return nil
    }
}
