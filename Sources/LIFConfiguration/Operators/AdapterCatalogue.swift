import LIFModel

/// The adapters that a source may have: ours, operators and pipelines.
struct AdapterCatalogue {
    /// What a source's `adapter_id` means.
    struct Adapter {
        enum Base {
            case ours(AdapterID)
            case command(OperatorEntry)
        }

        /// As the source and plans call it.
        let id: String
        /// The name of what fetches; another one than `id` for a pipeline.
        let baseID: String
        let base: Base
        /// What of a pipeline's steps shapes data.
        let stepsShape: String?
        /// As `InformationSource.rewritesIdentifiers`.
        var rewritesIdentifiers = false
    }

    let operators: NamedEntries<OperatorEntry>
    let pipelines: NamedEntries<PipelinesReader.Entry>

    private var names: [String] { AdapterID.allCases.map(\.rawValue) + operators.names + pipelines.names }

    /// - Returns: `nil` when there is none of the name, which is reported.
    func adapter(of block: SettingsBlock) -> Adapter? {
        guard let text = block.written("adapter_id") else { return nil }
        let (id, shown) = (text.value.trimmed, block.shown("adapter_id"))
        guard names.contains(id) else {
            block.report(
                "adapter_id",
                "is \(text.forPeople), which is no adapter.\(NamedEntries<OperatorEntry>.near(text, names)) "
                    + "There are: \(names.joined(separator: ", "))")
            return nil
        }
        guard pipelines.names.contains(id) else {
            return base(id, text, shown).map { Adapter(id: id, baseID: id, base: $0, stepsShape: nil) }
        }
        guard let pipeline = pipelines.entry(text, shown: shown) else { return nil }
        let baseID = pipeline.configuration.adapterID
        let name = WrittenText(place: text.place, segments: [.written(baseID)])
        return base(baseID, name, shown).map {
            Adapter(
                id: id, baseID: baseID, base: $0, stepsShape: pipeline.shape,
                rewritesIdentifiers: pipeline.configuration.rewritesIdentifiers)
        }
    }

    private func base(_ id: String, _ text: WrittenText, _ shown: String) -> Adapter.Base? {
        if let ours = AdapterID(rawValue: id) { return .ours(ours) }
        return operators.entry(text, shown: shown).map { .command($0) }
    }

    /// Reports a name that an operator or pipeline cannot have.
    static func check(_ member: ConfigurationNode.Member, _ what: String, _ diagnostics: Diagnostics) {
        if !member.name.isEntryName {
            diagnostics.report(
                member.place,
                "\"\(member.name)\" is no name for \(what); it must have letters, digits, \"-\", \"_\" and \".\" only, "
                    + "at most 128")
        } else if AdapterID(rawValue: member.name) != nil {
            diagnostics.report(
                member.place, "\"\(member.name)\" is the name of one of our adapters; choose another one")
        }
    }
}
