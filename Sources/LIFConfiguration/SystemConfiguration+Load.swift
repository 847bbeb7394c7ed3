public import LIFModel
import LIFOperators
import LIFOrchestrator
import LIFQueryPlanner
import LIFServer
import LIFWorkflow

extension SystemConfiguration {
    /// Reads and checks a configuration.
    ///
    /// What our file says wins over the environment, and the environment over defaults.
    ///
    /// - Parameters:
    ///   - file: The path of our file; `nil` for none: then `LIF_QUERY_PLANNER_INFORMATION_SOURCES_CONFIG_PATH` must
    ///     name a file with `information_sources`.
    ///   - environment: The process's.
    /// - Throws: `LIFError` `ConfigurationNotValid`: one line for each problem, `file:line:column: what is wrong; what
    ///   is allowed`. It holds no credential.
    public static func load(file: String?, environment: [String: String]) throws(LIFError) -> SystemConfiguration {
        try load(file: file, environment: environment, files: .disk)
    }

    static func load(
        file: String?, environment: [String: String], files: ConfigurationFiles
    ) throws(LIFError) -> SystemConfiguration {
        let diagnostics = Diagnostics()
        let loader = ConfigurationFileReader(files: files, environment: environment, diagnostics: diagnostics)
        let place = Place(file: file ?? Place.environment.file)
        let root =
            file.map { loader.root($0, from: place) }
            ?? SettingsBlock(absent: "", at: place, diagnostics)
        guard let root else {
            try diagnostics.check()
            throw LIFError(.configurationNotValid, "\(place): the file cannot be used.")
        }
        let reader = SystemReader(root: root, file: file, loader: loader, environment: environment)
        let configuration = reader.configuration()
        try diagnostics.check()
        return configuration
    }
}

/// Reads the root of our file, each part by the reader for it.
private struct SystemReader {
    let root: SettingsBlock
    let file: String?
    let loader: ConfigurationFileReader
    let environment: [String: String]

    private var diagnostics: Diagnostics { root.diagnostics }

    func configuration() -> SystemConfiguration {
        let components = ComponentsReader(diagnostics: diagnostics)
        let plannerBlock = part("planner")
        let orchestratorBlock = part("orchestrator")
        let defaultsBlock = orchestratorBlock.block("defaults") ?? absent("orchestrator.defaults")

        let timeout = plannerTimeout(plannerBlock)
        let policy = components.defaultPolicy(defaultsBlock, plannerTimeout: timeout)
        let limit = defaultsBlock.whole("max_concurrency") ?? 1
        let sources = sources(
            SourcesReader.Defaults(policy: policy, concurrencyLimit: limit, plannerTimeout: timeout))
        let catalogue = SourceCatalogue(sources.map(\.source))

        var planner = QueryPlannerConfiguration(catalogue: catalogue, timeout: timeout)
        if let learners = plannerBlock.whole("learner_limit") { planner.learnerLimit = learners }
        if let bytes = plannerBlock.bytes("memory_budget") { planner.memoryBudget = bytes }

        var orchestrator = OrchestratorConfiguration(
            catalogue: catalogue,
            policies: Dictionary(sources.map { ($0.source.id, $0.policy) }, uniquingKeysWith: { first, _ in first }),
            defaultPolicy: policy)
        if let parts = orchestratorBlock.whole("part_limit") { orchestrator.partLimit = parts }
        if let wait = orchestratorBlock.duration("synchronous_wait") { orchestrator.synchronousWait = wait }

        let stateDirectory = root.text("state_dir") ?? ""
        return SystemConfiguration(
            stateDirectory: ConfigurationFiles.path(stateDirectory, besides: file), planner: planner,
            plannerListener: components.listener(plannerBlock), orchestrator: orchestrator,
            orchestratorListener: components.listener(orchestratorBlock),
            sources: sources.map { $0.canonical(in: catalogue) }, remoteOrchestrator: remoteOrchestrator(),
            log: components.log(part("log")), notices: diagnostics.notices + DeployedEnvironment.notices(environment))
    }

