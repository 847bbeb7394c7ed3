import LIFJSON
import LIFModel

/// Makes the objects of a fragment out of a source's items. Values are spliced as they were written.
struct ItemMapper {
    var lookup: AnswerLookup

    /// An object that was made.
    private struct Made {
        var json = RawJSON.null
        /// Whether it has any path, and whether one of them gave something.
        var hasPaths = false
        var isFilled = false
        /// Whether what it has is its item's own: what comes from the answer's root says nothing about one item of many.
        var hasData = false

        mutating func fill(isOwn: Bool) {
            isFilled = true
            hasData = hasData || isOwn
        }
    }

    /// The objects of what stands at `from`: an object, or a list of them. Those without data of their own are left out.
    mutating func items(
        of value: RawJSON, isOneOfMany: Bool, _ fields: [FragmentMapping.Field], _ matches: inout [FieldMatch]
    ) throws -> [RawJSON] {
        let isList = value.isArray
        var items: [RawJSON] = []
        for item in isList ? value.elements.filter({ !$0.isNull }) : [value] {
            try Task.checkCancellation()
            let made = try object(of: item, isOneOfMany: isList || isOneOfMany, fields, &matches)
            if made.hasData { items.append(made.json) }
        }
        return items
    }

    private mutating func object(
        of item: RawJSON, isOneOfMany: Bool, _ fields: [FragmentMapping.Field], _ matches: inout [FieldMatch]
    ) throws -> Made {
        var made = Made()
        var writer = JSONWriter()
        try writer.object { writer in
            for (index, field) in fields.enumerated() {
                switch field.source {
                case .constant(let value): writer.member(field.name, value)
                case .paths(let paths):
                    made.hasPaths = true
                    for path in paths {
                        guard let value = try find(path, of: item, &matches[index]) else { continue }
                        writer.member(field.name, value)
                        made.fill(isOwn: !isOneOfMany || !path.isAbsolute)
                        break
                    }
                case .object(let fields, let isList):
                    let inner = try object(of: item, isOneOfMany: isOneOfMany, fields, &matches[index].fields)
                    if inner.hasPaths {
                        made.hasPaths = true
                        guard inner.isFilled else { continue }
                        made.fill(isOwn: inner.hasData)
                    }
                    writer.member(field.name, isList ? Self.list([inner.json]) : inner.json)
                case .items(let from, let fields, let isList):
                    made.hasPaths = true
                    guard let value = try find(from, of: item, &matches[index]) else { continue }
                    let items = try items(of: value, isOneOfMany: isOneOfMany, fields, &matches[index].fields)
                    guard let first = items.first else { continue }
                    writer.member(field.name, isList || value.isArray ? Self.list(items) : first)
                    made.fill(isOwn: !isOneOfMany || !from.isAbsolute)
                }
            }
        }
        made.json = writer.raw
        return made
    }

    private mutating func find(
        _ path: AnswerPath, of item: RawJSON, _ match: inout FieldMatch
    ) throws -> RawJSON? {
        let found = try lookup.find(path, from: item)
        match.note(found)
        return found.value
    }

    private static func list(_ items: [RawJSON]) -> RawJSON {
        var writer = JSONWriter()
        writer.array { writer in
            for item in items { writer.value(item) }
        }
        return writer.raw
    }
}
