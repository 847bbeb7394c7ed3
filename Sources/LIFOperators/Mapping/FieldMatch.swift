import LIFWorkflow

/// Whether the paths of one field have found their place in any of the items.
struct FieldMatch {
    private var isAsked = false
    private var isMatched = false
    /// Of the fields inside.
    var fields: [FieldMatch]

    init(_ field: FragmentMapping.Field) {
        switch field.source {
        case .paths, .constant: fields = []
        case .object(let inner, _), .items(_, let inner, _): fields = inner.map(FieldMatch.init)
        }
    }

    /// A member that is `null` is one that the path means.
    mutating func note(_ found: AnswerLookup.Found) {
        switch found {
        case .value, .null: isMatched = true
        case .absent: isAsked = true
        case .nothing, .beyond: break
        }
    }

    private var isUnmatched: Bool { isAsked && !isMatched }

    /// The fields that were looked for and not found in any item, in the mapping's order.
    static func unmatched(
        _ fields: [FragmentMapping.Field], _ matches: [FieldMatch], below target: String
    ) -> [UnmatchedTarget] {
        zip(fields, matches).flatMap { field, match -> [UnmatchedTarget] in
            let name = "\(target).\(field.name)"
            switch field.source {
            case .constant: return []
            case .paths(let paths): return match.isUnmatched ? [UnmatchedTarget(name, paths)] : []
            case .object(let inner, _): return unmatched(inner, match.fields, below: name)
            case .items(let from, let inner, _):
                return match.isUnmatched
                    ? [UnmatchedTarget(name, [from])] : unmatched(inner, match.fields, below: name)
            }
        }
    }
}

extension UnmatchedTarget {
    init(_ target: String, _ paths: [AnswerPath]) {
        self.init(target: target, paths: paths.map { $0.description.isEmpty ? "@" : $0.description })
    }
}
