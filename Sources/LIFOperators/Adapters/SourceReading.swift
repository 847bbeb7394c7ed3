package import LIFModel
package import LIFSettings

/// One source while its adapter reads it, and what adapters check alike.
package struct SourceReading {
    /// The source's block.
    package let block: SettingsBlock
    package let credentials: Credentials
    /// The fragment paths of the source.
    package let paths: [WrittenPath]
    /// Whether its answer goes to a Translator.
    package let isTranslated: Bool
    /// The data model, which the names of members are held against.
    package let model: PersonModel
    /// Reads a text that is part of this program as if it stood in a file of the name given.
    package let document: (_ text: String, _ file: String) -> ConfigurationNode?

    package init(
        block: SettingsBlock, credentials: Credentials, paths: [WrittenPath], isTranslated: Bool, model: PersonModel,
        document: @escaping (_ text: String, _ file: String) -> ConfigurationNode?
    ) {
        self.block = block
        self.credentials = credentials
        self.paths = paths
        self.isTranslated = isTranslated
        self.model = model
        self.document = document
    }

    package var diagnostics: Diagnostics { block.diagnostics }
    /// The longest answer that is taken, in bytes.
    package var maximumAnswerBytes: Int { block.bytes("max_answer") ?? 0 }

    /// The block in which an adapter has its settings.
    ///
    /// - Returns: `nil` when it is not there or is no block, which is reported.
    package func block(ofAdapter name: String) -> SettingsBlock? {
        if block.has(name) { return block.block(name) }
        let needed = block.table.names(in: "\(block.path).\(name)").filter { key in
            if case .required = block.table["\(block.path).\(name).\(key)"]?.default { true } else { false }
        }
        diagnostics.report(
            block.place(of: "adapter_id"),
            "the adapter \"\(name)\" needs a block \"\(block.shown(name))\" with \(needed.joined(separator: " and "))")
        return nil
    }

    /// A configuration that needs credentials.
    ///
    /// Where the file itself describes the connection, what is missing there is an error; where the environment does,
    /// another process may be the one that has it.
    ///
    /// - Parameter keys: Those of them that are nowhere.
    package func settings(_ configuration: (any AdapterConfiguration)?, missing keys: [String]) -> AdapterSettings {
        if let configuration, keys.isEmpty { return .ready(configuration) }
        let reason = credentials.missing(keys)
        if credentials.isDescribed {
            credentials.reportMissing(keys)
        } else {
            diagnostics.notice(reason)
        }
        return .notSetUp(reason: reason)
    }

    /// Reports keys of the connection that stand in the source and that nothing uses.
    ///
    /// - Parameter users: For "is used by no …".
    package func refuseUnusedCredentials(besides used: Set<String>, by users: String) {
        let names = used.sorted().map { "{\($0)}" }.joined(separator: ", ")
        for member in credentials.connection.inline?.members ?? []
        where member.name != "from" && !used.contains(member.name) {
            diagnostics.report(
                member.place,
                "\"\(block.shown("connection")).\(member.name)\" is used by no \(users); they use "
                    + (names.isEmpty ? "none" : names))
        }
    }

    /// A path that no mapping fills would always be empty; a mapping that no path asks for would never be used.
    ///
    /// - Parameter isReady: Whether the mapping is part of this program, and may have more than is asked for.
    package func check(_ mapped: [WrittenPath], in block: SettingsBlock, _ name: String, isReady: Bool = false) {
        if isTranslated { return }
        let names = mapped.map(\.path.description).joined(separator: ", ")
        for written in paths where !mapped.contains(where: { LIFName.matches($0.path.entity, written.path.entity) }) {
            diagnostics.report(
                written.place, "\(written.path) has no entry in \"\(block.shown(name))\", which maps \(names)")
        }
        if isReady { return }
        for written in mapped where !paths.contains(where: { LIFName.matches($0.path.entity, written.path.entity) }) {
            diagnostics.report(
                written.place,
                "\(written.path) is mapped and is not among \"\(self.block.shown("lif_fragment_paths"))\"; "
                    + "add it there or leave it out"
            )
        }
    }

    /// A Translator gets the whole answer, since what it translates from is the source's own data model.
    package func noticeUntranslated(_ block: SettingsBlock) {
        guard isTranslated else { return }
        for name in ["data", "mapping"] where block.has(name) {
            diagnostics.notice(
                "\"\(block.shown(name))\" is set and not used: the source has a translation, and its whole answer goes to "
                    + "the Translator.")
        }
    }
}
