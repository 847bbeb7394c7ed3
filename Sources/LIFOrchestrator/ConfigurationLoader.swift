public import LIFModel
public import LIFWorkflow
import Synchronization

/// Resolves the operators of a plan part by name (Orchestrator seed, "Configuration Loader").
public final class ConfigurationLoader: Sendable {
    private let configuration: OrchestratorConfiguration
    private let registry: OperatorRegistry
    private let made: Mutex<[Key: any TaskOperator]> = Mutex([:])

    /// What decides about an adapter. Of an open source the plan's part says all of it.
    private struct Key: Hashable {
        let sourceID: String
        let adapterID: String
        let isTranslated: Bool

        init(_ source: InformationSource) {
            sourceID = source.id
            adapterID = source.adapterID
            isTranslated = source.translation != nil
        }
    }

    /// Resolves names by this configuration and registry. An adapter is made at its first use, and then shared.
    public init(configuration: OrchestratorConfiguration, registry: OperatorRegistry) {
        self.configuration = configuration
        self.registry = registry
    }

    /// The adapter of a part. It is made once per source and then shared.
    ///
    /// - Throws: `LIFError` `OperatorNotFoundException`, which names what exists.
    public func adapter(of part: QueryPlanPart) throws(LIFError) -> any TaskOperator {
        guard let source = configuration.catalogue[part.informationSourceID] else {
            if registry.openSources != nil {
                return try adapter(of: InformationSource(open: part, fragmentPaths: part.fragmentPaths))
            }
            throw Self.notFound(
                "There is no information source of the name in the plan",
                exists: configuration.catalogue.sources.map(\.id))
        }
        guard source.adapterID == part.adapterID else {
            throw Self.notFound(
                "Source \"\(source.id)\" is not configured with the adapter in the plan", exists: [source.adapterID])
        }
        return try adapter(of: source)
    }

    /// The adapter of a source, made once and then shared.
    ///
    /// - Throws: `LIFError` `OperatorNotFoundException`.
    public func adapter(of source: InformationSource) throws(LIFError) -> any TaskOperator {
        try made.withLock { made throws(LIFError) in
            let key = Key(source)
            if let existing = made[key] { return existing }
            let adapter = try make(source)
            made[key] = adapter
            return adapter
        }
    }

    private func make(_ source: InformationSource) throws(LIFError) -> any TaskOperator {
        if configuration.catalogue[source.id] == nil, let open = registry.openSources {
            return try open.adapter(of: source)
        }
        guard let maker = registry.adapter(source.adapterID) else {
            throw Self.notFound("There is no adapter \"\(source.adapterID)\"", exists: registry.adapterNames)
        }
        do {
            return try maker(source)
        } catch let error as LIFError {
            throw error
        } catch {
            throw LIFError(
                .operatorNotFoundException, "The adapter of source \"\(source.id)\" cannot be set up.", blame: .us,
                reason: .operatorNotFound, cause: error)
        }
    }

    /// The steps of the data pipeline that a part's adapter is; none for an adapter alone.
    public func steps(of part: QueryPlanPart) -> [any PipelineStep] { registry.steps(part.adapterID) }

    /// The translator of a source.
    ///
    /// - Throws: `LIFError` `OperatorNotFoundException` when there is none, which says what to set.
    public func translator(of sourceID: String) throws(LIFError) -> any Translator {
        let name = configuration.settings(of: sourceID).translator
        if let translator = registry.translator(name) { return translator }
        let names = registry.translatorNames
        throw LIFError(
            .operatorNotFoundException,
            "Source \"\(sourceID)\" needs a translation, and there is no translator \"\(name)\". "
                + (names.isEmpty
                    ? "Set \"translators\" or LIF_TRANSLATOR_BASE_URL, or remove \"translation\"."
                    : "What exists: \(names.joined(separator: ", "))."),
            blame: .us, reason: .noTranslator)
    }

    /// The operator that delivers callbacks to a target: a registered name, or a URL of an allowed host.
    ///
    /// - Throws: `LIFError` `OperatorNotFoundException`, `QueryParseException`.
    public func callback(_ target: String) throws(LIFError) -> any CallbackOperator { try registry.callback(target) }

    private static func notFound(_ what: String, exists: [String]) -> LIFError {
        let names = exists.isEmpty ? "none" : exists.joined(separator: ", ")
        return LIFError(
            .operatorNotFoundException, "\(what). What exists: \(names).", blame: .caller, reason: .operatorNotFound)
    }
}
