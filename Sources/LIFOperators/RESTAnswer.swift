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
    ///   says that the data lies.
    init(_ root: RawJSON, configuration: RESTConfiguration, asked: [FragmentPath]) throws(LIFError) {
        dataTimestamp = configuration.dataTimestamp
            .flatMap { root.value(at: $0, root: root)?.string }.flatMap(Date.init(iso8601:))
        guard let data = try Self.data(in: root, at: configuration.data) else {
            fragments = []
            learnerKnown = false
            return
        }
        learnerKnown = true
        fragments = asked.compactMap { path in
            configuration.mapping.first { LIFName.matches($0.path.entity, path.entity) }
                .flatMap { $0.content(of: data, root: root) }
                .map { Fragment(path: path, content: $0) }
        }
    }

    private static func data(in root: RawJSON, at path: AnswerPath) throws(LIFError) -> RawJSON? {
        if let data = root.value(at: path, root: root) { return data == .emptyArray ? nil : data }
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
    func content(of data: RawJSON, root: RawJSON) -> FragmentContent? {
        guard let value = data.value(at: from, root: root) else { return nil }
        guard let fields else { return FragmentContent(member: value) }
        let isList = value.isArray
        let items = isList ? value.elements.filter { !$0.isNull } : [value]
        let mapped = items.compactMap { Self.mapped($0, isOneOfMany: isList, fields: fields, root: root) }
        return mapped.isEmpty ? nil : FragmentContent(mapped)
    }

    private static func mapped(_ item: RawJSON, isOneOfMany: Bool, fields: [Field], root: RawJSON) -> RawJSON? {
        var hasData = false
        var writer = JSONWriter()
        writer.object { writer in
            for field in fields {
                switch field.source {
                case .constant(let value): writer.member(field.name, value)
                case .paths(let paths):
                    for path in paths {
                        guard let value = item.value(at: path, root: root) else { continue }
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