    private func part(_ name: String) -> SettingsBlock { root.block(name) ?? absent(name) }

    private func absent(_ path: String) -> SettingsBlock { SettingsBlock(absent: path, at: root.place, diagnostics) }

    private func plannerTimeout(_ block: SettingsBlock) -> Duration {
        let name = DeployedEnvironment.timeout
        let written = block.duration("timeout") ?? .seconds(15)
        guard let text = DeployedEnvironment.value(name, in: environment) else { return written }
        guard let seconds = Quantity.duration(text), seconds > .zero else {
            diagnostics.report(.environment, "\(name) must be a number of seconds above 0, such as 15")
            return written
        }
        if block.has("timeout") {
            diagnostics.notice("\(name) is set and not used: \"planner.timeout\" in the file wins.")
            return written
        }
        return seconds
    }

    private func remoteOrchestrator() -> RemoteOrchestrator? {
        let token = root.has("orchestrator_token") ? root.secret("orchestrator_token") : nil
        let name = DeployedEnvironment.orchestratorURL
        let variable = DeployedEnvironment.value(name, in: environment)
        if root.has("orchestrator_url") {
            if variable != nil {
                diagnostics.notice("\(name) is set and not used: \"orchestrator_url\" in the file wins.")
            }
            return root.url("orchestrator_url").map { RemoteOrchestrator(url: $0, token: token.map { Secret($0) }) }
        }
        guard let variable else {
            if root.has("orchestrator_token") {
                root.report(
                    "orchestrator_token", "has no \"orchestrator_url\" to go with; set that too, or leave it out")
            }
            return nil
        }
        if let problem = URLText.problem(in: variable, allowsQuery: false) {
            diagnostics.report(.environment, "\(name) is not a URL that can be used: \(problem)")
            return nil
        }
        let url = variable.hasSuffix("/") ? String(variable.dropLast()) : variable
        return RemoteOrchestrator(url: url, token: token.map { Secret($0) })
    }

    /// From this file, from the one it names, or from the one that the environment names.
    private func sources(_ defaults: SourcesReader.Defaults) -> [SourceConfiguration] {
        let reader = SourcesReader(defaults: defaults, environment: environment, diagnostics: diagnostics)
        let name = DeployedEnvironment.informationSources
        let variable = DeployedEnvironment.value(name, in: environment)
        if variable != nil, root.has("information_sources") || root.has("information_sources_file") {
            diagnostics.notice("\(name) is set and not used: the file has sources of its own.")
        }
        if root.has("information_sources"), root.has("information_sources_file") {
            root.report("information_sources_file", "stands beside \"information_sources\"; keep one of the two")
        }
        if root.has("information_sources") {
            return root.node("information_sources").map(reader.sources) ?? []
        }
        if root.has("information_sources_file") {
            guard let path = root.text("information_sources_file") else { return [] }
            let place = root.place(of: "information_sources_file")
            let node = loader.informationSources(ConfigurationFiles.path(path, besides: file), from: place)
            return node.map(reader.sources) ?? []
        }
        if let variable {
            let place = Place(file: "environment: \(name)")
            return loader.informationSources(variable, from: place).map(reader.sources) ?? []
        }
        diagnostics.report(
            root.place,
            "no information sources are configured; give \"information_sources\" in a configuration file, "
                + "or set \(name)"
        )
        return []
    }
}

extension SourceConfiguration {
    /// With every path in the catalogue's spelling, which is the one that plans have.
    fileprivate func canonical(in catalogue: SourceCatalogue) -> SourceConfiguration {
        var copy = self
        if let source = catalogue[source.id] { copy.source = source }
        if case .rest(var rest) = adapter {
            for index in rest.mapping.indices {
                if let path = catalogue.resolve(entity: rest.mapping[index].path.entity) {
                    rest.mapping[index].path = path
                }
            }
            copy.adapter = .rest(rest)
        }
        return copy
    }
}
