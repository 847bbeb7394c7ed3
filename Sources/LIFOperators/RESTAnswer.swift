import Foundation
import LIFJSON
import LIFModel

/// A REST source's answer, read as its configuration says. Values are spliced as they were written.
struct RESTAnswer {
    /// In the order of the paths asked; paths with no data are absent.
    let fragments: [Fragment]
    /// `false` when there is an explicit nothing (`null` or an empty array) where the data should lie.
    let learnerKnown: Bool
    let dataTimestamp: Date?

    /// - Throws: `OperatorException` with reason `invalid-answer` when there is nothing at all where the configuration
    ///   says that the data lies; `CancellationError`.
    init(_ root: RawJSON, configuration: RESTConfiguration, asked: [FragmentPath]) throws {
        var lookup = AnswerLookup(root: root)
        dataTimestamp = configuration.dataTimestamp
            .flatMap { lookup.value(at: $0, from: root)?.string }.flatMap(Date.init(iso8601:))
        guard let data = try Self.data(in: &lookup, at: configuration.data) else {
            fragments = []
            learnerKnown = false
            return
        }
        learnerKnown = true
        fragments = try asked.compactMap { path in
            try configuration.mapping.first { LIFName.matches($0.path.entity, path.entity) }
                .flatMap { try $0.content(of: data, lookup: &lookup) }
                .map { Fragment(path: path, content: $0) }
        }
    }

    private static func data(in lookup: inout AnswerLookup, at path: AnswerPath) throws(LIFError) -> RawJSON? {
        let root = lookup.root
        if let data = lookup.value(at: path, from: root) { return data == .emptyArray ? nil : data }
        // Either null, all the way down or at some step, or not there.
        var value = root
        for segment in path.segments {
            if value.isNull || value == .emptyArray { return nil }
            guard let next = value.value(atStep: segment) else {
                throw LIFError.source(
                    .invalidAnswer,
                    "The source's answer has nothing where its data should lie. Check \"data\" of this source.")
            }
            value = next
        }
        return nil
    }
}

extension RawJSON {
    /// One step of an `AnswerPath`; `null` counts as something.
    fileprivate func value(atStep segment: String) -> RawJSON? {
        guard isArray else { return self[segment] }
        let elements = self.elements
        return Int(segment).flatMap { elements.indices.contains($0) ? elements[$0] : nil }
    }
}

extension FragmentMapping {
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
