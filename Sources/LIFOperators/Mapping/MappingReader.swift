import LIFJSON
import LIFModel
import LIFSettings

/// Reads what becomes of an answer: the entries of a `mapping:`, or the fields of a query's rows.
struct MappingReader {
    let diagnostics: Diagnostics
    let model: PersonModel
    /// Whether items are rows, so that a name with brackets in it may be that of a column.
    private let isTable: Bool
    /// The fragment paths that are mapped, where they are written.
    private(set) var mappedPaths: [WrittenPath] = []

    /// - Parameter model: The data model, which the names of members are held against.
    init(model: PersonModel, diagnostics: Diagnostics, isTable: Bool = false) {
        self.model = model
        self.diagnostics = diagnostics
        self.isTable = isTable
    }

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
        do throws(AnswerPath.Fault) {
            return try AnswerPath(reading: text.value.trimmed, isColumn: isTable)
        } catch {
            let example = isTable ? "hours or $.person.id" : "person.employment or $.person.id"
            diagnostics.report(
                text.place,
                "\"\(shown)\" is \(text.forPeople); it must be a dot path such as \(example), or a JSONPath from the "
                    + "answer's root ($.mails[*].address) or from the item (@.mails[*].address)"
                    + (text.isOnlyWritten ? ": \(error)" : ""))
            return nil
        }
    }

    private func entry(
        _ member: ConfigurationNode.Member, _ path: FragmentPath, in entries: SettingsBlock
    ) -> FragmentMapping? {
        let shown = entries.shown(member.name)
        if let text = member.value.text {
            return self.path(text, shown: shown).map { FragmentMapping(path: path, from: $0) }
        }
        guard let block = entries.block(member.value, path: "\(entries.path).*", shownPath: shown) else { return nil }
        let from = self.path(block, "from") ?? .relative([])
        return FragmentMapping(path: path, from: from, fields: fields(of: block, path))
    }

    /// - Returns: `nil` when an item is taken as it is.
    func fields(of block: SettingsBlock, _ path: FragmentPath) -> [FragmentMapping.Field]? {
        let target = MappingTarget(entity: path, in: model)
        return fields(of: block, below: target, inside: "\(block.path).fields.*")
    }

    /// - Parameter table: Where the settings of one field are, however deep it is.
    private func fields(
        of block: SettingsBlock, below target: MappingTarget, inside table: String
    ) -> [FragmentMapping.Field]? {
        guard block.has("fields"), let node = block.node("fields") else { return nil }
        let shown = block.shown("fields")
        guard let names = block.block(node, path: String(table.dropLast(2)), shownPath: shown) else { return nil }
        if names.members.isEmpty { block.report("fields", "is empty; name a field, or leave the key out") }
        var tree = MappedFields()
        for member in names.members {
            guard let inner = target.at(member, shown: names.shown(member.name), diagnostics),
                let source = source(member.value, inner, in: names, shown: names.shown(member.name), table: table)
            else { continue }
            if let clash = tree.insert(source, at: inner, below: target) {
                diagnostics.report(
                    member.place,
                    "\"\(names.shown(member.name))\" maps \(clash), which another line maps, too; keep one of the two")
            }
        }
        return tree.fields
    }

    private func source(
        _ node: ConfigurationNode, _ target: MappingTarget, in names: SettingsBlock, shown: String, table: String
    ) -> FragmentMapping.Source? {
        switch node.content {
        case .text(let text):
            return path(text, shown: shown).map { .paths([$0]) }
        case .list(let items):
            let paths = items.compactMap { item in item.text.flatMap { path($0, shown: shown) } }
            if paths.count == items.count, !paths.isEmpty { return .paths(paths) }
            if items.contains(where: { $0.text == nil }) || items.isEmpty {
                diagnostics.report(node.place, "\"\(shown)\" must be a list of dot paths")
            }
            return nil
        case .block:
            guard let block = names.block(node, path: table, shownPath: shown) else { return nil }
            return source(block, target, table: table)
        case .nothing:
            diagnostics.report(
                node.place,
                "\"\(shown)\" has no value; it must be a dot path, a list of them, or a block with \"value\" or \"fields\""
            )
            return nil
        }
    }

    private func source(_ block: SettingsBlock, _ target: MappingTarget, table: String) -> FragmentMapping.Source? {
        let kinds = ["value", "first", "fields"].filter(block.has)
        if kinds.count > 1 || block.has("from") && kinds.contains(where: { $0 != "fields" }) {
            diagnostics.report(
                block.place,
                "\"\(block.shownPath)\" has keys that do not go together; it must have one of \"value\", \"first\", and "
                    + "\"fields\" with or without \"from\"")
            return nil
        }
        if block.has("first") {
            return path(block, "first").map { path in
                var path = path
                path.takesFirst = true
                return .paths([path])
            }
        }
        if block.has("fields") {
            let from = path(block, "from")
            guard let fields = fields(of: block, below: target, inside: table) else { return nil }
            if block.has("from") {
                return from.map { .items(from: $0, fields, isList: target.isList) }
            }
            return .object(fields, isList: target.isList)
        }
        if block.has("from") { return path(block, "from").map { .paths([$0]) } }
        guard block.has("value") else {
            diagnostics.report(
                block.place,
                "\"\(block.shownPath)\" has no \"value\"; it must have that, or \"fields\" for an object or list with "
                    + "members of its own")
            return nil
        }
        return block.written("value").map { .constant(Self.constant($0)) }
    }

    /// A plain number or boolean stays one; quoted, it is a text.
    private static func constant(_ text: WrittenText) -> JSONValue {
        if !text.isQuoted, let value = try? JSONParser.parse(text.value), value.number != nil || value.bool != nil {
            return value
        }
        return .string(text.value)
    }
}
