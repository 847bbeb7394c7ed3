/// Reads `connections`, and what others say of theirs.
package final class Connections {
    /// A source's connection: what is written in place, and what is loaded by name for the keys that are not.
    package struct Resolved {
        package var inline: SettingsBlock?
        package var loaded: SettingsBlock?

        package init(inline: SettingsBlock? = nil, loaded: SettingsBlock? = nil) {
            self.inline = inline
            self.loaded = loaded
        }
    }

    private let entries: NamedEntries<SettingsBlock>
    private var usedKeys: Set<String> = []

    package init(root: SettingsBlock) {
        entries = NamedEntries(
            root.named("connections") { $1 }, key: "connections", kind: "connection", root.diagnostics)
    }

    /// The connection that a key of a block names; `nil` when there is none.
    package func named(_ name: String, of block: SettingsBlock) -> SettingsBlock? { entries.entry(name, of: block) }

    /// The value of a source's key `connection`.
    package func connection(of block: SettingsBlock) -> Resolved {
        guard block.has("connection"), let node = block.node("connection") else { return Resolved() }
        if node.text != nil { return Resolved(loaded: named("connection", of: block)) }
        guard let inline = block.block("connection") else { return Resolved() }
        return Resolved(inline: inline, loaded: named("from", of: inline))
    }

    /// Notes that whoever has the connection would take a key of it.
    package func use(_ key: String, of loaded: SettingsBlock?) {
        if let loaded { usedKeys.insert(loaded.shown(key)) }
    }

    /// A name of one's own that nobody takes is a mistyped one; a connection that nobody names may be one for later.
    package func checkUse() {
        let known = ["host", "scheme", "token", "path", "auth"]
        for block in entries.usedEntries {
            for member in block.members
            where !known.contains(member.name) && !usedKeys.contains(block.shown(member.name)) {
                block.diagnostics.report(
                    member.place,
                    "\"\(block.shown(member.name))\" is used by nothing that has this connection."
                        + "\(NamedEntries<SettingsBlock>.near(member.name, known)) Known are \(known.joined(separator: ", ")), "
                        + "and the names in templates")
            }
        }
        entries.noticeUnused()
    }
}
