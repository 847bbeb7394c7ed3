import LIFModel
import LIFQueryPlanner
import LIFSettings

/// Reads `planner`, except for where it listens and how long clients wait; and `organization` and `federation`.
struct PlannerReader {
    let root: SettingsBlock
    let block: SettingsBlock

    /// What `forever` is for a planner: longer than anything is kept.
    static let forever = Duration.seconds(1_000 * 366 * 86_400)

    func configuration(catalogue: SourceCatalogue, timeout: Duration) -> QueryPlannerConfiguration {
        var planner = QueryPlannerConfiguration(catalogue: catalogue, timeout: timeout)
        if let learners = block.whole("learner_limit") { planner.learnerLimit = learners }
        if let learners = block.whole("sync_learner_limit") { planner.synchronousLimits.learners = learners }
        if let parts = block.whole("sync_part_limit") { planner.synchronousLimits.parts = parts }
        if let bytes = block.bytes("sync_volume_limit") { planner.synchronousLimits.volume = bytes }
        if let queries = block.whole("pending_limit") { planner.pendingLimit = queries }
        if let bytes = block.bytes("memory_budget") { planner.memoryBudget = bytes }
        planner.retention = retention()
        planner.federation = federation()
        return planner
    }

    /// - Parameter token: What the planner's other clients send.
    func resultsToken(besides token: String?) -> Secret? {
        (block.has("results_token") ? block.secret("results_token") : token).map { Secret($0) }
    }

    private func retention() -> PlannerRetention {
        guard let block = block.block("retention") else { return PlannerRetention() }
        let problems = block.diagnostics.count
        let retention = PlannerRetention(
            results: block.retention("results") ?? Self.forever, requests: block.retention("requests") ?? Self.forever,
            fragments: block.retention("fragments") ?? Self.forever)
        if retention.requests < retention.results, block.diagnostics.count == problems {
            let isAbove = !block.has("requests")
            block.report(
                isAbove ? "results" : "requests",
                "must not be \(isAbove ? "above" : "below") \"\(block.shown(isAbove ? "requests" : "results"))\": an "
                    + "answer is found by its request")
        }
        return retention
    }

    private func federation() -> FederationSettings {
        var federation = FederationSettings()
        if let queries: FederationSettings.PartnerQueries = root.block("federation")?.choice("partner_queries") {
            federation.partnerQueries = queries
        }
        guard root.has("organization"), let organization = root.text("organization")?.trimmed else { return federation }
        if let fault = FederationPath.fault(in: organization) {
            root.report("organization", "is no id: \(fault)")
        } else {
            federation.organization = organization
        }
        return federation
    }
}
