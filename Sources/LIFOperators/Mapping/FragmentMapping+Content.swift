import LIFJSON
import LIFModel
import LIFWorkflow

extension FragmentMapping {
    /// A column that a field is read from and a table does not have; of several that a field may come from, one must be
    /// there.
    func missingColumn(of columns: [String]) -> String? {
        // What `from` leads to is no row.
        guard from.query == nil, from.segments.isEmpty else { return nil }
        return Self.missingColumn(fields ?? [], of: columns)
    }

    private static func missingColumn(_ fields: [Field], of columns: [String]) -> String? {
        for field in fields {
            switch field.source {
            case .constant: continue
            case .paths(let paths):
                if let name = missingColumn(paths, of: columns) { return name }
            case .items(let from, _, _):
                if let name = missingColumn([from], of: columns) { return name }
            case .object(let fields, _):
                if let name = missingColumn(fields, of: columns) { return name }
            }
        }
        return nil
    }

    private static func missingColumn(_ paths: [AnswerPath], of columns: [String]) -> String? {
        guard !paths.contains(where: \.isAbsolute) else { return nil }
        let names = paths.compactMap(\.segments.first)
        return names.contains(where: columns.contains) ? nil : names.first
    }

    /// What becomes of the data, and which of the mapping's paths found nothing although there was something to look at.
    ///
    /// - Returns: No content when there is no data. An item of which the source has none of the named members is no data,
    ///   whatever constants would stand beside them.
    ///
    /// - Throws: `CancellationError`, so that a time-out holds however many items there are; `OperatorException` with reason
    ///   `invalid-answer` when a JSONPath takes too much work.
    func content(
        of data: RawJSON, lookup: inout AnswerLookup
    ) throws -> (content: FragmentContent?, unmatched: [UnmatchedTarget]) {
        try Task.checkCancellation()
        let target = path.description
        let found = try lookup.find(from, from: data)
        guard case .value(let value) = found else {
            if case .absent = found { return (nil, [UnmatchedTarget(target, [from])]) }
            return (nil, [])
        }
        guard let fields else { return (FragmentContent(member: value), []) }
        var mapper = ItemMapper(lookup: lookup)
        var matches = fields.map(FieldMatch.init)
        let items = try mapper.items(of: value, isOneOfMany: false, fields, &matches)
        lookup = mapper.lookup
        return (items.isEmpty ? nil : FragmentContent(items), FieldMatch.unmatched(fields, matches, below: target))
    }
}
