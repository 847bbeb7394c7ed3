import LIFModel

/// What stands under a key by names of one's own, for others to refer to.
package final class NamedEntries<Entry> {
    /// The key of the block: `connections`.
    package let key: String
    /// For "is no …".
    private let kind: String
    private let entries: [String: Entry?]
    private let diagnostics: Diagnostics
    private var used: Set<String> = []

    /// - Parameter entries: `nil` for those that are there and not valid, of which nothing more is said.
    package init(_ entries: [String: Entry?], key: String, kind: String, _ diagnostics: Diagnostics) {
        self.entries = entries
        self.key = key
        self.kind = kind
        self.diagnostics = diagnostics
    }

    package var names: [String] { entries.keys.sorted() }
    package var valid: [String: Entry] { entries.compactMapValues(\.self) }
    /// Those that something refers to.
    package var usedEntries: [Entry] { names.filter(used.contains).compactMap { entries[$0] ?? nil } }

    package func hasEntry(_ name: String) -> Bool {
        used.insert(name)
        return entries.keys.contains(name)
    }

    /// - Parameter shown: How people know the setting that refers to the entry.
    /// - Returns: `nil` when there is none of the name, which is reported, and when it is not valid.
    package func entry(_ text: WrittenText, shown: String) -> Entry? {
        let name = text.value.trimmed
        used.insert(name)
        if let known = entries[name] { return known }
        diagnostics.report(
            text.place,
            "\"\(shown)\" is \(text.forPeople), which is no \(kind).\(Self.near(text, names)) "
                + (names.isEmpty ? "There are none under \"\(key)\"" : "There are: \(names.joined(separator: ", "))"))
        return nil
    }

    /// The entry that a key of a block names; `nil` also when the block does not have the key.
    package func entry(_ name: String, of block: SettingsBlock) -> Entry? {
        guard block.has(name), let text = block.written(name) else { return nil }
        return entry(text, shown: block.shown(name))
    }

    /// What nothing refers to may be a mistake, but is none that stops anything.
    package func noticeUnused() {
        for name in names where !used.contains(name) {
            diagnostics.notice("\"\(key).\(name)\" is used by nothing.")
        }
    }

    /// The beginning of a suggestion; none for what the file itself does not show.
    package static func near(_ text: WrittenText, _ names: [String]) -> String { near(text.value.trimmed, names) }

    package static func near(_ name: String, _ names: [String]) -> String {
        NearestNames.to(name, among: names).first.map { " Did you mean \"\($0)\"?" } ?? ""
    }
}

extension String {
    /// Whether it may name a source, an operator or the like: it stands in variables, URLs and logs.
    package var isEntryName: Bool {
        (1...128).contains(count) && allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-_.".contains($0)) }
    }
}
