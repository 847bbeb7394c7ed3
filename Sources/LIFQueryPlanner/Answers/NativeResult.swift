import LIFJSON
import LIFModel

/// Writes a native result (`application/vnd.lif.result+json`), piece by piece: the head, records, parts, the end. `items` and
/// `duration_ms` are there for people.
struct NativeResult {
    private var separator = ""

    /// - Parameter correlationID: `nil` where the answer cannot be asked for again.
    func head(correlationID: RandomID?, mayKnowLearner: Bool) -> ArraySlice<UInt8> {
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("correlation_id", correlationID?.text)
            writer.member("learner_known", mayKnowLearner)
        }
        return writer.bytes.dropLast() + Array(",\"records\":[".utf8)
    }

    mutating func records(_ records: [LIFRecord]) -> ArraySlice<UInt8> { piece(records) { $0.json.bytes } }

    /// Between the records and the parts.
    mutating func startParts() -> ArraySlice<UInt8> {
        separator = ""
        return Array("],\"parts\":[".utf8)[...]
    }

    mutating func parts(_ parts: [AnswerPart]) -> ArraySlice<UInt8> {
        piece(parts) { part in
            var writer = JSONWriter()
            writer.value(part)
            return writer.bytes[...]
        }
    }

    var end: ArraySlice<UInt8> { Array("]}".utf8)[...] }

    private mutating func piece<Item>(_ items: [Item], _ bytes: (Item) -> ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var piece: [UInt8] = []
        for item in items {
            piece += separator.utf8
            piece += bytes(item)
            separator = ","
        }
        return piece[...]
    }
}
