import LIFModel
import LIFQueryPlanner

/// The `LIF-Missing` header of a compatible answer: a list of strings with parameters (RFC 9651), one member for each
/// pair that is missing or stale: `"Person.Name";source=org2;reason=timeout`.
///
/// It has at most `maximumBytes`: proxies and clients take only so much. What does not fit is counted in a last member:
/// `"Person";more=12`.
enum MissingHeader {
    static let maximumBytes = 4_096
    /// What the last member may need, with the separator before it.
    private static let reservedBytes = 40

    /// The header does not name learners, so what is missing of several stands there once.
    private struct Kind: Hashable {
        let path: FragmentPath
        let sourceID: String
        let reason: String
        let isStale: Bool

        init(_ gap: AnswerPart) {
            path = gap.path
            sourceID = gap.sourceID
            reason = gap.reason ?? "unknown"
            isStale = gap.outcome == .stale
        }

        var member: String {
            "\(string(path.description));source=\(bare(sourceID));reason=\(reason)" + (isStale ? ";stale" : "")
        }
    }

    /// - Returns: `nil` when nothing is missing.
    static func value(_ gaps: [AnswerPart]) -> String? {
        if gaps.isEmpty { return nil }
        var seen: Set<Kind> = []
        var value = ""
        var leftOut = 0
        for kind in gaps.lazy.map({ Kind($0) }) where seen.insert(kind).inserted {
            // After the first that does not fit none is taken: those that stand there are the first ones.
            let member = leftOut == 0 ? (value.isEmpty ? "" : ", ") + kind.member : ""
            if leftOut > 0 || value.utf8.count + member.utf8.count > maximumBytes - reservedBytes {
                leftOut += 1
            } else {
                value += member
            }
        }
        if leftOut > 0 { value += (value.isEmpty ? "" : ", ") + "\"Person\";more=\(leftOut)" }
        return value
    }

    /// A token where the text is one, else a string.
    private static func bare(_ text: String) -> String {
        guard let first = text.utf8.first, isAlpha(first) || first == UInt8(ascii: "*") else { return string(text) }
        let others = Array("!#$%&'*+-.^_`|~:/".utf8)
        let isToken = text.utf8.allSatisfy {
            isAlpha($0) || ($0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9")) || others.contains($0)
        }
        return isToken ? text : string(text)
    }

    /// Strings hold printable ASCII; anything else has no place in a header and becomes `?`.
    private static func string(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": result += "\\\(scalar)"
            case " "..."~": result.unicodeScalars.append(scalar)
            default: result += "?"
            }
        }
        return result + "\""
    }

    private static func isAlpha(_ byte: UInt8) -> Bool {
        byte | 0x20 >= UInt8(ascii: "a") && byte | 0x20 <= UInt8(ascii: "z")
    }
}
