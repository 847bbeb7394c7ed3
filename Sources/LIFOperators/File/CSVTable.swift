import LIFJSON
import LIFModel

/// One CSV file in memory, with an index by identifier. Its fields are read again when a learner's rows are asked for.
struct CSVTable: Sendable {
    private let format: CSVFormat
    private let bytes: [UInt8]
    let columns: [String]
    /// Where the rows of an identifier stand; `nil` when all rows are one learner's.
    private let index: [[UInt8]: [Range<Int>]]?
    private let allRows: [Range<Int>]

    /// - Parameter checkCancellation: Called now and then.
    /// - Throws: `OperatorException` with reason `invalid-answer`; what `checkCancellation` throws.
    init(_ text: [UInt8], format: CSVFormat, checkCancellation: () throws -> Void) throws {
        let bytes = text.withoutByteOrderMark
        let fields = CSVFields(delimiter: format.delimiter)
        var records = CSVRecords(bytes)
        guard let header = try records.next(), let columns = try fields.fields(of: [bytes[header]]).first else {
            throw Self.invalid("is empty; its first line must name the columns")
        }
        let named = columns.filter { !$0.isEmpty }
        guard Set(named).count == named.count else { throw Self.invalid("names a column twice") }
        let identifier = try Self.position(of: format.identifierColumn, in: columns)
        _ = try Self.position(of: format.identifierTypeColumn, in: columns)
        var index: [[UInt8]: [Range<Int>]] = [:]
        var allRows: [Range<Int>] = []
        var number = 1
        while true {
            try checkCancellation()
            var chunk: [Range<Int>] = []
            while chunk.count < Self.recordsAtOnce, let record = try records.next() { chunk.append(record) }
            if chunk.isEmpty { break }
            let rows = try fields.fields(of: chunk.map { bytes[$0] })
            for (range, row) in zip(chunk, rows) {
                number += 1
                guard row.count == columns.count else { throw Self.ragged(number, row.count, columns.count) }
                if let identifier {
                    index[Array(row[identifier].utf8), default: []].append(range)
                } else {
                    allRows.append(range)
                }
            }
        }
        self.format = format
        self.bytes = bytes
        self.columns = columns
        self.index = identifier == nil ? nil : index
        self.allRows = allRows
    }

    private static func ragged(_ number: Int, _ found: Int, _ expected: Int) -> LIFError {
        invalid("has \(found) fields in record \(number), but names \(expected) columns in record 1")
    }

    private static let recordsAtOnce = 512

    /// Bytes that it takes up in memory, without the index.
    var byteCount: Int { bytes.count }

    /// A learner's rows, as an array of objects with a member for each column that has a value.
    ///
    /// - Returns: An empty array when there are none.
    /// - Throws: `OperatorException` with reason `invalid-answer` when a value is not of its column's type.
    func rows(of learner: LearnerIdentifier) throws(LIFError) -> RawJSON {
        let ranges = index.map { $0[Array(learner.identifier.utf8)] ?? [] } ?? allRows
        let rows = try CSVFields(delimiter: format.delimiter).fields(of: ranges.map { bytes[$0] })
        let type = format.identifierTypeColumn.flatMap(columns.firstIndex(of:))
        var values: [RawJSON] = []
        for row in rows where type.map({ LearnerIdentifier.token(row[$0]) == learner.typeToken }) ?? true {
            values.append(try object(row))
        }
        var writer = JSONWriter(reservingCapacity: values.reduce(2) { $0 + $1.bytes.count + 1 })
        writer.array { writer in
            for value in values { writer.value(value) }
        }
        return writer.raw
    }

    private func object(_ row: [String]) throws(LIFError) -> RawJSON {
        var members: [(name: String, value: JSONValue)] = []
        for (column, text) in zip(columns, row) where !column.isEmpty && !text.isEmpty {
            guard let value = Self.value(text, format.types[column]) else {
                throw Self.invalid(
                    "has a value in column \"\(column)\" that is no \(format.types[column]?.rawValue ?? "")")
            }
            members.append((column, value))
        }
        var writer = JSONWriter()
        writer.object { writer in
            for member in members { writer.member(member.name, member.value) }
        }
        return writer.raw
    }

    private static func value(_ text: String, _ type: CSVFormat.ColumnType?) -> JSONValue? {
        switch type {
        case nil: return .string(text)
        case .number:
            guard let value = try? JSONParser.parse(text), value.number != nil else { return nil }
            return value
        case .boolean:
            switch text.lowercased() {
            case "true", "yes", "1": return true
            case "false", "no", "0": return false
            default: return nil
            }
        }
    }

    private static func position(of column: String?, in columns: [String]) throws(LIFError) -> Int? {
        guard let column else { return nil }
        guard let position = columns.firstIndex(of: column) else {
            throw invalid("has no column \"\(column)\", which this source names")
        }
        return position
    }

    static func invalid(_ what: String) -> LIFError {
        .source(.invalidAnswer, "The CSV file of this source \(what).")
    }
}
