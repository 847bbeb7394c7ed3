import LIFModel

/// A block of the file whose keys are settings: it refuses keys that are none, and reads those that are by their type.
///
/// Each reading function gives the written value or the setting's default; `nil` when there is neither, or when what is
/// written is wrong, which is then reported.
struct SettingsBlock {
    let place: Place
    /// As in `Setting.path`, and as people see it: with the numbers of list items.
    let path: String
    let shownPath: String
    let members: [ConfigurationNode.Member]
    let diagnostics: Diagnostics

    /// A block that is not in the file: it has defaults only.
    init(absent path: String, shownPath: String? = nil, at place: Place, _ diagnostics: Diagnostics) {
        self.place = place
        self.path = path
        self.shownPath = shownPath ?? path
        self.members = []
        self.diagnostics = diagnostics
    }

    /// - Returns: `nil` when the node is no block.
    init?(_ node: ConfigurationNode, path: String, shownPath: String? = nil, _ diagnostics: Diagnostics) {
        self.place = node.place
        self.path = path
        self.shownPath = shownPath ?? path
        self.diagnostics = diagnostics
        guard let members = node.members else {
            let name = self.shownPath.isEmpty ? "the file" : "\"\(self.shownPath)\""
            let allowed = Self.names(in: path).joined(separator: ", ")
            diagnostics.report(node.place, "\(name) is \(node.kind); it must be a block of keys (\(allowed))")
            return nil
        }
        let allowed = Self.names(in: path)
        let takesAny = allowed.contains("*")
        for member in members where !takesAny && !allowed.contains(member.name) {
            diagnostics.report(member.place, Self.unknown(member.name, in: self.shownPath, allowed: allowed))
        }
        self.members = members
    }

    func has(_ name: String) -> Bool { member(name) != nil }

    /// Whether a key is there and is not `null`, where that is the same as leaving it out.
    func isSet(_ name: String) -> Bool {
        guard let member = member(name) else { return false }
        if case .nothing = member.value.content { return false }
        return true
    }

    func member(_ name: String) -> ConfigurationNode.Member? { members.first { $0.name == name } }

    /// Where a key stands, or else its block.
    func place(of name: String) -> Place { member(name)?.value.place ?? place }

    func shown(_ name: String) -> String { shownPath.isEmpty ? name : "\(shownPath).\(name)" }

    func setting(_ name: String) -> Setting? {
        Self.byPath[path.isEmpty ? name : "\(path).\(name)"] ?? Self.byPath["\(path).*"]
    }

    func report(_ name: String, _ message: String) {
        diagnostics.report(place(of: name), "\"\(shown(name))\" \(message)")
    }

    /// A block inside this one; without the key, an empty one.
    func block(_ name: String) -> SettingsBlock? {
        let inner = path.isEmpty ? name : "\(path).\(name)"
        guard let node = node(name) else {
            return SettingsBlock(absent: inner, shownPath: shown(name), at: place, diagnostics)
        }
        return SettingsBlock(node, path: inner, shownPath: shown(name), diagnostics)
    }

    /// The key of a block that says by its one key what it is; `nil` when it has another number of them, which is reported.
    func onlyKey() -> String? {
        let allowed = Self.names(in: path)
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
    func named<Entry>(
        _ name: String, _ read: (ConfigurationNode.Member, SettingsBlock) -> Entry?
    ) -> [String: Entry?] {
        guard has(name), let names = block(name) else { return [:] }
        var entries: [String: Entry?] = [:]
        for member in names.members {
            let block = SettingsBlock(
                member.value, path: "\(names.path).*", shownPath: names.shown(member.name), diagnostics)
            entries.updateValue(block.flatMap { read(member, $0) }, forKey: member.name)
        }
        return entries
    }

    /// The items of a list, with what people call them.
    func items(_ name: String) -> [(node: ConfigurationNode, shownPath: String)] {
        guard let node = node(name) else { return [] }
        guard let list = node.list, !list.isEmpty else {
            let found = node.list == nil ? node.kind : "an empty list"
            report(name, "is \(found); it must be \(setting(name)?.type.phrase ?? "a list")")
            return []
        }
        return list.enumerated().map { ($1, "\(shown(name))[\($0)]") }
    }

    /// What is written for a key; `nil` also when nothing stands behind it, which is reported.
    func node(_ name: String) -> ConfigurationNode? {
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

    /// The setting at a path in full.
    static func setting(_ path: String) -> Setting? { byPath[path] }

    private static let byPath = Dictionary(Settings.all.map { ($0.path, $0) }, uniquingKeysWith: { first, _ in first })

    /// The names of the keys that may stand in a block.
    static func names(in path: String) -> [String] {
        let prefix = path.isEmpty ? "" : path + "."
        return Settings.all.compactMap { setting in
            guard setting.path.hasPrefix(prefix) else { return nil }
            let name = setting.path.dropFirst(prefix.count)
            return name.contains(".") ? nil : String(name)
        }
    }

    static func unknown(_ name: String, in block: String, allowed: [String]) -> String {
        let near = NearestNames.to(name, among: allowed).first.map { " Did you mean \"\($0)\"?" } ?? ""
        let place = block.isEmpty ? "" : " of \"\(block)\""
        return "\"\(name)\" is no setting\(place).\(near) Allowed are: \(allowed.joined(separator: ", "))"
    }
}
