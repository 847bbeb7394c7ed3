import LIFJSON
import LIFModel

/// Cuts what a command writes into JSON objects, each as soon as its last bracket is there: one document over many
/// lines, or one object per line.
struct CommandAnswerFrames {
    private var pending: [UInt8] = []
    private var depth = 0
    private var isInString = false
    private var isEscaped = false

    /// Whether an object has begun that has not ended.
    var isInsideObject: Bool { depth > 0 }

    /// How much there is of it.
    var pendingBytes: Int { pending.count }

    /// - Returns: The objects that are complete now, as they were written; that they are JSON is not checked.
    ///
    /// - Throws: `OperatorException` with reason `invalid-answer`: there is something else than objects and white space.
    mutating func take(_ bytes: [UInt8]) throws(LIFError) -> [[UInt8]] {
        var complete: [[UInt8]] = []
        var start = 0
        for index in bytes.indices {
            let byte = bytes[index]
            if depth == 0 {
                switch byte {
                case UInt8(ascii: "{"):
                    start = index
                    depth = 1
                case 0x20, 0x09, 0x0A, 0x0D: break
                default: throw CommandFailure.invalid("The command wrote something else than JSON objects.")
                }
            } else if isInString {
                if isEscaped {
                    isEscaped = false
                } else if byte == UInt8(ascii: "\\") {
                    isEscaped = true
                } else if byte == UInt8(ascii: "\"") {
                    isInString = false
                }
            } else {
                switch byte {
                case UInt8(ascii: "\""): isInString = true
                case UInt8(ascii: "{"), UInt8(ascii: "["):
                    depth += 1
                    if depth > JSONLimits.greatestDepth {
                        throw CommandFailure.tooDeep(limit: JSONLimits.greatestDepth)
                    }
                case UInt8(ascii: "}"), UInt8(ascii: "]"):
                    depth -= 1
                    if depth == 0 {
                        complete.append(pending + bytes[start...index])
                        pending = []
                    }
                default: break
                }
            }
        }
        if depth > 0 { pending.append(contentsOf: bytes[start...]) }
        return complete
    }
}
