import LIFModel
import LIFNeighbours
import LIFQueryPlanner
import LIFServer

extension SystemConfiguration {
    /// The settings that differ from those of another configuration and hold only after a restart, by their keys.
    public func needsRestart(comparedWith other: SystemConfiguration) -> [String] {
        var changed: [String] = []
        func compare<Value: Equatable>(_ key: String, _ value: (SystemConfiguration) -> Value) {
            if value(self) != value(other) { changed.append(key) }
        }
        compare("state_dir") { $0.stateDirectory }
        compare("orchestrator_url") { $0.remoteOrchestrator?.url }
        compare("orchestrator_token") { $0.remoteOrchestrator?.token }
        compare("orchestrator_learners_per_job") { $0.remoteOrchestrator?.learnersPerJob ?? .many }
        compare("log.level") { $0.log.level }
        compare("log.format") { $0.log.format }
        for (name, listener) in [
            ("planner", \SystemConfiguration.plannerListener), ("orchestrator", \.orchestratorListener),
        ] {
            compare("\(name).host") { $0[keyPath: listener].host }
            compare("\(name).port") { $0[keyPath: listener].port }
            compare("\(name).open") { $0[keyPath: listener].isOpen }
            compare("\(name).token") { $0[keyPath: listener].token }
            compare("\(name).token_mode") { $0[keyPath: listener].tokenMode }
            compare("\(name).allowed_hosts") { $0[keyPath: listener].allowedHosts }
            compare("\(name).max_body") { $0[keyPath: listener].maximumBodyBytes }
            compare("\(name).body_budget") { $0[keyPath: listener].bodyBudget }
            compare("\(name).max_connections") { $0[keyPath: listener].maximumConnections }
        }
        compare("organization") { $0.organization }
        compare("federation.partner_queries") { $0.planner.federation.partnerQueries }
        compare("identity_mapper") { $0.identityMapper }
        compare("mdr") { $0.mdr }
        compare("lif_cache") { $0.lifCache }
        compare("planner.results_token") { $0.ownResultsToken }
        compare("orchestrator.max_outcome") { $0.maximumOutcomeBytes }
        return changed
    }

    /// The token for results where it is another one than the planner's.
    private var ownResultsToken: Secret? {
        plannerResultsToken?.reveal() == plannerListener.token ? nil : plannerResultsToken
    }

    /// Whether all that a reload can apply is the same: sources, the data model, operators, pipelines, translators, callbacks,
    /// how jobs run and queries are answered.
    public func hasSameOperators(as other: SystemConfiguration) -> Bool {
        sources == other.sources && operators == other.operators && pipelines == other.pipelines
            && openCatalogue == other.openCatalogue && translators == other.translators && callbacks == other.callbacks
            && orchestrator == other.orchestrator && remoteRunTimeout == other.remoteRunTimeout
            && appliedToPlanner == other.appliedToPlanner
    }

    /// What a reload replaces of the planner's configuration.
    private var appliedToPlanner: QueryPlannerConfiguration {
        var planner = planner
        planner.federation = FederationSettings()
        return planner
    }
}
