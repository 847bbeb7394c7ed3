import LIFModel
import LIFWorkflow

/// What the configuration says, as one value: it is replaced as a whole or not at all.
struct OrchestratorSetup: Sendable {
    let configuration: OrchestratorConfiguration
    let parser: QueryPlanParser
    let loader: ConfigurationLoader
    let told = ToldOnce()

    /// Another one for each time that the configuration was loaded.
    var id: ObjectIdentifier { ObjectIdentifier(told) }

    init(_ configuration: OrchestratorConfiguration, _ registry: OperatorRegistry) {
        self.configuration = configuration
        parser = QueryPlanParser(configuration: configuration, registry: registry)
        loader = ConfigurationLoader(configuration: configuration, registry: registry)
    }
}
