package import LIFJSON
import LIFModel

/// What becomes of the members of a query in the filter form that are not known. Pure.
///
/// Deployed planners ignore them, and callers send some of their own. A misspelt `selected_fields` is not ignored: where
/// nothing else selects fields the answer would be the whole record, so that more is taken for one there.
package enum QueryMembers {
    /// How many may be ignored.
    static let maximumIgnored = 64
    private static let known = ["filter", "selected_fields", "query"]
    /// Longer names are not misspellings, and are not logged.
    private static let maximumNameBytes = 64

    /// - Throws: `LIFError` `QueryNotValid` for a member that looks like one that is known, and for too many.
    static func check(_ root: JSONObject) throws(LIFError) {
        let unknown = unknown(in: root)
        if unknown.count > maximumIgnored {
            throw LIFError(
                .queryNotValid, "The query has more than \(maximumIgnored) unknown members. Leave them out.",
                isShapeError: true)
        }
        let selects = root["selected_fields"]?.array?.isEmpty == false
        for name in unknown {
            guard let meant = meant(by: name, besideFields: selects) else { continue }
            throw LIFError(
                .queryNotValid,
                "The query has an unknown member that looks like \"\(meant)\". Write \"\(meant)\", or leave the "
                    + "member out.",
                isShapeError: true)
        }
    }

    /// The members of a document in the filter form that are ignored, for a log; empty for other documents.
    ///
    /// - Returns: At most eight names, and how many more there are. A name that may be a value is only counted.
    package static func ignored(in document: JSONValue) -> String {
        let unknown = document.object.map(unknown) ?? []
        let told = unknown.filter(isName).prefix(8)
        let more = unknown.count - told.count
        return (told + (more > 0 ? ["\(more) more"] : [])).joined(separator: ", ")
    }

    private static func unknown(in root: JSONObject) -> [String] {
        root.members.filter { !$0.value.isNull && !known.contains($0.name) }.map(\.name)
    }

    /// The known member that a name is a misspelling of: the same except for case and punctuation, or a mistake per six
    /// letters; and where no fields are selected, any name that may have been meant to.
    static func meant(by name: String, besideFields: Bool) -> String? {
        guard name.utf8.count <= maximumNameBytes else { return nil }
        let plain = letters(of: name)
        if let near = known.first(where: { isNear(plain, letters(of: $0)) }) { return near }
        return !besideFields && maySelect(plain) ? "selected_fields" : nil
    }

    /// Whether a name speaks of fields or a selection, or has four mistakes or fewer.
    private static func maySelect(_ plain: String) -> Bool {
        if ["field", "fld", "select"].contains(where: plain.contains) { return true }
        return ["selectedfields", "selectfields"].contains { isNear(plain, $0, limit: 4) }
            || ["fields", "select", "selection"].contains { isNear(plain, $0, limit: 1) }
    }

    private static func isNear(_ asked: String, _ known: String) -> Bool {
        isNear(asked, known, limit: max(1, known.count / 6))
    }

    private static func isNear(_ asked: String, _ known: String, limit: Int) -> Bool {
        guard abs(asked.count - known.count) <= limit else { return false }
        return NearestNames.distance(asked, known) <= limit
    }

    private static func letters(of name: String) -> String {
        name.lowercased().filter { $0.isLetter || $0.isNumber }
    }

    /// Whether it is a name as programmers give them. One with digits may be a learner's identifier.
    private static func isName(_ text: String) -> Bool {
        text.utf8.count <= maximumNameBytes && text.allSatisfy { $0.isASCII && ($0.isLetter || "_-".contains($0)) }
    }
}
