import Foundation
import GRDB
import LIFJSON

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

    func date(_ index: Int) -> Date? {
        (self[index] as Double?).map(Date.init(timeIntervalSinceReferenceDate:))
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

extension RawJSON {
    /// For a BLOB column.
    var data: Data { Data(bytes) }
}
