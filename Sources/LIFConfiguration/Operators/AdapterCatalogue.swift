import LIFModel
import LIFOperators
import LIFSettings

/// The adapters that a source may have: ours, operators and pipelines.
struct AdapterCatalogue {
    /// What a source's `adapter_id` means.
    struct Adapter {
        /// As the source and plans call it.
        let id: String
        /// What fetches; its name is another one than `id` for a pipeline.
        let base: any SourceAdapter
        /// What of a pipeline's steps shapes data.
        let stepsShape: String?
        /// As `InformationSource.rewritesIdentifiers`.
        var rewritesIdentifiers = false
    }

    let adapters: KnownAdapters
    let operators: NamedEntries<NamedCommand>
    let pipelines: NamedEntries<PipelinesReader.Entry>

    private var names: [String] { adapters.names + operators.names + pipelines.names }

    /// - Returns: `nil` when there is none of the name, which is reported.
    func adapter(of block: SettingsBlock) -> Adapter? {
        guard let text = block.written("adapter_id") else { return nil }
        let (id, shown) = (text.value.trimmed, block.shown("adapter_id"))
        guard names.contains(id) else {
            block.report(
                "adapter_id",
                "is \(text.forPeople), which is no adapter.\(NamedEntries<NamedCommand>.near(text, names)) "
                    + "There are: \(names.joined(separator: ", "))")
            return nil
        }
        guard pipelines.names.contains(id) else {
            return base(id, text, shown).map { Adapter(id: id, base: $0, stepsShape: nil) }
        }
        guard let pipeline = pipelines.entry(text, shown: shown) else { return nil }
        let baseID = pipeline.configuration.adapterID
        let name = WrittenText(place: text.place, segments: [.written(baseID)])
        return base(baseID, name, shown).map {
            Adapter(
                id: id, base: $0, stepsShape: pipeline.shape,
                rewritesIdentifiers: pipeline.configuration.rewritesIdentifiers)
        }
    }

    private func base(_ id: String, _ text: WrittenText, _ shown: String) -> (any SourceAdapter)? {
        adapters[id] ?? operators.entry(text, shown: shown)
    }
}
