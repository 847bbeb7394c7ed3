import LIFJSON
import LIFModel
import LIFOperators

/// Reads what becomes of an answer: the entries of a `mapping:`, or the fields of a query's rows.
struct MappingReader {
    let diagnostics: Diagnostics
    /// The fragment paths that are mapped, where they are written.
    private(set) var mappedPaths: [WrittenPath] = []

    init(diagnostics: Diagnostics) { self.diagnostics = diagnostics }

    /// - Returns: `nil` when there is no mapping, or none that could be used.
    mutating func mapping(of block: SettingsBlock) -> [FragmentMapping]? {
        guard block.node("mapping") != nil, let entries = block.block("mapping") else { return nil }
        if entries.members.isEmpty { block.report("mapping", "is empty; it must have an entry for each path") }
        return entries.members.compactMap { member in
            path(of: member).flatMap { entry(member, $0, in: entries) }
        }
    }

    /// The fragment path that a member is named by; each may be there once.
    mutating func path(of member: ConfigurationNode.Member) -> FragmentPath? {
        guard let path = FragmentPath(parsing: member.name) else {
            diagnostics.report(
                member.place,
                "\"\(member.name)\" is no fragment path; it must be \"Person\" and one member, "
                    + "such as \"Person.Name\""
            )
            return nil
        }
        if mappedPaths.contains(where: { LIFName.matches($0.path.entity, path.entity) }) {
            diagnostics.report(member.place, "\(path) is mapped twice; keep one entry")
            return nil
        }
        mappedPaths.append(WrittenPath(path: path, place: member.place))
        return path
    }

    func path(_ block: SettingsBlock, _ name: String) -> AnswerPath? {
        guard block.has(name), let text = block.written(name) else { return nil }
        return path(text, shown: block.shown(name))
    }

    private func path(_ text: WrittenText, shown: String) -> AnswerPath? {
        if let path = AnswerPath(parsing: text.value.trimmed) { return path }
        diagnostics.report(
            text.place,
            "\"\(shown)\" is \(text.forPeople); it must be a dot path such as person.employment or $.person.id")
        return nil
    }

    private func entry(
        _ member: ConfigurationNode.Member, _ path: FragmentPath, in entries: SettingsBlock
    ) -> FragmentMapping? {
        let shown = entries.shown(member.name)
        if let text = member.value.text {
            return self.path(text, shown: shown).map { FragmentMapping(path: path, from: $0) }
        }
        guard let block = SettingsBlock(member.value, path: "\(entries.path).*", shownPath: shown, diagnostics) else {
            return nil
        }
        let from = self.path(block, "from") ?? .relative([])
        return FragmentMapping(path: path, from: from, fields: fields(of: block))
    }

    /// - Returns: `nil` when an item is taken as it is.
    func fields(of block: SettingsBlock) -> [FragmentMapping.Field]? {
        guard block.has("fields"), let names = block.block("fields") else { return nil }
        if names.members.isEmpty { block.report("fields", "is empty; name a field, or leave the key out") }
        return names.members.compactMap { field in
            source(field.value, shown: names.shown(field.name), path: "\(names.path).*").map {
                FragmentMapping.Field(field.name, $0)
            }
        }
    }

    private func source(_ node: ConfigurationNode, shown: String, path table: String) -> FragmentMapping.Source? {
        switch node.content {
        case .text(let text):
            return path(text, shown: shown).map { .paths([$0]) }
        case .list(let items):
            let paths = items.compactMap { item in item.text.flatMap { path($0, shown: shown) } }
            if paths.count == items.count, !paths.isEmpty { return .paths(paths) }
            diagnostics.report(node.place, "\"\(shown)\" must be a list of dot paths")
            return nil
        case .block:
            guard let block = SettingsBlock(node, path: table, shownPath: shown, diagnostics),
                let text = block.written("value")
            else { return nil }
            return .constant(Self.constant(text))
        case .nothing:
            diagnostics.report(
                node.place, "\"\(shown)\" has no value; it must be a dot path, a list of them, or \"value:\"")
            return nil
        }
    }

    /// A plain number or boolean stays one; quoted, it is a text.
    private static func constant(_ text: WrittenText) -> JSONValue {
        if !text.isQuoted, let value = try? JSONParser.parse(text.value), value.number != nil || value.bool != nil {
            return value
        }
        return .string(text.value)
    }
}
