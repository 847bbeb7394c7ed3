import LIFModel
import LIFSettings

/// Reads a `file:` block.
struct FileSourceReader {
    private enum FileFormat: String { case json, csv }

    let block: SettingsBlock
    private var reader: MappingReader

    init(block: SettingsBlock, model: PersonModel) {
        self.block = block
        let isTable = block.member("format")?.value.text?.value.trimmed == FileFormat.csv.rawValue
        reader = MappingReader(model: model, diagnostics: block.diagnostics, isTable: isTable)
    }

    var mappedPaths: [WrittenPath] { reader.mappedPaths }

    /// - Parameter isTranslated: The documents go to a Translator, so that they need no mapping.
    /// - Returns: `nil` when the block is not valid, which is reported.
    mutating func configuration(isTranslated: Bool) -> FileConfiguration? {
        let folder = block.path("folder")
        let name = name()
        let format = block.choice("format", FileFormat.self)
        let csv = format == .csv ? csv() : nil
        let answer = AnswerMapping(
            data: reader.path(block, "data") ?? .root, dataTimestamp: reader.path(block, "data_timestamp"),
            fragments: reader.mapping(of: block))
        let limit = block.bytes("max_file")
        if format == .json { refuseColumns() }
        if format == .csv, !block.has("mapping"), !isTranslated {
            block.report(
                "format",
                "is csv, and rows are no LIF record; say in \"\(block.shown("mapping"))\" what becomes of them")
        }
        guard let folder, let name, let format, csv != nil || format == .json, let limit else { return nil }
        let configuration = FileConfiguration(
            folder: folder, name: name, csv: csv, answer: answer, maximumFileBytes: limit)
        if !configuration.namesLearner {
            block.report(
                "name",
                "says nowhere whose data a file holds; it must have {identifier}"
                    + (format == .csv ? ", or \"\(block.shownPath)\" an \"identifier_column\"" : ""))
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

    private func refuseColumns() {
        for name in ["identifier_column", "identifier_type_column", "delimiter", "types"] where block.has(name) {
            block.report(name, "goes with \"format: csv\" only")
        }
    }

    private func csv() -> CSVFormat? {
        var format = CSVFormat(
            identifierColumn: block.text("identifier_column"),
            identifierTypeColumn: block.text("identifier_type_column"))
        if block.has("types"), let types = block.block("types") {
            for member in types.members {
                format.types[member.name] = types.choice(member.name, CSVFormat.ColumnType.self)
            }
        }
        guard let delimiter = delimiter() else { return nil }
        format.delimiter = delimiter
        return format
    }

    /// White space counts here: a tab may be written as such.
    private func delimiter() -> Character? {
        guard block.has("delimiter"), let node = block.node("delimiter") else { return "," }
        let text = node.text?.value ?? ""
        if text.count == 1, let delimiter = text.first, CSVFormat.isDelimiter(delimiter) { return delimiter }
        block.report(
            "delimiter", "must be one character that is no letter, digit or quotation mark, such as \";\" or \"\\t\"")
        return nil
    }
}
