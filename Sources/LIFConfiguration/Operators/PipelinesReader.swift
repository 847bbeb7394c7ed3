import LIFModel
import LIFOperators
import LIFSettings

/// Reads `pipelines`.
struct PipelinesReader {
    let root: SettingsBlock
    let adapters: KnownAdapters
    let operators: NamedEntries<NamedCommand>
    let model: PersonModel

    private var diagnostics: Diagnostics { root.diagnostics }

    /// A pipeline, and what of its steps shapes data.
    struct Entry {
        let configuration: PipelineConfiguration
        let shape: String
        /// The fields that its steps name, and where.
        let fields: [WrittenField]
    }

    /// A field of a step, what the step does with it, and where that is written.
    struct WrittenField {
        let field: FieldPath
        let use: String
        let place: Place
    }

    func pipelines() -> NamedEntries<Entry> {
        let entries = root.named("pipelines") { member, block in
            adapters.check(member, "a pipeline", diagnostics)
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
            shape: steps.compactMap { $0?.shape }.joined(separator: "\u{1D}"),
            fields: steps.flatMap { $0?.fields ?? [] })
    }

    private func adapter(_ block: SettingsBlock) -> String? {
        guard let text = block.written("adapter") else { return nil }
        let name = text.value.trimmed
        if adapters[name] != nil { return name }
        let names = adapters.names + operators.names
        guard operators.names.contains(name) else {
            block.report(
                "adapter",
                "is \(text.forPeople), which is no adapter that a pipeline can go around."
                    + "\(NamedEntries<NamedCommand>.near(text, names)) There are: \(names.joined(separator: ", "))")
            return nil
        }
        return operators.entry(text, shown: block.shown("adapter")).map { _ in name }
    }

    private typealias Step = (step: PipelineConfiguration.Step, shape: String, fields: [WrittenField])

    private func step(_ node: ConfigurationNode, shownPath: String) -> Step? {
        guard let block = root.block(node, path: "pipelines.*.steps[]", shownPath: shownPath),
            let name = block.onlyKey()
        else { return nil }
        switch name {
        case "remove":
            return fields(block, name, "removed").map { (.remove($0.map(\.field)), Self.shape(name, $0), $0) }
        case "keep":
            return fields(block, name, "kept").map { (.keep($0.map(\.field)), Self.shape(name, $0), $0) }
        case "mask":
            guard let mask = block.block(name) else { return nil }
            let (fields, text) = (fields(mask, "fields", "masked"), mask.text("with"))
            guard let fields, let text else { return nil }
            let shape = Self.shape(name, fields) + "\u{1F}" + text
            return (.mask(fields.map(\.field), with: text), shape, fields)
        default:
            return operators.entry(name, of: block).map {
                (.command($0.command), $0.origin.joined(separator: "\u{1F}"), [])
            }
        }
    }

    /// What the data model does not know may be mistyped, and then the step does nothing where it should.
    private func fields(_ block: SettingsBlock, _ name: String, _ use: String) -> [WrittenField]? {
        guard block.node(name) != nil, let texts = block.texts(name) else { return nil }
        if block.isEmptyList(name) { block.report(name, "is empty; name a field such as \"Person.Contact.Email\"") }
        return texts.compactMap { text in
            if let field = FieldPath(parsing: text.value.trimmed), !field.segments.isEmpty {
                UnknownMember(on: field, in: model)?.notice(use, at: text.place, diagnostics)
                return WrittenField(field: field, use: use, place: text.place)
            }
            diagnostics.report(
                text.place,
                "\(text.forPeople) is no field; it must be \"Person\" and at least one name, such as "
                    + "\"Person.Contact.Email\"")
            return nil
        }
    }

    private static func shape(_ name: String, _ fields: [WrittenField]) -> String {
        ([name] + fields.map(\.field.description)).joined(separator: "\u{1F}")
    }

    /// A step can change only what a source is asked for.
    func noticeFieldsOutside(_ sources: [InformationSource], of pipelines: NamedEntries<Entry>) {
        for (name, entry) in pipelines.valid.sorted(by: { $0.key < $1.key }) {
            let paths = sources.filter { $0.adapterID == name }.flatMap(\.fragmentPaths)
            // One that no source uses has a notice of its own.
            if paths.isEmpty { continue }
            for written in entry.fields {
                guard let entity = written.field.segments.first,
                    !paths.contains(where: { LIFName.matches($0.entity, entity) })
                else { continue }
                diagnostics.notice(
                    written.place,
                    "\"\(written.field)\", which is \(written.use), is at none of the \"lif_fragment_paths\" of the sources "
                        + "with this pipeline, so the step never finds it.")
            }
        }
    }
}
