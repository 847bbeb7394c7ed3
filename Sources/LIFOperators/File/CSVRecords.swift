import LIFModel
import SwiftCSV

/// The records of a CSV text as ranges of its bytes. Line breaks inside quotation marks belong to a record; blank lines
/// are none.
struct CSVRecords {
    private let bytes: [UInt8]
    private var index = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// - Throws: `OperatorException` with reason `invalid-answer` when a quotation mark is not closed.
    mutating func next() throws(LIFError) -> Range<Int>? {
        while index < bytes.count {
            let start = index
            var isQuoted = false
            var isBlank = true
            while index < bytes.count {
                let byte = bytes[index]
                if byte == UInt8(ascii: "\"") {
                    isQuoted.toggle()
                } else if !isQuoted, byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") {
                    break
                }
                if byte != UInt8(ascii: " ") { isBlank = false }
                index += 1
            }
            if isQuoted { throw CSVTable.invalid("has a quotation mark that is not closed") }
            let end = index
            index += 1
            if !isBlank { return start..<end }
        }
        return nil
    }
}

/// Splits records into fields.
struct CSVFields {
    let delimiter: Character

    /// The fields of each record.
    ///
    /// - Parameter records: The records, each as `CSVRecords` gives it.
    /// - Throws: `OperatorException` with reason `invalid-answer`.
    func fields(of records: [ArraySlice<UInt8>]) throws(LIFError) -> [[String]] {
        guard !records.isEmpty else { return [] }
        var text: [UInt8] = []
        text.reserveCapacity(records.reduce(0) { $0 + $1.count + 1 })
        for record in records {
            text += record
            // The last record too: without it the parser drops an empty last field.
            text.append(UInt8(ascii: "\n"))
        }
        guard let text = String(validating: text, as: UTF8.self) else { throw CSVTable.invalid("is not UTF-8") }
        var rows: [[String]] = []
        rows.reserveCapacity(records.count)
        do {
            // No row is read but the first, which the parser takes for a header; all of them are read by the second call.
            let csv = try EnumeratedCSV(
                string: text, delimiter: .character(delimiter), loadColumns: false, rowLimit: 0)
            try csv.enumerateAsArray(startAt: 0, rowLimit: nil) { rows.append($0) }
        } catch {
            throw CSVTable.invalid("has a quotation mark inside a field that is not quoted as RFC 4180 says")
        }
        guard rows.count == records.count else {
            throw CSVTable.invalid("has a line break inside a field that is not quoted")
        }
        return rows
    }
}
