/// Where a folder of JSON or CSV files lies and how they become fragments (adapter `file`).
public struct FileConfiguration: Sendable, Hashable {
    /// The folder's path. What it leads to may be a symbolic link; files inside may not lead out of it.
    public var folder: String
    /// The name of the file that holds a learner, or of the one that holds everybody.
    public var name: FileNameTemplate
    /// How the files' tables are read; `nil` for JSON documents.
    public var csv: CSVFormat?
    /// What becomes of a document. Of a table, the learner's rows are an array of objects with a member for each column.
    public var answer: AnswerMapping
    /// Bytes that one file may have; a longer one fails with reason `answer-too-large`. A table that holds everybody is
    /// kept in memory, at most this much of it and an index.
    public var maximumFileBytes: Int

    /// By default files are JSON documents of 64 MiB at most, each of them a LIF record.
    public init(
        folder: String, name: FileNameTemplate, csv: CSVFormat? = nil, answer: AnswerMapping = AnswerMapping(),
        maximumFileBytes: Int = 64 << 20
    ) {
        self.folder = folder
        self.name = name
        self.csv = csv
        self.answer = answer
        self.maximumFileBytes = maximumFileBytes
    }

    /// Whether a learner is named at all: by the file's name or by a column. An operator of a configuration that names
    /// none fetches nothing, for it would give everybody's data to each.
    public var namesLearner: Bool { name.namesLearner || csv?.identifierColumn != nil }

    /// Whether the type of an identifier counts: else two learners with the same number of two types are one here.
    public var namesIdentifierType: Bool { name.namesType || csv?.identifierTypeColumn != nil }
}

/// How a CSV file (RFC 4180, UTF-8) is read. Its first record names the columns.
public struct CSVFormat: Sendable, Hashable {
    /// How the text of a column is read, where it is no string. An empty value is left out, whatever its column's type.
    public enum ColumnType: String, Sendable, Hashable, CaseIterable {
        /// Written as JSON numbers are.
        case number
        /// `true` or `false`, `yes` or `no`, `1` or `0`, in any case.
        case boolean
    }

    /// The column with the learner's identifier, compared to the byte; `nil` when each learner has a file.
    public var identifierColumn: String?
    /// The column with the type of the identifier, compared as a token; `nil` when the identifiers are of one type.
    public var identifierTypeColumn: String?
    /// One ASCII character, no letter or digit.
    public var delimiter: Character
    /// Columns whose values are no strings. A value that is not of its type is an invalid answer.
    public var types: [String: ColumnType]

    /// By default columns are separated by commas and hold strings, and each learner has a file.
    public init(
        identifierColumn: String? = nil, identifierTypeColumn: String? = nil, delimiter: Character = ",",
        types: [String: ColumnType] = [:]
    ) {
        self.identifierColumn = identifierColumn
        self.identifierTypeColumn = identifierTypeColumn
        self.delimiter = delimiter
        self.types = types
    }

    /// Whether a character can separate columns.
    public static func isDelimiter(_ character: Character) -> Bool {
        guard let byte = character.asciiValue else { return false }
        return (byte >= 0x20 || byte == 0x09) && byte != 0x7F && character != "\"" && !character.isLetter
            && !character.isNumber
    }
}
