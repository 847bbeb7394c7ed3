import LIFModel
import LIFNeighbours
import LIFOperators
import LIFOrchestrator
import LIFQueryPlanner
import LIFServer
import LIFSettings
import LIFWorkflow

/// Reads the root of our file, each part by the reader for it.
struct SystemReader {
    let root: SettingsBlock
    let file: String?
    let loader: ConfigurationFileReader
    let adapters: KnownAdapters
    let environment: [String: String]
    let secrets: SecretLookup
    /// Whether the process is an orchestrator and no planner.
    let isOrchestratorAlone: Bool

    private var diagnostics: Diagnostics { root.diagnostics }
    private var variables: EnvironmentReader {
        EnvironmentReader(environment: environment, diagnostics: diagnostics)
    }

    func configuration() -> SystemConfiguration {
        let connections = Connections(root: root)
        let dataModels = dataModels()
        let translators = TranslatorsReader(root: root, connections: connections, environment: variables)
            .translators()
        let operators = OperatorsReader(
            root: root, adapters: adapters, connections: connections, environment: environment, secrets: secrets
        ).operators()
        let model = DataModelReader(root: root, loader: loader).model() ?? .standard
        let pipelinesReader = PipelinesReader(root: root, adapters: adapters, operators: operators, model: model)
        let pipelines = pipelinesReader.pipelines()

        let components = ComponentsReader(diagnostics: diagnostics)
        let (plannerBlock, orchestratorBlock) = (part("planner"), part("orchestrator"))
        let timeout = plannerTimeout(plannerBlock)
        let plannerReader = PlannerReader(root: root, block: plannerBlock)
        let orchestratorReader = OrchestratorReader(block: orchestratorBlock, plannerTimeout: timeout)
        let defaults = orchestratorReader.defaults()
        let sourcesReader = SourcesReader(
            defaults: defaults,
            adapters: AdapterCatalogue(adapters: adapters, operators: operators, pipelines: pipelines),
            connections: connections,
            translations: TranslationReader(dataModels: dataModels, translators: translators, diagnostics: diagnostics),
            model: model, hasIdentityMapper: root.has("identity_mapper"), environment: environment, secrets: secrets,
            root: root)
        let listeners = listeners(plannerBlock, orchestratorBlock)
        let openReader = OpenCatalogueReader(
            block: orchestratorBlock, adapters: adapters, connections: connections, environment: environment,
            secrets: secrets,
            isDeployedOrchestrator: isOrchestratorAlone && file == nil
                && !variables.isSet(DeployedEnvironment.informationSources)
                && !variables.isSet(DeployedEnvironment.informationSourcesYAML),
            isListenerOpen: listeners.orchestrator.isOpen)
        let (sources, prefixes) = sourcesReader.sources(
            sourcesNode(isNeeded: !openReader.isOpen), pools: orchestratorReader.pools())
        let openCatalogue = openReader.catalogue(besides: prefixes)
        sourcesReader.noticeStrayCredentials(prefixes: prefixes.union(openCatalogue.map { Set($0.sources.keys) } ?? []))
        let catalogue = SourceCatalogue(sources.map(\.source), model: model)
        var planner = plannerReader.configuration(catalogue: catalogue, timeout: timeout)
        let lifCacheReader = LIFCacheReader(root: root, environment: environment)
        let lifCache = lifCacheReader.configuration()
        let ownRecords = lifCacheReader.ownRecords(
            of: lifCache, organization: planner.federation.organization, besides: catalogue.sources)
        planner.catalogue = catalogue.with(ownRecords: ownRecords)
        var orchestrator = OrchestratorConfiguration(catalogue: catalogue)
        orchestratorReader.read(into: &orchestrator, defaults: defaults, sources: sources)
        let callbacks = CallbacksReader(block: orchestratorBlock, operators: operators, environment: environment)
            .read(into: &orchestrator)

        TimeoutNotices(root: root, plannerTimeout: timeout, orchestrator: orchestratorBlock, sources: sources).notice()

        // Who calls an operator back is said by each job, so an operator may be used by nothing here.
        connections.checkUse()
        dataModels.noticeUnused()
        pipelines.noticeUnused()
        pipelinesReader.noticeFieldsOutside(sources.map(\.source), of: pipelines)

        let proxies = ProxyVariables.read(environment)
        return SystemConfiguration(
            stateDirectory: PathText.path(root.text("state_dir") ?? "", besides: file), planner: planner,
            plannerListener: listeners.planner,
            plannerResultsToken: plannerReader.resultsToken(besides: listeners.planner.token),
            identityMapper: IdentityMapperReader(root: root, organization: planner.federation.organization).settings(),
            mdr: MDRReader(root: root, environment: variables).configuration(),
            lifCache: lifCache, orchestrator: orchestrator,
            orchestratorListener: listeners.orchestrator,
            maximumOutcomeBytes: orchestratorBlock.bytes("max_outcome") ?? 0,
            sources: sources.map { $0.canonical(in: catalogue) }, openCatalogue: openCatalogue,
            adapters: adapters.names, operators: operators.valid.mapValues(\.command),
            pipelines: pipelines.valid.mapValues(\.configuration), translators: translators.valid,
            callbacks: callbacks,
            remoteOrchestrator: RemoteOrchestratorReader(root: root, environment: environment).orchestrator(),
            remoteRunTimeout: root.duration("orchestrator_run_timeout"), log: components.log(part("log"), variables),
            proxies: proxies.proxies,
            notices: diagnostics.notices + [DeployedEnvironment.unusedNotice(environment)].compactMap(\.self)
                + proxies.notices)
    }

