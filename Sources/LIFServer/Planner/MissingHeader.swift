import LIFModel
import LIFQueryPlanner

/// The `LIF-Missing` header of a compatible answer: a list of strings with parameters (RFC 9651), one member for each
/// pair that is missing or stale: `"Person.Name";source=org2;reason=timeout`.
enum MissingHeader {
    /// - Returns: `nil` when nothing is missing.
    static func value(_ gaps: [AnswerPart]) -> String? {
        if gaps.isEmpty { return nil }
        // The header does not name learners, so what is missing of several stands there once.
        var members: [String] = []
        for gap in gaps {
            var member = "\(string(gap.path.description));source=\(bare(gap.sourceID))"
            member += ";reason=\(gap.reason ?? "unknown")"
            if gap.outcome == .stale { member += ";stale" }
            if !members.contains(member) { members.append(member) }
        }
        return members.joined(separator: ", ")
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
