import Foundation
import GRDB
import LIFJSON
import LIFModel

extension Row {
    /// The bytes of a BLOB, copied once; `nil` for NULL.
    func bytes(_ index: Int) throws -> [UInt8]? {
        try withUnsafeData(atIndex: index) { $0.map(Array.init) }
    }

    /// The value of JSON that this store wrote, whatever its size.
    ///
    /// - Throws: `JSONError`; what is deeper than `JSONLimits.greatestDepth` is damaged: no plan and no query is.
    func json(_ index: Int) throws -> JSONValue {
        try JSONParser.parse(try bytes(index) ?? [], limits: JSONLimits(maximumBytes: .max))
    }

    /// A time that calendars have, whatever a damaged store holds: arithmetic on it cannot overflow.
    func date(_ index: Int) -> Date? {
        (self[index] as Double?).map { Date(timeIntervalSinceReferenceDate: $0).inCalendar }
    }

    func duration(_ index: Int) -> Duration { .nanoseconds((self[index] as Int64?) ?? 0) }

    func id(_ index: Int) -> RandomID? { (self[index] as String?).flatMap { RandomID($0) } }

    /// A failure of three columns: reason, message, attempts. `nil` when there is no reason.
    func failure(_ first: Int) -> Failure? {
        // A newer version may know more reasons.
        (self[first] as String?).map { reason in
            Failure(
                Failure.Reason(rawValue: reason) ?? .internal, (self[first + 1] as String?) ?? "",
                attempts: self[first + 2])
        }
    }

    /// The names of a JSON array that this store wrote; none for NULL.
    ///
    /// - Throws: `JSONError`.
    func names(_ index: Int) throws -> [String] {
        guard let text = self[index] as String? else { return [] }
        let value = try JSONParser.parse(Array(text.utf8), limits: JSONLimits(maximumBytes: .max))
        return (value.array ?? []).compactMap(\.string)
    }

    /// The bytes of a JSON array that this store wrote: it was checked and minified then, so only its ends are looked at.
    func array(_ index: Int, of what: String) throws -> RawJSON? {
        guard let bytes = try bytes(index) else { return nil }
        guard bytes.count >= 2, bytes.first == UInt8(ascii: "["), bytes.last == UInt8(ascii: "]") else {
            throw StorageFault.damaged(what)
        }
        return RawJSON(unchecked: bytes[...])
    }
}

extension [String] {
    /// For a TEXT column: a JSON array; NULL when there are none.
    var column: String? { isEmpty ? nil : RawJSON(.array(map { .string($0) })).text }
}

extension RawJSON {
    /// For a BLOB column.
    var data: Data { Data(bytes) }
}

extension Date {
    /// For a REAL column.
    var column: Double { timeIntervalSinceReferenceDate }
}

extension Failure? {
    /// The three columns that `Row.failure(_:)` reads.
    var columns: StatementArguments { [self?.reason.rawValue, self?.message, self?.attempts] }
}

extension Collection<RandomID> {
    /// A JSON array of the ids, for `json_each`.
    var json: String { "[" + map { "\"\($0.text)\"" }.joined(separator: ",") + "]" }
}

extension LearnerIdentifier {
    /// The identifier for a BLOB column: SQLite ends a text at its first NUL.
    var column: Data { Data(identifier.utf8) }
}
