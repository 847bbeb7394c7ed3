import LIFModel

/// Splits a text that comes in pieces into its records: lines, where a line break inside quotation marks belongs to a
/// record if the format has such. Blank lines are none. It holds one record and one piece at most.
struct ImportRecords {
    /// A record and the number of its first line.
    struct Record {
        let number: Int
        let bytes: ArraySlice<UInt8>
    }

    /// Of one record, without its line end and a byte order mark before it.
    static let maximumBytes = 65_536
    private static let aroundBytes = 4

    private let hasQuotes: Bool
    private var rest: [UInt8] = []
    /// How much of `rest` was looked at.
    private var scanned = 0
    private var isQuoted = false
    private var line = 1
    private var firstLine = 1
    private var isAtStart = true

    init(hasQuotes: Bool) { self.hasQuotes = hasQuotes }

    /// The records that a piece completes.
    ///
    /// - Throws: `LIFError` `IdentityMappingNotValid` when a record is too long.
    mutating func take(_ piece: [UInt8]) throws(LIFError) -> [Record] {
        let text = rest + piece
        var records: [Record] = []
        var start = 0
        for index in scanned..<text.count {
            switch text[index] {
            case UInt8(ascii: "\"") where hasQuotes: isQuoted.toggle()
            case UInt8(ascii: "\n"):
                line += 1
                if isQuoted { continue }
                try add(text[start..<index], to: &records)
                start = index + 1
                firstLine = line
            default: break
            }
        }
        guard text.count - start <= Self.maximumBytes + Self.aroundBytes else { throw tooLong }
        rest = Array(text[start...])
        scanned = rest.count
        return records
    }

    /// What is left after the last line break.
    ///
    /// - Throws: `LIFError` `IdentityMappingNotValid` when a quotation mark is not closed.
    mutating func finish() throws(LIFError) -> [Record] {
        if isQuoted {
            throw LIFError(
                .identityMappingNotValid,
                "Nothing was imported: a quotation mark in the record that begins at line \(firstLine) is not closed.")
        }
        var records: [Record] = []
        try add(rest[...], to: &records)
        rest = []
        scanned = 0
        return records
    }

    private mutating func add(_ bytes: ArraySlice<UInt8>, to records: inout [Record]) throws(LIFError) {
        var bytes = bytes
        // A byte order mark.
        if isAtStart, bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes.removeFirst(3) }
        isAtStart = false
        if bytes.last == UInt8(ascii: "\r") { bytes.removeLast() }
        guard bytes.count <= Self.maximumBytes else { throw tooLong }
        if bytes.contains(where: { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "\t") }) {
            records.append(Record(number: firstLine, bytes: bytes))
        }
    }

    private var tooLong: LIFError {
        LIFError(
            .identityMappingNotValid,
            "Nothing was imported: the record that begins at line \(firstLine) is longer than \(Self.maximumBytes) bytes. "
                + "Is a quotation mark not closed, or is the file of another format?")
    }
}
