public import LIFModel
public import LIFWorkflow

/// What exists by name: adapters, data pipelines, translators, callback operators and data models (Orchestrator seed,
/// "Configuration Loader"). It is made from the configuration alone.
public struct OperatorRegistry: Sendable {
    /// Makes an operator for one information source.
    ///
    /// - Throws: `LIFError` when the source's settings do not suffice; the message names the setting.
    public typealias AdapterMaker = @Sendable (InformationSource) throws -> any TaskOperator

    /// Makes an operator for a callback's URL.
    ///
    /// - Throws: `LIFError` `QueryParseException` for a URL that may not be called.
    public typealias CallbackMaker = @Sendable (String) throws(LIFError) -> any CallbackOperator

    private var adapters: [String: AdapterMaker] = [:]
    private var pipelines: [String: DataPipeline] = [:]
    private var translators: [String: any Translator] = [:]
    private var callbacks: [String: any CallbackOperator] = [:]
    private var callbackURL: CallbackMaker?
    /// `nil` when plans may name configured sources only.
    public var openSources: (any OpenSources)?

    /// A registry in which nothing exists.
    public init() {}

    /// Of adapters and data pipelines: what a source's `adapter_id` may be.
    public var adapterNames: [String] { (Array(adapters.keys) + pipelines.keys).sorted() }
    /// What a source's `translator` may be, sorted.
    public var translatorNames: [String] { translators.keys.sorted() }
    /// The callback operators that are no URLs, sorted.
    public var callbackNames: [String] { callbacks.keys.sorted() }

    /// Makes an adapter known. `maker` is called once for each source that uses it. A second maker replaces the first.
    public mutating func register(_ adapterID: String, maker: @escaping AdapterMaker) {
        adapters[adapterID] = maker
    }

    /// Makes a data pipeline known, under a name that a source may have as its `adapter_id`.
    public mutating func register(_ name: String, pipeline: DataPipeline) { pipelines[name] = pipeline }

    /// Makes a translator known; without a setting, sources use the one named `default`.
    public mutating func register(_ name: String, translator: any Translator) { translators[name] = translator }

    /// Makes a receiver of callbacks known, under a name that `callbacks` of a submission may have as a target.
    public mutating func register(_ name: String, callback: any CallbackOperator) { callbacks[name] = callback }

    /// Sets what is done with callbacks that are URLs; without it there are none.
    public mutating func registerCallbackURLs(_ maker: @escaping CallbackMaker) { callbackURL = maker }

    /// The adapter of that name, or the one that the data pipeline of that name goes around.
    func adapter(_ name: String) -> AdapterMaker? { adapters[pipelines[name]?.adapterID ?? name] }

    func steps(_ name: String) -> [any PipelineStep] { pipelines[name]?.steps ?? [] }

    func translator(_ name: String) -> (any Translator)? { translators[name] }

    /// - Throws: `LIFError` `OperatorNotFoundException` for a name that is not registered, which lists what exists;
    ///   `QueryParseException` for a URL that may not be called.
    func callback(_ target: String) throws(LIFError) -> any CallbackOperator {
        if let callback = callbacks[target] { return callback }
        if target.contains("://") {
            if let callbackURL { return try callbackURL(target) }
            throw LIFError(
                .queryParseException,
                "Callbacks to URLs are not allowed here. Name hosts in \"orchestrator.callbacks.allowed_hosts\".")
        }
        let names = callbackNames.isEmpty ? "none" : callbackNames.joined(separator: ", ")
        throw LIFError(
            .operatorNotFoundException, "There is no callback operator \"\(target)\". What exists: \(names).",
            reason: .operatorNotFound)
    }
}

/// An ordered list of steps around an adapter, found in the registry like an adapter (Orchestrator seed, "Data Pipelines").
public struct DataPipeline: Sendable {
    /// The adapter that fetches the data which the steps change.
    public let adapterID: String
    /// In the order in which they run, after the adapter and the translation.
    public let steps: [any PipelineStep]

    /// An adapter with steps after it.
    public init(adapterID: String, steps: [any PipelineStep]) {
        self.adapterID = adapterID
        self.steps = steps
    }
}
