import LIFJSON
import LIFModel

extension FragmentMapping {
    /// A column that a field is read from and a table does not have; of several that a field may come from, one must be
    /// there.
    func missingColumn(of columns: [String]) -> String? {
        // What `from` leads to is no row.
        guard from.segments.isEmpty else { return nil }
        for field in fields ?? [] {
            guard case .paths(let paths) = field.source, !paths.contains(where: \.isAbsolute) else { continue }
            let names = paths.compactMap(\.segments.first)
            if let name = names.first, !names.contains(where: columns.contains) { return name }
        }
        return nil
    }

    /// - Returns: `nil` when there is no data. An item of which the source has none of the named members is no data,
    ///   whatever constants would stand beside them.
    ///
    /// - Throws: `CancellationError`, so that a time-out holds however many items there are.
    func content(of data: RawJSON, lookup: inout AnswerLookup) throws -> FragmentContent? {
        try Task.checkCancellation()
        guard let value = lookup.value(at: from, from: data) else { return nil }
        guard let fields else { return FragmentContent(member: value) }
        let isList = value.isArray
        let items = isList ? value.elements.filter { !$0.isNull } : [value]
        var mapped: [RawJSON] = []
        for item in items {
            try Task.checkCancellation()
            if let item = Self.mapped(item, isOneOfMany: isList, fields: fields, lookup: &lookup) {
                mapped.append(item)
            }
        }
        return mapped.isEmpty ? nil : FragmentContent(mapped)
    }

    private static func mapped(
        _ item: RawJSON, isOneOfMany: Bool, fields: [Field], lookup: inout AnswerLookup
    ) -> RawJSON? {
        var hasData = false
        var writer = JSONWriter()
        writer.object { writer in
            for field in fields {
                switch field.source {
                case .constant(let value): writer.member(field.name, value)
                case .paths(let paths):
                    for path in paths {
                        guard let value = lookup.value(at: path, from: item) else { continue }
                        writer.member(field.name, value)
                        // What comes from the answer's root says nothing about one item of many.
                        if !isOneOfMany || !path.isAbsolute { hasData = true }
                        break
                    }
                }
            }
        }
        return hasData ? writer.raw : nil
    }
}
