import LIFModel

/// A block of the file whose keys are settings: it refuses keys that are none, and reads those that are by their type.
///
/// Each reading function gives the written value or the setting's default; `nil` when there is neither, or when what is
/// written is wrong, which is then reported.
package struct SettingsBlock {
    package let place: Place
    /// As in `Setting.path`, and as people see it: with the numbers of list items.
    package let path: String
    package let shownPath: String
    package let members: [ConfigurationNode.Member]
    /// All settings that there are.
    package let table: SettingsTable
    package let diagnostics: Diagnostics

    /// The root of a configuration that has no file: it has defaults only.
    package init(absentAt place: Place, _ table: SettingsTable, _ diagnostics: Diagnostics) {
        self.init(place: place, path: "", shownPath: "", members: [], table: table, diagnostics: diagnostics)
    }

    /// The root of a file.
    ///
    /// - Returns: `nil` when the node is no block.
    package init?(root node: ConfigurationNode, _ table: SettingsTable, _ diagnostics: Diagnostics) {
        self.init(node, path: "", shownPath: "", table, diagnostics)
    }

    private init(
        place: Place, path: String, shownPath: String, members: [ConfigurationNode.Member], table: SettingsTable,
        diagnostics: Diagnostics
    ) {
        self.place = place
        self.path = path
        self.shownPath = shownPath
        self.members = members
        self.table = table
        self.diagnostics = diagnostics
    }

    private init?(
        _ node: ConfigurationNode, path: String, shownPath: String, _ table: SettingsTable, _ diagnostics: Diagnostics
    ) {
        let allowed = table.names(in: path)
        guard let members = node.members else {
            let name = shownPath.isEmpty ? "the file" : "\"\(shownPath)\""
            let keys = allowed.joined(separator: ", ")
            diagnostics.report(node.place, "\(name) is \(node.kind); it must be a block of keys (\(keys))")
            return nil
        }
        let takesAny = allowed.contains("*")
        for member in members where !takesAny && !allowed.contains(member.name) {
            diagnostics.report(member.place, Self.unknown(member.name, in: shownPath, allowed: allowed))
        }
        self.init(
            place: node.place, path: path, shownPath: shownPath, members: members, table: table,
            diagnostics: diagnostics)
    }

    /// What a node is as a block of the same configuration.
    ///
    /// - Parameters:
    ///   - path: As in `Setting.path`.
    ///   - shownPath: As people see it.
    /// - Returns: `nil` when the node is no block, which is reported.
    package func block(_ node: ConfigurationNode, path: String, shownPath: String) -> SettingsBlock? {
        SettingsBlock(node, path: path, shownPath: shownPath, table, diagnostics)
    }

    /// A block of the same configuration that is not in the file: it has defaults only.
    package func absent(_ path: String, shownPath: String? = nil, at place: Place? = nil) -> SettingsBlock {
        SettingsBlock(
            place: place ?? self.place, path: path, shownPath: shownPath ?? path, members: [], table: table,
            diagnostics: diagnostics)
    }

    /// Whether a key is there, whatever its value.
    package func has(_ name: String) -> Bool { member(name) != nil }

    /// Whether a key is there and is not `null`, where that is the same as leaving it out.
    package func isSet(_ name: String) -> Bool {
        guard let member = member(name) else { return false }
        if case .nothing = member.value.content { return false }
        return true
    }

    /// A key and its value.
    package func member(_ name: String) -> ConfigurationNode.Member? { members.first { $0.name == name } }

    /// Where a key stands, or else its block.
    package func place(of name: String) -> Place { member(name)?.value.place ?? place }

    /// A key as people see it, from the root.
    package func shown(_ name: String) -> String { shownPath.isEmpty ? name : "\(shownPath).\(name)" }

    /// What is known of a key.
    package func setting(_ name: String) -> Setting? {
        table[path.isEmpty ? name : "\(path).\(name)"] ?? table["\(path).*"]
    }

    /// Reports what is wrong with a key.
    ///
    /// - Parameter message: What comes after its name.
    package func report(_ name: String, _ message: String) {
        diagnostics.report(place(of: name), "\"\(shown(name))\" \(message)")
    }

    /// A block inside this one; without the key, an empty one.
    package func block(_ name: String) -> SettingsBlock? {
        let inner = path.isEmpty ? name : "\(path).\(name)"
        guard let node = node(name) else { return absent(inner, shownPath: shown(name)) }
        return block(node, path: inner, shownPath: shown(name))
    }

    /// The key of a block that says by its one key what it is; `nil` when it has another number of them, which is reported.
    package func onlyKey() -> String? {
        let allowed = table.names(in: path)
        let known = members.map(\.name).filter(allowed.contains)
        if members.count == 1, known.count == 1 { return known[0] }
        // A key that is none is reported already.
        if known.count == members.count {
            diagnostics.report(
                place,
                "\"\(shownPath)\" has \(members.count) keys; it must have one of \(allowed.joined(separator: ", "))")
        }
        return nil
    }

    /// What the blocks of a block of names are read as; `nil` for each that is not valid, which is reported.
    package func named<Entry>(
        _ name: String, _ read: (ConfigurationNode.Member, SettingsBlock) -> Entry?
    ) -> [String: Entry?] {
        guard has(name), let names = block(name) else { return [:] }
        var entries: [String: Entry?] = [:]
        for member in names.members {
            let block = block(member.value, path: "\(names.path).*", shownPath: names.shown(member.name))
            entries.updateValue(block.flatMap { read(member, $0) }, forKey: member.name)
        }
        return entries
    }

    /// The items of a list, with what people call them.
    package func items(_ name: String) -> [(node: ConfigurationNode, shownPath: String)] {
        guard let node = node(name) else { return [] }
        guard let list = node.list, !list.isEmpty else {
            let found = node.list == nil ? node.kind : "an empty list"
            report(name, "is \(found); it must be \(setting(name)?.type.phrase ?? "a list")")
            return []
        }
        return list.enumerated().map { ($1, "\(shown(name))[\($0)]") }
    }

    /// What is written for a key; `nil` also when it has no value, which is reported.
    package func node(_ name: String) -> ConfigurationNode? {
        guard let member = member(name) else {
            if case .required = setting(name)?.default {
                diagnostics.report(place, "\(missing(name)); it must be \(setting(name)?.type.phrase ?? "a value")")
            }
            return nil
        }
        if case .nothing = member.value.content {
            report(name, "has no value; give it one or leave the key out")
            return nil
        }
        return member.value
    }

    private func missing(_ name: String) -> String {
        shownPath.isEmpty ? "\"\(name)\" is missing" : "\"\(shownPath)\" has no \"\(name)\""
    }

    /// What is said of a key that is none.
    package static func unknown(_ name: String, in block: String, allowed: [String]) -> String {
        let near = NearestNames.to(name, among: allowed).first.map { " Did you mean \"\($0)\"?" } ?? ""
        let place = block.isEmpty ? "" : " of \"\(block)\""
        return "\"\(name)\" is no setting\(place).\(near) Allowed are: \(allowed.joined(separator: ", "))"
    }
}
