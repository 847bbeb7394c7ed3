import LIFModel
import LIFNeighbours
import LIFSettings

/// Reads which orchestrator the planner uses instead of the one in its process.
struct RemoteOrchestratorReader {
    let root: SettingsBlock
    let environment: [String: String]

    private var diagnostics: Diagnostics { root.diagnostics }

    func orchestrator() -> RemoteOrchestrator? {
        let token = root.has("orchestrator_token") ? root.secret("orchestrator_token") : nil
        let learners: RemoteOrchestratorConfiguration.LearnersPerJob? =
            root.has("orchestrator_learners_per_job") ? root.choice("orchestrator_learners_per_job") : nil
        let name = DeployedEnvironment.orchestratorURL
        let variable = DeployedEnvironment.value(name, in: environment)
        if root.has("orchestrator_url") {
            if variable != nil {
                diagnostics.notice("\(name) is set and not used: \"orchestrator_url\" in the file wins.")
            }
            return root.url("orchestrator_url").map { url in
                RemoteOrchestrator(url: url, token: token.map { Secret($0) }, learnersPerJob: learners ?? .many)
            }
        }
        guard let variable else {
            for key in ["orchestrator_token", "orchestrator_learners_per_job", "orchestrator_run_timeout"]
            where root.has(key) {
                root.report(key, "has no \"orchestrator_url\" to go with; set that too, or leave it out")
            }
            return nil
        }
        if let problem = URLText.problem(in: variable, allowsQuery: false) {
            diagnostics.report(.environment, "\(name) is not a URL that can be used: \(problem)")
            return nil
        }
        let url = variable.hasSuffix("/") ? String(variable.dropLast()) : variable
        return RemoteOrchestrator(url: url, token: token.map { Secret($0) }, learnersPerJob: learners ?? .one)
    }
}
