/// The settings of a configuration, in the order of the reference: what may stand in each of its blocks.
package struct SettingsTable: Sendable {
    package let all: [Setting]
    private let byPath: [String: Setting]

    package init(_ all: [Setting]) {
        self.all = all
        byPath = Dictionary(all.map { ($0.path, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// The setting at a path in full.
    package subscript(path: String) -> Setting? { byPath[path] }

    /// The names of the keys that may stand in a block.
    package func names(in path: String) -> [String] {
        let prefix = path.isEmpty ? "" : path + "."
        return all.compactMap { setting in
            guard setting.path.hasPrefix(prefix) else { return nil }
            let name = setting.path.dropFirst(prefix.count)
            return name.contains(".") ? nil : String(name)
        }
    }
}
