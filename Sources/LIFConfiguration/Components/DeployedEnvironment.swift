/// The variables that deployments of LIF already set.
public enum DeployedEnvironment {
    public static let timeout = "LIF_QUERY_TIMEOUT_SECONDS"
    public static let orchestratorURL = "LIF_ORCHESTRATOR_URL"
    public static let cacheURL = "LIF_QUERY_CACHE_URL"
    public static let translatorURL = "LIF_TRANSLATOR_BASE_URL"
    public static let translatorToken = "LIF_TRANSLATOR_TOKEN"
    /// `/orchestration/results` is put behind it.
    public static let resultsURL = "LIF_QUERY_PLANNER_RESULTS_BASE_URL"
    public static let resultsToken = "LIF_QUERY_PLANNER_RESULTS_TOKEN"
    public static let informationSources = "LIF_QUERY_PLANNER_INFORMATION_SOURCES_CONFIG_PATH"

    /// Variables that are accepted, and what becomes of them in this version.
    public static let unused: [(name: String, notice: String)] = [
        ("ORCHESTRATOR__DAGSTER__GRAPHQL_API_URL", "this version runs jobs on its own embedded engine"),
        ("ORCHESTRATOR__DAGSTER__GRAPHQL_API_TOKEN", "this version runs jobs on its own embedded engine"),
    ]

    static let orchestratorType = "ORCHESTRATOR__TYPE"

    /// Every name, for the reference and its test.
    public static let names =
        [
            timeout, orchestratorURL, cacheURL, informationSources, translatorURL, translatorToken, resultsURL,
            resultsToken, orchestratorType,
        ] + unused.map(\.name)

    static func notices(_ environment: [String: String]) -> [String] {
        var notices = unused.compactMap { variable in
            environment[variable.name].map { _ in "\(variable.name) is set and not used: \(variable.notice)." }
        }
        let embedded = ["", "embedded"]
        if let type = environment[orchestratorType]?.trimmed.lowercased(), !embedded.contains(type) {
            notices.append(
                "\(orchestratorType) names another engine: this version runs jobs on its own embedded engine.")
        }
        return notices
    }

    /// The value of one variable, trimmed; empty is as good as absent.
    static func value(_ name: String, in environment: [String: String]) -> String? {
        environment[name].map(\.trimmed).flatMap { $0.isEmpty ? nil : $0 }
    }
}
