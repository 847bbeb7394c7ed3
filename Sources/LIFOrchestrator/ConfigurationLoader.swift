public import LIFModel
public import LIFWorkflow
import Synchronization

/// Resolves the operators of a plan part by name (Orchestrator seed, "Configuration Loader").
public final class ConfigurationLoader: Sendable {
    private let catalogue: SourceCatalogue
    private let registry: OperatorRegistry
    private let made: Mutex<[String: any TaskOperator]> = Mutex([:])

    public init(catalogue: SourceCatalogue, registry: OperatorRegistry) {
        self.catalogue = catalogue
        self.registry = registry
    }

    /// The adapter of a part. It is made once per source and then shared.
    ///
    /// - Throws: `LIFError` `OperatorNotFoundException`, which names what exists.
    public func adapter(of part: QueryPlanPart) throws(LIFError) -> any TaskOperator {
        guard let source = catalogue[part.informationSourceID] else {
            throw Self.notFound(
                "There is no information source of the name in the plan", exists: catalogue.sources.map(\.id))
        }
        guard source.adapterID == part.adapterID else {
            throw Self.notFound(
                "Source \"\(source.id)\" is not configured with the adapter in the plan", exists: [source.adapterID])
        }
        return try adapter(of: source)
    }

    /// - Throws: `LIFError` `OperatorNotFoundException`.
    public func adapter(of source: InformationSource) throws(LIFError) -> any TaskOperator {
        try made.withLock { made throws(LIFError) in
            if let existing = made[source.id] { return existing }
            let adapter = try make(source)
            made[source.id] = adapter
            return adapter
        }
    }

    private func make(_ source: InformationSource) throws(LIFError) -> any TaskOperator {
        guard let maker = registry[source.adapterID] else {
            throw Self.notFound("There is no adapter \"\(source.adapterID)\"", exists: registry.names)
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

    /// Checks that the part's translation can be done, before anything is fetched for it.
    ///
    /// - Throws: `LIFError` `OperatorNotFoundException`: no translator is there in this version.
    func checkTranslator(of part: QueryPlanPart) throws(LIFError) {
        try checkTranslator(part.translation, sourceID: part.informationSourceID)
    }

    /// - Throws: `LIFError` `OperatorNotFoundException`.
    func checkTranslator(_ translation: Translation?, sourceID: String) throws(LIFError) {
        guard translation != nil else { return }
        throw LIFError(
            .operatorNotFoundException,
            "Source \"\(sourceID)\" needs a translation, and no translator is available. Map its answer in "
                + "the adapter's configuration, or remove \"translation\".",
            blame: .us, reason: .noTranslator)
    }

    private static func notFound(_ what: String, exists: [String]) -> LIFError {
        let names = exists.isEmpty ? "none" : exists.joined(separator: ", ")
        return LIFError(
            .operatorNotFoundException, "\(what). What exists: \(names).", blame: .caller, reason: .operatorNotFound)
    }
}
