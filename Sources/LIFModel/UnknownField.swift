/// What is wrong with a selected field that names nothing. A field is the caller's own word about the data model, not a
/// learner's value; still, a long one is not repeated.
enum UnknownField {
    /// How many names a sentence lists when none is near.
    private static let maximumNames = 24

    /// - Parameters:
    ///   - below: The canonical names from `Person` to where it is not known.
    ///   - known: The names that are known there.
    static func error(_ name: String, below: [String], known: [String]) -> LIFError {
        let parent = (["Person"] + below).joined(separator: ".")
        let shown = name.utf8.count <= 64 ? "\"\(parent).\(name)\"" : "A selected field"
        let near = NearestNames.to(name, among: known).map { "\(parent).\($0)" }
        let hint: String
        if near.isEmpty {
            let names = known.prefix(maximumNames).map { "\(parent).\($0)" }.joined(separator: ", ")
            let more = known.count - maximumNames
            hint = "Known are \(names)\(more > 0 ? " and \(more) more" : "")."
        } else {
            hint = "Did you mean \(near.joined(separator: ", "))?"
        }
        return LIFError(
            .learnerDataNotFound, "\(shown) is known neither to the data model nor to a configured source. \(hint)")
    }

    /// A text that is no path below `Person`.
    static func unreadable(_ text: String, _ catalogue: SourceCatalogue) -> LIFError {
        var names = text.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        if names.first == "$" { names.removeFirst() }
        if let root = names.first, !names.contains(""), !LIFName.matches(root, "Person") {
            let meant = catalogue.resolve(entity: root).map { " Did you mean \"\($0)\"?" } ?? ""
            return LIFError(
                .learnerDataNotFound,
                "A selected field does not start at \"Person\": records of other roots are not served.\(meant)")
        }
        return LIFError(
            .queryNotValid, "A selected field is not a dot path from \"Person\", such as \"Person.CredentialAward\".")
    }
}
