/// Reads `connections`, and what others say of theirs.
struct Connections {
    /// A source's connection: what is written in place, and what is loaded by name for the keys that are not.
    struct Resolved {
        var inline: SettingsBlock?
        var loaded: SettingsBlock?
    }

    let named: NamedEntries<SettingsBlock>

    init(root: SettingsBlock) {
        let blocks = root.namedBlocks("connections").map { ($0.member.name, $0.block) }
        named = NamedEntries(
            Dictionary(blocks, uniquingKeysWith: { first, _ in first }), key: "connections", kind: "connection",
            root.diagnostics)
    }

    /// What stands behind a source's key `connection`.
    func connection(of block: SettingsBlock) -> Resolved {
        guard block.has("connection"), let node = block.node("connection") else { return Resolved() }
        if let text = node.text {
            return Resolved(loaded: named.entry(text, shown: block.shown("connection")))
        }
        guard let inline = block.block("connection") else { return Resolved() }
        return Resolved(inline: inline, loaded: named.entry("from", of: inline))
    }
}
