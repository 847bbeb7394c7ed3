import LIFModel
import LIFNeighbours
import LIFOperators
import LIFOrchestrator
import LIFQueryPlanner
import LIFSettings
import LIFWorkflow

/// Reads `information_sources`.
struct SourcesReader {
    /// What a source has when it does not say otherwise.
    struct Defaults {
        let settings: SourceSettings
        /// Whether the time-out in `settings` is written, and not the standard one.
        let hasWrittenTimeout: Bool
        let concurrencyLimit: Int
        /// Whether that is written.
        let hasWrittenLimit: Bool
        let plannerTimeout: Duration
    }

    let defaults: Defaults
    let adapters: AdapterCatalogue
    let connections: Connections
    let translations: TranslationReader
    let model: PersonModel
    /// Whether there is an Identity Mapper, which knows how sources know learners.
    let hasIdentityMapper: Bool
    let environment: [String: String]
    let secrets: SecretLookup
    let root: SettingsBlock

    private var diagnostics: Diagnostics { root.diagnostics }

    /// - Parameters:
    ///   - node: The value of the key `information_sources`; `nil` for no sources.
    ///   - pools: The limits of `orchestrator.pools`.
    /// - Returns: The sources, and what the names of their variables begin with.
    func sources(
        _ node: ConfigurationNode?, pools: [String: Int]
    ) -> (sources: [SourceConfiguration], prefixes: Set<String>) {
        guard let node else { return ([], []) }
        guard let items = node.isEmpty ? [] : node.list else {
            diagnostics.report(
                node.place, "\"information_sources\" is \(node.kind); it must be a list of blocks, one for each source")
            return ([], [])
        }
        if items.isEmpty { Self.noticeNone(diagnostics) }
        var sources: [(block: SettingsBlock, source: SourceConfiguration)] = []
        var placeByID: [String: Place] = [:]
        var idByPrefix: [String: String] = [:]
        for (index, item) in items.enumerated() {
            let shown = "information_sources[\(index)]"
            guard let block = root.block(item, path: "information_sources[]", shownPath: shown),
                let (source, prefixes) = source(block)
            else { continue }
            let id = source.source.id
            let place = block.place(of: "information_source_id")
            if let other = placeByID[id] {
                diagnostics.report(place, "the source \"\(id)\" stands also at \(other); each id must be there once")
                continue
            }
            if let (prefix, other) = prefixes.lazy.compactMap({ prefix in idByPrefix[prefix].map { (prefix, $0) } })
                .first
            {
                diagnostics.report(
                    place,
                    "the sources \"\(other)\" and \"\(id)\" would share the credentials \(prefix)…; rename one of them")
                continue
            }
            placeByID[id] = place
            for prefix in prefixes { idByPrefix[prefix] = id }
            sources.append((block, source))
        }
        return (
            PoolsReader(pools: pools, diagnostics: diagnostics).sources(sources), Set(idByPrefix.keys)
        )
    }

    static func noticeNone(_ diagnostics: Diagnostics) {
        diagnostics.notice(
            "There are no information sources: queries are answered with what a LIF Cache has, or with nothing.")
    }

    /// - Returns: The source, and what the names of its variables begin with.
    private func source(_ block: SettingsBlock) -> (SourceConfiguration, [String])? {
        let id = id(block)
        let adapter = adapters.adapter(of: block)
        let organization = block.text("information_source_organization")
        let hours = block.number("ttl_hours")
        let paths = paths(block)
        let translation = translations.translation(of: block)
        let translator = translations.translator(of: block)
        let identity = identity(block)
        let systemID = block.has("identity_system") ? block.text("identity_system")?.trimmed : nil
        let isPartner = block.has("partner") ? block.boolean("partner") : nil
        let staleIfError = block.duration("stale_if_error")
        let staleWhileRevalidate = block.duration("stale_while_revalidate")
        let answeredIdentifiers: AnsweredLearner.Comparison? = block.choice("answered_identifiers")
        let types = block.texts("identifier_types").map { Set($0.map { LearnerIdentifier.token($0.value) }) }
        let settings = settings(block, translator: translator)
        let limit = block.whole("max_concurrency")
        let rate = block.has("rate_limit") ? block.rate("rate_limit") : nil
        let connection = connections.connection(of: block)
        guard let id, let adapter else { return nil }

        let prefixes = prefixes(adapter, id)
        let credentials = Credentials(
            owner: "source \"\(id)\"", prefixes: prefixes, connection: connection, connections: connections,
            environment: environment,
            secrets: secrets, diagnostics: diagnostics)
        let reading = adapters.adapters.read(
            SourceReading(
                block: block, credentials: credentials, paths: paths, isTranslated: translation != nil, model: model),
            by: adapter.base)
        if types == nil, !(hasIdentityMapper && identity == .skip) {
            noticeAnyType(reading.settings, at: block.place(of: "information_source_id"))
        }
        let source = InformationSource(
            id: id, organization: organization, adapterID: adapter.id,
            timeToLive: .seconds((hours ?? 0) * 3_600), staleIfError: staleIfError ?? .zero,
            staleWhileRevalidate: staleWhileRevalidate ?? .zero, fragmentPaths: paths.map(\.path),
            translation: translation, identifierTypes: types, identity: identity, systemID: systemID,
            isPartner: isPartner ?? adapter.base.isPartner,
            rewritesIdentifiers: adapter.rewritesIdentifiers, answeredIdentifiers: answeredIdentifiers ?? .similar,
            origin: Origin.text(adapter, shape: reading.origin, translation: translation, translator: translator))
        let configuration = SourceConfiguration(
            source: source, adapter: reading.settings, settings: settings,
            concurrencyLimit: limit ?? defaults.concurrencyLimit,
            sharesLimit: block.has("max_concurrency") || defaults.hasWrittenLimit, rateLimit: rate,
            writtenTimeout: block.has("timeout") || defaults.hasWrittenTimeout ? settings.policy.timeout : nil)
        return (configuration, prefixes)
    }

