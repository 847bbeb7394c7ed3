import LIFModel
import LIFOperators
import LIFSettings

/// The adapters that sources may name beside the configuration's own operators and pipelines.
struct KnownAdapters {
    let all: [any SourceAdapter]

    var names: [String] { all.map(\.id) }

    subscript(name: String) -> (any SourceAdapter)? { all.first { $0.id == name } }

    /// Reads what a source says, and reports keys that are for other adapters.
    func read(_ source: SourceReading, by adapter: any SourceAdapter) -> AdapterReading {
        let special = Set(all.flatMap(\.keys)).subtracting(adapter.keys)
        for member in source.block.members where special.contains(member.name) {
            source.diagnostics.report(
                member.place,
                "\"\(source.block.shown(member.name))\" is for the adapter \(takers(of: member.name)) only, and not for "
                    + "\"\(adapter.id)\"")
        }
        return adapter.read(source)
            ?? AdapterReading(.notSetUp(reason: "The source has no valid settings for the adapter \"\(adapter.id)\"."))
    }

    private func takers(of key: String) -> String {
        let names = all.filter { $0.keys.contains(key) && !$0.isPreset }.map { "\"\($0.id)\"" }
        return (names.dropLast(2) + [names.suffix(2).joined(separator: " and ")]).joined(separator: ", ")
    }

    /// Reports a name that an operator or pipeline cannot have.
    func check(_ member: ConfigurationNode.Member, _ what: String, _ diagnostics: Diagnostics) {
        if !member.name.isEntryName {
            diagnostics.report(
                member.place,
                "\"\(member.name)\" is no name for \(what); it must have letters, digits, \"-\", \"_\" and \".\" only, "
                    + "at most 128")
        } else if self[member.name] != nil {
            diagnostics.report(
                member.place, "\"\(member.name)\" is the name of one of our adapters; choose another one")
        }
    }
}

extension SourceReading {
    init(block: SettingsBlock, credentials: Credentials, paths: [WrittenPath], isTranslated: Bool, model: PersonModel) {
        let diagnostics = block.diagnostics
        self.init(
            block: block, credentials: credentials, paths: paths, isTranslated: isTranslated, model: model,
            document: { text, file in
                ConfigurationDocument(
                    file: file, text: EnvironmentText(environment: [:]), diagnostics: diagnostics
                ).root(of: text)
            })
    }
}