    private func listeners(
        _ plannerBlock: SettingsBlock, _ orchestratorBlock: SettingsBlock
    ) -> (planner: ListenerConfiguration, orchestrator: ListenerConfiguration) {
        let planner = ListenerReader(block: plannerBlock, environment: variables, component: .planner)
        let orchestrator = ListenerReader(block: orchestratorBlock, environment: variables, component: .orchestrator)
        if variables.boolean(DeployedEnvironment.open) ?? false, !planner.heedsOpenVariable,
            !orchestrator.heedsOpenVariable
        {
            variables.noticeUnused(
                DeployedEnvironment.open, "both components have \"open\" or \"token\" in the file, which wins")
        }
        return (planner.listener(), orchestrator.listener())
    }

    private func part(_ name: String) -> SettingsBlock {
        root.block(name) ?? root.absent(name)
    }

    private func dataModels() -> NamedEntries<String> {
        var ids: [String: String?] = [:]
        if root.has("data_models"), let names = root.block("data_models") {
            for member in names.members {
                ids.updateValue(names.text(member.name)?.trimmed, forKey: member.name)
            }
        }
        return NamedEntries(ids, key: "data_models", kind: "data model", diagnostics)
    }

    private func plannerTimeout(_ block: SettingsBlock) -> Duration {
        let name = DeployedEnvironment.timeout
        let written = block.duration("timeout") ?? .seconds(15)
        if block.has("timeout") {
            variables.noticeUnused(name, "\"planner.timeout\" in the file wins")
            return written
        }
        guard let seconds = variables.duration(name, such: "15") else { return written }
        if seconds >= .seconds(20) {
            diagnostics.notice(
                "\(name) is 20 s or more. Deployed LIF APIs wait 20 s, unless the variable of this name in their own "
                    + "container says otherwise, and then answer without data: set it below what they wait.")
        }
        return seconds
    }

    /// From this file, from the one it names, or from the environment: there the text goes before the file, as in
    /// deployed planners.
    private func sourcesNode(isNeeded: Bool) -> ConfigurationNode? {
        let (path, yaml) = (DeployedEnvironment.informationSources, DeployedEnvironment.informationSourcesYAML)
        let isInFile = root.has("information_sources") || root.has("information_sources_file")
        if isInFile {
            for name in [yaml, path] { variables.noticeUnused(name, "the file has sources of its own") }
        } else if variables.isSet(yaml) {
            variables.noticeUnused(path, "\(yaml) has the sources")
        }
        if root.has("information_sources"), root.has("information_sources_file") {
            root.report("information_sources_file", "stands beside \"information_sources\"; keep one of the two")
        }
        if let written = root.member("information_sources") { return written.value }
        if root.has("information_sources_file") {
            guard let path = root.text("information_sources_file") else { return nil }
            let place = root.place(of: "information_sources_file")
            return loader.informationSources(PathText.path(path, besides: file), from: place)
        }
        if let text = variables.text(yaml) {
            return loader.informationSources(yaml: text, at: Place(file: "environment: \(yaml)"))
        }
        if let file = variables.text(path) {
            return loader.informationSources(file, from: Place(file: "environment: \(path)"))
        }
        guard isNeeded else { return nil }
        if file != nil, root.has("lif_cache") || variables.isSet(DeployedEnvironment.cacheURL) {
            SourcesReader.noticeNone(diagnostics)
            return nil
        }
        diagnostics.report(
            root.place,
            "no information sources are configured; give \"information_sources\" in a configuration file (\"[]\" for "
                + "none), or set \(path) or \(yaml)")
        return nil
    }
}
