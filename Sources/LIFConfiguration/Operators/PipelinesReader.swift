import LIFModel

/// Reads `pipelines`.
struct PipelinesReader {
    let root: SettingsBlock
    let operators: NamedEntries<OperatorEntry>

    private var diagnostics: Diagnostics { root.diagnostics }

    /// A pipeline, and what of its steps shapes data.
    struct Entry {
        let configuration: PipelineConfiguration
        let shape: String
    }

    func pipelines() -> NamedEntries<Entry> {
        let entries = root.named("pipelines") { member, block in
            AdapterCatalogue.check(member, "a pipeline", diagnostics)
            if operators.names.contains(member.name) {
                diagnostics.report(
                    member.place,
                    "\"\(member.name)\" is an operator too; adapters are found by name, so rename one of them")
            }
            return entry(block)
        }
        return NamedEntries(entries, key: "pipelines", kind: "pipeline", diagnostics)
    }

    private func entry(_ block: SettingsBlock) -> Entry? {
        let adapter = adapter(block)
        let steps = block.items("steps").map(step)
        guard let adapter, !steps.contains(where: { $0 == nil }) else { return nil }
        return Entry(
            configuration: PipelineConfiguration(adapterID: adapter, steps: steps.compactMap { $0?.step }),
            shape: steps.compactMap { $0?.shape }.joined(separator: "\u{1D}"))
    }

    private func adapter(_ block: SettingsBlock) -> String? {
        guard let text = block.written("adapter") else { return nil }
        let name = text.value.trimmed
        if AdapterID(rawValue: name) != nil { return name }
        let names = AdapterID.allCases.map(\.rawValue) + operators.names
        guard operators.names.contains(name) else {
            block.report(
                "adapter",
                "is \(text.forPeople), which is no adapter that a pipeline can go around."
                    + "\(NamedEntries<OperatorEntry>.near(text, names)) There are: \(names.joined(separator: ", "))")
            return nil
        }
        return operators.entry(text, shown: block.shown("adapter")).map { _ in name }
    }

    private typealias Step = (step: PipelineConfiguration.Step, shape: String)

    private func step(_ node: ConfigurationNode, shownPath: String) -> Step? {
        guard let block = SettingsBlock(node, path: "pipelines.*.steps[]", shownPath: shownPath, diagnostics),
            let name = block.onlyKey()
        else { return nil }
        switch name {
        case "remove": return fields(block, name).map { (.remove($0), Self.shape(name, $0)) }
        case "keep": return fields(block, name).map { (.keep($0), Self.shape(name, $0)) }
        case "mask":
            guard let mask = block.block(name) else { return nil }
            let (fields, text) = (fields(mask, "fields"), mask.text("with"))
            guard let fields, let text else { return nil }
            return (.mask(fields, with: text), Self.shape(name, fields) + "\u{1F}" + text)
        default:
            return operators.entry(name, of: block).map { (.command($0.command), "\(name)\u{1F}\($0.shape)") }
        }
    }

    private func fields(_ block: SettingsBlock, _ name: String) -> [FieldPath]? {
        guard block.node(name) != nil, let texts = block.texts(name) else { return nil }
        if block.isEmptyList(name) { block.report(name, "is empty; name a field such as \"Person.Contact.Email\"") }
        return texts.compactMap { text in
            if let field = FieldPath(parsing: text.value.trimmed), !field.segments.isEmpty { return field }
            diagnostics.report(
                text.place,
                "\(text.forPeople) is no field; it must be \"Person\" and at least one name, such as "
                    + "\"Person.Contact.Email\"")
            return nil
        }
    }

    private static func shape(_ name: String, _ fields: [FieldPath]) -> String {
        ([name] + fields.map(\.description)).joined(separator: "\u{1F}")
    }
}
