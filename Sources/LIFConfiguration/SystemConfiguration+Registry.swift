public import LIFHTTP
public import LIFModel
import LIFNeighbours
import LIFOperators
public import LIFOrchestrator
import LIFSettings
public import LIFWorkflow

extension SystemConfiguration {
    /// Makes the registry of everything that exists by name in this configuration: adapters, data pipelines, translators and
    /// receivers of callbacks.
    ///
    /// - Parameters:
    ///   - http: For all that is reached over HTTP.
    ///   - model: The data model that answers of partners are read by, whenever one is read; `nil` for the configured one.
    ///   - log: Takes lines for a job's log: what a command that is called back wrote to standard error.
    public func registry(
        http: OutgoingHTTPClient, model: (@Sendable () -> PersonModel)? = nil,
        log: @escaping @Sendable (JobID, String) -> Void = { _, _ in }
    ) -> OperatorRegistry {
        var registry = OperatorRegistry()
        let configured = catalogue.model
        let model = model ?? { configured }
        let settings = Dictionary(
            sources.map { ($0.source.id, $0.adapter) }, uniquingKeysWith: { first, _ in first })
        let services = AdapterServices(http: http, model: model)
        for name in adapters + operators.keys {
            registry.register(name) { source in try Self.adapter(of: source, settings[source.id], services) }
        }
        for (name, pipeline) in pipelines {
            let steps = pipeline.steps.map(Self.step)
            registry.register(name, pipeline: DataPipeline(adapterID: pipeline.adapterID, steps: steps))
        }
        for (name, translator) in translators {
            registry.register(name, translator: HTTPTranslator(configuration: translator, http: http))
        }
        for (name, command) in operators {
            registry.register(name, callback: CommandCallbackOperator(configuration: command, log: log))
        }
        registerCallbackURLs(in: &registry, http)
        registry.openSources = openCatalogue.map { EnvironmentSources($0, services) }
        return registry
    }

    static func adapter(
        of source: InformationSource, _ settings: AdapterSettings?, _ services: AdapterServices
    ) throws(LIFError) -> any TaskOperator {
        switch settings {
        case .ready(let configuration): return configuration.makeOperator(services)
        case .notSetUp(let reason):
            throw LIFError(.operatorNotFoundException, reason, blame: .us, reason: .operatorNotFound)
        case nil:
            throw LIFError(
                .operatorNotFoundException, "Source \"\(source.id)\" has no settings.", blame: .us,
                reason: .operatorNotFound)
        }
    }

    private static func step(_ step: PipelineConfiguration.Step) -> any PipelineStep {
        switch step {
        case .remove(let fields): RemoveFields(fields)
        case .keep(let fields): KeepFields(fields)
        case .mask(let fields, let text): MaskFields(fields, text: text)
        case .command(let command): CommandPipelineStep(configuration: command)
        }
    }

    /// A URL whose host is not allowed is refused before anything is accepted.
    private func registerCallbackURLs(in registry: inout OperatorRegistry, _ http: OutgoingHTTPClient) {
        guard !callbacks.hosts.isEmpty else { return }
        let callbacks = callbacks
        let callback = Result { () throws(LIFError) in
            try HTTPCallbackOperator(configuration: callbacks, http: http)
        }
        registry.registerCallbackURLs { url throws(LIFError) in
            let callback = try callback.get()
            do throws(LIFError) {
                try callback.admit(url)
            } catch {
                throw LIFError(.queryParseException, error.message, cause: error)
            }
            return callback
        }
    }
}
