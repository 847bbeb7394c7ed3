import Foundation
import GRDB
import LIFJSON
import LIFModel

/// The rows of one query, written as a JSON array of objects. NULLs are left out, numbers stay numbers, and a BLOB
/// stands in base64.
struct SQLRows {
    private let jsonColumns: Set<String>
    private let maximumRows: Int
    private let maximumBytes: Int
    private var rows: [RawJSON] = []
    private(set) var byteCount = 0
    private var rowCount = 0

    init(jsonColumns: Set<String>, maximumRows: Int, maximumBytes: Int) {
        self.jsonColumns = jsonColumns
        self.maximumRows = maximumRows
        self.maximumBytes = maximumBytes
    }

    /// Whether the query gave no row.
    var isEmpty: Bool { rowCount == 0 }

    var json: RawJSON {
        var writer = JSONWriter(reservingCapacity: byteCount + 2)
        writer.array { writer in
            for row in rows { writer.value(row) }
        }
        return writer.raw
    }

    /// - Throws: `OperatorException` with reason `answer-too-large`, or `invalid-answer` for a value that JSON does not
    ///   have.
    mutating func append(_ row: Row) throws(LIFError) {
        rowCount += 1
        guard rowCount <= maximumRows else {
            throw LIFError.source(
                .answerTooLarge, "A query of this source gives more than the \(maximumRows) rows that are allowed.")
        }
        var writer = JSONWriter()
        var failure: LIFError?
        writer.object { writer in
            for (column, value) in row {
                do throws(LIFError) {
                    guard let value = try json(value, column: column) else { continue }
                    writer.member(column, value)
                } catch {
                    failure = failure ?? error
                }
            }
        }
        if let failure { throw failure }
        byteCount += writer.bytes.count + 1
        guard byteCount <= maximumBytes else {
            throw LIFError.source(
                .answerTooLarge,
                "The rows of this source are larger than the \(maximumBytes) bytes that are left of "
                    + "what is allowed.")
        }
        // A row in which everything is NULL says that the learner is known, and no more.
        if writer.bytes.count > 2 { rows.append(writer.raw) }
    }

    private func json(_ value: DatabaseValue, column: String) throws(LIFError) -> RawJSON? {
        switch value.storage {
        case .null: return nil
        case .int64(let number): return RawJSON(.number(JSONNumber(Int(number))))
        case .double(let number):
            guard number.isFinite else {
                throw Self.invalid(column, "that is a number without end, which JSON does not have")
            }
            return try text(number.description, column: column)
        case .string(let text):
            guard jsonColumns.contains(column) else { return RawJSON(.string(text)) }
            return try self.text(text, column: column)
        case .blob(let data): return RawJSON(.string(data.base64EncodedString()))
        }
    }

    private func text(_ text: String, column: String) throws(LIFError) -> RawJSON? {
        do throws(LIFError) {
            let value = try RawJSON(answer: Array(text.utf8), maximumBytes: maximumBytes)
            return value.isNull ? nil : value
        } catch {
            throw Self.invalid(column, "that is not valid JSON, or nested too deep")
        }
    }

    private static func invalid(_ column: String, _ what: String) -> LIFError {
        .source(.invalidAnswer, "A query of this source gives a value in column \"\(column)\" \(what).")
    }
}