    /// Two learners may have the same number, of two types.
    private func noticeAnyType(_ settings: AdapterSettings, at place: Place) {
        guard case .ready(let configuration) = settings, !configuration.namesIdentifierType else { return }
        diagnostics.notice(
            place,
            "This source is asked with identifiers of any type, and its request does not contain the type, so it may "
                + "answer with the record of another person who has the same number. List the types that it means in "
                + "\"identifier_types\".")
    }

    private func identity(_ block: SettingsBlock) -> IdentityPolicy {
        let identity: IdentityPolicy = block.choice("identity") ?? .shared
        if identity == .skip, !hasIdentityMapper {
            diagnostics.notice(
                block.place(of: "identity"),
                "\"\(block.shown("identity"))\" is skip, and there is no \"identity_mapper\": the source is asked by the "
                    + "identifier in the query.")
        }
        return identity
    }

    /// A pipeline's source may have credentials under its own name or that of the adapter inside.
    private func prefixes(_ adapter: AdapterCatalogue.Adapter, _ id: String) -> [String] {
        // An operator has a connection of its own.
        if adapter.base is NamedCommand { return [] }
        let names = adapter.id == adapter.base.id ? [adapter.id] : [adapter.id, adapter.base.id]
        return names.map { Credentials.prefix(adapterID: $0, sourceID: id) }
    }

    private func id(_ block: SettingsBlock) -> String? {
        guard let id = block.text("information_source_id") else { return nil }
        guard id.isEntryName else {
            block.report(
                "information_source_id",
                "is no name for a source; it must have letters, digits, \"-\", \"_\" and \".\" only, at most 128")
            return nil
        }
        guard id != RecordCacheRules.sourceID else {
            block.report("information_source_id", "is what answers call the LIF Cache; choose another name")
            return nil
        }
        return id
    }

    /// Members that the data model does not know are passed through, so this is no error; but it may be a mistyped name.
    private func noticeUnknown(_ path: FragmentPath, at place: Place) {
        let known = model.members
        guard LIFName.find(path.entity, among: known) == nil else { return }
        let near = NearestNames.to(path.entity, among: known).first.map { " Did you mean \"Person.\($0)\"?" } ?? ""
        diagnostics.notice(
            place, "The data model does not know the fragment path \"\(path)\" of a source.\(near)")
    }

    private func paths(_ block: SettingsBlock) -> [WrittenPath] {
        guard let texts = block.texts("lif_fragment_paths") else { return [] }
        if block.isEmptyList("lif_fragment_paths") {
            block.report("lif_fragment_paths", "is empty; name at least one path such as \"Person.Name\"")
        }
        return texts.compactMap { text in
            if let path = FragmentPath(parsing: text.value) {
                noticeUnknown(path, at: text.place)
                return WrittenPath(path: path, place: text.place)
            }
            diagnostics.report(
                text.place,
                "\(text.forPeople) is no fragment path; it must be \"Person\" and one member, such as \"Person.Name\"")
            return nil
        }
    }

    private func settings(_ block: SettingsBlock, translator: String) -> SourceSettings {
        var settings = defaults.settings
        settings.read(block)
        settings.translator = translator
        if let timeout = block.duration("timeout"), timeout >= defaults.plannerTimeout {
            diagnostics.notice(
                block.place(of: "timeout"),
                "\"\(block.shown("timeout"))\" is not below planner.timeout "
                    + "(\(defaults.plannerTimeout.forPeople)): when this source hangs, clients that wait get 408 "
                    + "instead of what the others have.")
        }
        settings.noticeRetries(block)
        return settings
    }

    /// - Parameter prefixes: What the variables of sources that can be reached begin with.
    func noticeStrayCredentials(prefixes: Set<String>) {
        let stray = environment.keys.filter { name in
            name.hasPrefix("ADAPTERS__") && !prefixes.contains { name.hasPrefix($0) }
        }
        for name in stray.sorted() {
            diagnostics.notice("The environment variable \(name) belongs to no configured source.")
        }
    }
}

extension SourceSettings {
    /// Takes what a block says of tasks and of the circuit breaker.
    mutating func read(_ block: SettingsBlock) {
        var tasks = TaskSettings(block)
        tasks.fill(from: self.tasks)
        self.tasks = tasks
        if let failures = block.whole("breaker_failures") { breaker.failures = failures }
        if let open = block.duration("breaker_open") { breaker.openFor = open }
    }
}

extension SettingsBlock {
    /// So many in a period.
    fileprivate func rate(_ name: String) -> RateLimit? {
        value(name, such: " such as 10/s, 600/min or 1000/h, with at most \(RateLimit.largest)") { RateLimit(text: $0) }
    }
}
