import LIFModel
import LIFNeighbours
import LIFSettings

/// Reads what a source says of its translation.
struct TranslationReader {
    let dataModels: NamedEntries<String>
    let translators: NamedEntries<TranslatorConfiguration>
    let diagnostics: Diagnostics

    func translation(of block: SettingsBlock) -> Translation? {
        guard block.isSet("translation"), let translation = block.block("translation") else { return nil }
        let source = id(translation, "source_schema_id", named: "source")
        let target = id(translation, "target_schema_id", named: "target")
        guard let source, let target else { return nil }
        return Translation(sourceSchemaID: source, targetSchemaID: target)
    }

    private func id(_ block: SettingsBlock, _ key: String, named name: String) -> String? {
        switch (block.has(key), block.has(name)) {
        case (true, false):
            return block.text(key)
        case (false, true):
            return dataModels.entry(name, of: block)
        case (true, true):
            block.report(name, "stands beside \"\(key)\"; keep one of the two")
        case (false, false):
            diagnostics.report(
                block.place, "\"\(block.shownPath)\" has no \"\(key)\" and no \"\(name)\"; it must have one")
        }
        return nil
    }

    /// The name of the source's Translator. That there is no default one stops nothing: deployed systems have such sources.
    func translator(of block: SettingsBlock) -> String {
        let standard = TranslatorsReader.standardName
        if block.has("translator") {
            _ = translators.entry("translator", of: block)
            return block.text("translator")?.trimmed ?? standard
        }
        if block.isSet("translation"), !translators.hasEntry(standard) {
            diagnostics.notice(
                "A source has a translation, and there is no translator: its parts fail with reason no-translator. Set "
                    + "\"translators.default\" or \(DeployedEnvironment.translatorURL).")
        }
        return standard
    }
}
