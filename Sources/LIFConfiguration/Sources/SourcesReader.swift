import LIFModel
import LIFOperators
import LIFWorkflow

/// Reads `information_sources`.
struct SourcesReader {
    /// What a source has when it does not say otherwise.
    struct Defaults {
        let policy: TaskPolicy
        let concurrencyLimit: Int
        let plannerTimeout: Duration
    }

    let defaults: Defaults
    let environment: [String: String]
    let diagnostics: Diagnostics

    /// - Parameter node: The value of the key `information_sources`.
    func sources(_ node: ConfigurationNode) -> [SourceConfiguration] {
        guard let items = node.list, !items.isEmpty else {
            let found = node.list == nil ? node.kind : "an empty list"
            diagnostics.report(
                node.place, "\"information_sources\" is \(found); it must be a list of blocks, one for each source")
            return []
        }
        var sources: [SourceConfiguration] = []
        var placeByID: [String: Place] = [:]
        var idByPrefix: [String: String] = [:]
        for (index, item) in items.enumerated() {
            let shown = "information_sources[\(index)]"
            guard let block = SettingsBlock(item, path: "information_sources[]", shownPath: shown, diagnostics),
                let source = source(block)
            else { continue }
            let id = source.source.id
            let place = block.place(of: "information_source_id")
            if let other = placeByID[id] {
                diagnostics.report(place, "the source \"\(id)\" stands also at \(other); each id must be there once")
                continue
            }
            let prefix = Credentials.prefix(adapterID: source.source.adapterID, sourceID: id)
            if let other = idByPrefix[prefix] {
                diagnostics.report(
                    place,
                    "the sources \"\(other)\" and \"\(id)\" would share the credentials \(prefix)…; rename one of them")
                continue
            }
            placeByID[id] = place
            idByPrefix[prefix] = id
            sources.append(source)
        }
        noticeStrayCredentials(prefixes: Set(idByPrefix.keys))
        return sources
    }

    private func source(_ block: SettingsBlock) -> SourceConfiguration? {
        let id = id(block)
        let adapter = adapter(block)
        let organization = block.text("information_source_organization")
        let hours = block.number("ttl_hours")
        let paths = paths(block)
        let translation = translation(block)
        _ = block.choice("identity", Identity.self)
        let staleIfError = block.duration("stale_if_error")
        let types = block.texts("identifier_types").map { Set($0.map { LearnerIdentifier.token($0.value) }) }
        let policy = policy(block)
        let limit = block.whole("max_concurrency")
        guard let id, let adapter else { return nil }

        let connection = block.has("connection") ? block.block("connection") : nil
        let credentials = Credentials(
            adapterID: adapter.rawValue, sourceID: id, connection: connection, environment: environment)
        let reader = AdapterReader(
            block: block, credentials: credentials, paths: paths, isTranslated: translation != nil,
            diagnostics: diagnostics)
        let reading = reader.read(adapter)
        let source = InformationSource(
            id: id, organization: organization, adapterID: adapter.rawValue,
            timeToLive: .seconds((hours ?? 0) * 3_600), staleIfError: staleIfError ?? .zero,
            fragmentPaths: paths.map(\.path), translation: translation, identifierTypes: types,
            origin: Origin.text(adapterID: adapter.rawValue, shape: reading.shape, translation: translation))
        return SourceConfiguration(
            source: source, adapter: reading.settings, policy: policy,
            concurrencyLimit: limit ?? defaults.concurrencyLimit)
    }

    private enum Identity: String { case shared }

    private func id(_ block: SettingsBlock) -> String? {
        guard let id = block.text("information_source_id") else { return nil }
        let isName = id.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-_.".contains($0)) }
        guard isName, id.count <= 128 else {
            block.report(
                "information_source_id",
                "is no name for a source; it must have letters, digits, \"-\", \"_\" and \".\" only, at most 128")
            return nil
        }
        return id
    }

    private func adapter(_ block: SettingsBlock) -> AdapterID? {
        guard let text = block.written("adapter_id") else { return nil }
        if let adapter = AdapterID(rawValue: text.value) { return adapter }
        let names = AdapterID.allCases.map(\.rawValue)
        let near = NearestNames.to(text.value, among: names).first.map { " Did you mean \"\($0)\"?" } ?? ""
        block.report(
            "adapter_id",
            "is \(text.forPeople), which is no adapter.\(near) There are: \(names.joined(separator: ", "))")
        return nil
    }

    /// Members that the data model does not know are passed through, so this is no error; but it may be a mistyped name.
    private func noticeUnknown(_ path: FragmentPath) {
        let known = PersonModel.standard.members
        guard LIFName.find(path.entity, among: known) == nil else { return }
        let near = NearestNames.to(path.entity, among: known).first.map { " Did you mean \"Person.\($0)\"?" } ?? ""
        diagnostics.notice("The data model does not know the fragment path \"\(path)\" of a source.\(near)")
    }

    private func paths(_ block: SettingsBlock) -> [WrittenPath] {
        guard let texts = block.texts("lif_fragment_paths") else { return [] }
        if texts.isEmpty, block.has("lif_fragment_paths") {
            block.report("lif_fragment_paths", "is empty; name at least one path such as \"Person.Name\"")
        }
        return texts.compactMap { text in
            if let path = FragmentPath(parsing: text.value) {
                noticeUnknown(path)
                return WrittenPath(path: path, place: text.place)
            }
            diagnostics.report(
                text.place,
                "\(text.forPeople) is no fragment path; it must be \"Person\" and one member, such as \"Person.Name\"")
            return nil
        }
    }

    private func translation(_ block: SettingsBlock) -> Translation? {
        if case .nothing? = block.member("translation")?.value.content { return nil }
        guard block.has("translation"), let translation = block.block("translation"),
            let source = translation.text("source_schema_id"), let target = translation.text("target_schema_id")
        else { return nil }
        return Translation(sourceSchemaID: source, targetSchemaID: target)
    }

    private func policy(_ block: SettingsBlock) -> TaskPolicy {
        var policy = defaults.policy
        if let retries = block.whole("retries") { policy.retries = retries }
        if let backoff = block.duration("retry_backoff") {
            policy.backoff = backoff
            policy.maximumBackoff = max(policy.maximumBackoff, backoff)
        }
        if let timeout = block.duration("timeout") {
            policy.timeout = timeout
            if timeout >= defaults.plannerTimeout {
                diagnostics.notice(
                    "\"\(block.shown("timeout"))\" is not below planner.timeout "
                        + "(\(defaults.plannerTimeout.forPeople)): when this source hangs, clients that wait get 408 "
                        + "instead of what the others have.")
            }
        }
        return policy
    }

    private func noticeStrayCredentials(prefixes: Set<String>) {
        let stray = environment.keys.filter { name in
            name.hasPrefix("ADAPTERS__") && !prefixes.contains { name.hasPrefix($0) }
        }
        for name in stray.sorted() {
            diagnostics.notice("The environment variable \(name) belongs to no configured source.")
        }
    }
}

/// A fragment path and where it is written.
struct WrittenPath {
    let path: FragmentPath
    let place: Place
}
