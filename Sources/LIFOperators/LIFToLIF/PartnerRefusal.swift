import LIFJSON
import LIFModel

/// The fields that a partner has refused a query for, as its validation errors show. Pure.
///
/// Where an error is comes from its `locations`: the query has a word a line. Of a service that gives none, what it says is
/// read: all write the field's name, and most that of its type, between quotes.
struct PartnerRefusal {
    /// Each as the names that lead to it from the person.
    private(set) var fields: Set<[String]> = []
    /// Those of `fields` that the partner has, as objects of which fields must be selected.
    private(set) var objects: Set<[String]> = []
    /// Whether an error is about how the learner is named, not about a field.
    private(set) var isAboutVariables = false

    /// The first line of the query is not one of the words.
    private static let firstLine = 2
    private static let maximumErrors = 1_000

    /// - Parameter words: Names, with their aliases, and braces of the selection below the person, in their order.
    init(_ errors: [RawJSON], words: [String]) {
        let paths = Self.paths(of: words)
        let named = Dictionary(grouping: Set(paths.values)) { Self.key($0.last ?? "") }
        for error in errors.prefix(Self.maximumErrors) {
            let message = String((error["message"]?.string ?? "").prefix(1_024))
            let wantsSelection = Self.wantsSelection(message)
            let quoted = Self.quoted(in: message)
            let lines = Self.lines(of: error)
            // Any error may quote a field's name. What is learned here holds for all learners, so without a location only what
            // says that there is no such field counts.
            guard !lines.isEmpty || wantsSelection || Self.saysUnknown(message) || Self.isAboutVariables(message) else {
                continue
            }
            var found = Set(lines.compactMap { line in paths[line - Self.firstLine] })
            // A location may be that of a whole operation.
            if !quoted.isEmpty {
                found = found.filter { path in quoted.contains { LIFName.matches($0, path.last ?? "") } }
            }
            if found.isEmpty { found = Self.named(quoted, among: named) }
            fields.formUnion(found)
            if wantsSelection { objects.formUnion(found) }
            if found.isEmpty, Self.isAboutVariables(message) { isAboutVariables = true }
        }
    }

    /// The path of each word that is a field's name, by its place; of a field with an alias that is the alias.
    static func paths(of words: [String]) -> [Int: [String]] {
        var paths: [Int: [String]] = [:]
        var open: [String] = []
        var last = ""
        for (place, word) in words.enumerated() {
            switch word {
            case "{": open.append(last)
            case "}": open.removeLast()
            default:
                last = String(word.prefix { $0 != ":" })
                paths[place] = open + [last]
            }
        }
        return paths
    }

    private static func lines(of error: RawJSON) -> [Int] {
        (error["locations"]?.elements ?? []).prefix(8).compactMap { $0["line"].flatMap { Int($0.text) } }
    }

    /// What stands between quotes, as far as it is one word.
    private static func quoted(in message: String) -> [String] {
        var words: [String] = []
        var word: String?
        for character in message {
            if ["'", "\"", "`"].contains(character) {
                if let found = word, !found.isEmpty, found.allSatisfy({ $0.isLetter || $0.isNumber || $0 == "_" }) {
                    words.append(found)
                    word = nil
                } else {
                    word = ""
                }
            } else {
                word?.append(character)
            }
        }
        return words
    }

    /// The fields of the name that is quoted first. Of several those whose parent the type that is quoted then is named
    /// after.
    ///
    /// - Parameter paths: By `key` of their last names.
    private static func named(_ quoted: [String], among paths: [String: [[String]]]) -> Set<[String]> {
        guard let name = quoted.first else { return [] }
        let all = (paths[key(name)] ?? []).filter { LIFName.matches($0.last ?? "", name) }
        guard quoted.count > 1 else { return Set(all) }
        let type = quoted[1].lowercased()
        // The parent that stands last in the type's name is the nearest: `PersonContactEmail`.
        let ends = all.map { path in
            let parent = (path.dropLast().last ?? "person").lowercased()
            return type.ranges(of: parent).last.map { type.distance(from: type.startIndex, to: $0.upperBound) } ?? 0
        }
        guard let last = ends.max() else { return [] }
        return Set(zip(all, ends).filter { $0.1 == last }.map(\.0))
    }

    /// Equal for names that match.
    private static func key(_ name: String) -> String { name.prefix(1).lowercased() + name.dropFirst() }

    /// Words of graphql-js and those after it, graphql-java, graphql-ruby, Juniper and Hot Chocolate; also where a scalar was
    /// taken for an object.
    private static func saysUnknown(_ message: String) -> Bool {
        let message = message.lowercased()
        return [
            "cannot query field", "can't query field", "is undefined", "fieldundefined", "undefined field",
            "doesn't exist",
            "does not exist", "unknown field", "no such field", "has no field", "is not defined", "not found on type",
            "must not have a selection", "has no subfields", "can't have selections", "subselection not allowed",
        ]
        .contains { message.contains($0) }
    }

    /// All services say "variable", or name the argument.
    private static func isAboutVariables(_ message: String) -> Bool {
        message.contains("identifierType") || message.lowercased().contains("variable")
    }

    /// Words of graphql-js and those after it, graphql-java, graphql-ruby.
    private static func wantsSelection(_ message: String) -> Bool {
        ["selection of subfields", "ubselection required", "must have selections"].contains { message.contains($0) }
    }
}
