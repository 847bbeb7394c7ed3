import LIFSettings

/// The variables that deployments of LIF already set, and those that a container of ours adds to them.
public enum DeployedEnvironment {
    /// How long a query waits for its answer, in seconds: `planner.timeout`.
    public static let timeout = "LIF_QUERY_TIMEOUT_SECONDS"
    /// The orchestrator that the planner submits to: `orchestrator_url`. By default its jobs are then for one learner.
    public static let orchestratorURL = "LIF_ORCHESTRATOR_URL"
    /// The address of the deployed LIF Cache: `lif_cache.url`.
    public static let cacheURL = "LIF_QUERY_CACHE_URL"
    /// The address of the Translator named `default`.
    public static let translatorURL = "LIF_TRANSLATOR_BASE_URL"
    /// The token for that Translator, used only together with its address.
    public static let translatorToken = "LIF_TRANSLATOR_TOKEN"
    /// `/orchestration/results` is appended to it.
    public static let resultsURL = "LIF_QUERY_PLANNER_RESULTS_BASE_URL"
    /// The token that results are posted with: `orchestrator.results_token`.
    public static let resultsToken = "LIF_QUERY_PLANNER_RESULTS_TOKEN"
    /// The path of a file with the sources.
    public static let informationSources = "LIF_QUERY_PLANNER_INFORMATION_SOURCES_CONFIG_PATH"
    /// The sources themselves, as YAML. Deployed planners prefer it to the file.
    public static let informationSourcesYAML = "LIF_QUERY_PLANNER_INFORMATION_SOURCES_CONFIG_YAML_SSM"
    /// The lowest level that is logged: `log.level`. `WARN`, `FATAL` and `NOTSET` are understood too.
    public static let logLevel = "LOG_LEVEL"
    /// The address of the Metadata Repository: `mdr.url`. The other variables of the MDR count only together with it.
    public static let mdrURL = "LIF_MDR_API_URL"
    /// The key for the MDR: `mdr.api_key`.
    public static let mdrToken = "LIF_MDR_API_AUTH_TOKEN"
    /// How long one request to the MDR may take, in seconds: `mdr.timeout`.
    public static let mdrTimeout = "MDR_TIMEOUT_SECONDS"
    /// The id at the MDR of the data model that says what may be asked for: `mdr.data_model`.
    public static let dataModelID = "OPENAPI_DATA_MODEL_ID"
    /// `true` where the data model is not to come from the MDR.
    public static let dataModelFromFile = "USE_OPENAPI_DATA_MODEL_FROM_FILE"

    /// Ours: both components are open, as deployed ones are. Not `…_HOST` and `…_PORT` alone: Kubernetes sets variables of
    /// such names to addresses of services.
    public static let open = "LIF_OPEN"
    /// The address that the planner listens at: `planner.host`.
    public static let plannerHost = "LIF_QUERY_PLANNER_LISTEN_HOST"
    /// The port that the planner listens at: `planner.port`.
    public static let plannerPort = "LIF_QUERY_PLANNER_LISTEN_PORT"
    /// The address that the orchestrator listens at: `orchestrator.host`.
    public static let orchestratorHost = "LIF_ORCHESTRATOR_LISTEN_HOST"
    /// The port that the orchestrator listens at: `orchestrator.port`.
    public static let orchestratorPort = "LIF_ORCHESTRATOR_LISTEN_PORT"

    static let orchestratorType = "ORCHESTRATOR__TYPE"

    /// Variables that deployed planners, orchestrators and their jobs have, and that have no effect here.
    public static let unused = [
        "ORCHESTRATOR__DAGSTER__GRAPHQL_API_URL", "ORCHESTRATOR__DAGSTER__GRAPHQL_API_TOKEN",
        "ORCHESTRATOR__DAGSTER__IS_DAGSTER_CLOUD", "OPENAPI_JSON_FILENAME",
    ]
    /// What the names of further ones begin with.
    public static let unusedPrefixes = ["ORCHESTRATOR__", "DAGSTER_", "LIF_ADAPTER__"]

    /// Every name, for the reference and its test; `…` stands for the rest of one.
    public static let names =
        [
            timeout, orchestratorURL, cacheURL, informationSources, informationSourcesYAML, translatorURL,
            translatorToken, resultsURL, resultsToken, logLevel, mdrURL, mdrToken, mdrTimeout, dataModelID,
            dataModelFromFile, open, plannerHost, plannerPort, orchestratorHost, orchestratorPort, orchestratorType,
        ] + unused + unusedPrefixes.map { "\($0)…" }

    /// One sentence that names all variables that are set for deployed services and have no effect; `nil` when there are none.
    static func unusedNotice(_ environment: [String: String]) -> String? {
        let names = environment.keys.filter { name in
            if name == orchestratorType { return namesAnotherEngine(environment[name] ?? "") }
            return value(name, in: environment) != nil
                && (unused.contains(name) || unusedPrefixes.contains { name.hasPrefix($0) })
        }
        guard !names.isEmpty else { return nil }
        return
            "Set and not used: \(names.sorted().joined(separator: ", ")). Jobs run on the embedded engine, and the data "
            + "model comes from the configuration or the MDR."
    }

    private static func namesAnotherEngine(_ type: String) -> Bool {
        !["", "embedded"].contains(type.trimmed.lowercased())
    }

    /// The value of one variable, trimmed; empty is as good as absent.
    static func value(_ name: String, in environment: [String: String]) -> String? {
        environment[name].map(\.trimmed).flatMap { $0.isEmpty ? nil : $0 }
    }
}
