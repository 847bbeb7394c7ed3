import JSONPath
public import LIFModel

extension LIFQuery {
    /// The query in the JSONPath form, as `init(jsonPath:)` reads it.
    ///
    /// - Returns: `nil` for what one JSONPath cannot say: no learner, a field that is no path from `Person`, or several
    ///   fields that differ in more than their last name.
    public var jsonPath: String? {
        guard !learners.isEmpty, let fields = fieldsText else { return nil }
        let pairs = learners.map { learner in
            let identifier = NormalizedPath.quoted(learner.identifier)
            let type = NormalizedPath.quoted(learner.identifierType)
            return "@.identifier==\(identifier) && @.identifierType==\(type)"
        }
        return "$.Person[?@.Identifier[?\(pairs.joined(separator: " || "))]]\(fields)"
    }

    private var fieldsText: String? {
        var paths: [[String]] = []
        for field in selectedFields {
            guard let path = FieldPath(parsing: field) else { return nil }
            if !path.segments.isEmpty { paths.append(path.segments) }
        }
        guard let first = paths.first else { return "" }
        let parents = first.dropLast()
        let isOnePath = paths.allSatisfy { path in
            path.count == first.count && zip(path, parents).allSatisfy { $0.utf8.elementsEqual($1.utf8) }
        }
        guard isOnePath else { return nil }
        let names = paths.compactMap { $0.last.map(NormalizedPath.quoted) }.joined(separator: ",")
        return parents.map { "[\(NormalizedPath.quoted($0))]" }.joined() + "[\(names)]"
    }
}
