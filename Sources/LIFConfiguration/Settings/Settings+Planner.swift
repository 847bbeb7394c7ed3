import LIFModel
import LIFSettings

extension Settings {
    static let planner: [Setting] =
        [Setting("planner", .block, .without("its defaults"), "The Query Planner.")]
        + listener(
            "planner", port: 8_002, variables: (DeployedEnvironment.plannerHost, DeployedEnvironment.plannerPort)) + [
            Setting(
                "planner.timeout", .duration(zeroAllowed: false), .value("15s"),
                "How long a client waits for an answer before it gets the address at which the query goes on."),
            Setting("planner.learner_limit", .whole(1...100_000), .value("10000"), "Learners that one query may name."),
            Setting(
                "planner.sync_learner_limit", .whole(0...100_000), .value("100"),
                "A query for more learners is answered asynchronously, where its client allows that."),
            Setting(
                "planner.sync_part_limit", .whole(0...1_000_000), .value("1000"),
                "The same for a query that needs more fetches: one for each learner and source."),
            Setting(
                "planner.sync_volume_limit", .bytes, .value("32MiB"),
                "The same for a query whose answer is expected to be longer."),
            Setting(
                "planner.pending_limit", .whole(1...1_000_000), .value("1000"),
                "Asynchronous queries that may be pending; further ones are refused with 503."),
            Setting("planner.memory_budget", .bytes, .value("64MiB"), "Memory for answers kept ready; `0` keeps none."),
            Setting(
                "planner.results_token", .secret, .without("`planner.token`"),
                "What an orchestrator that posts results to `/orchestration/results` must send."),
            Setting(
                "planner.retention", .block, .without("its defaults"), "How long the planner keeps its data."),
            Setting(
                "planner.retention.results", .retention, .value("7d"),
                "The answer of an asynchronous query, after its end; then 410."),
            Setting(
                "planner.retention.requests", .retention, .value("30d"),
                "The fact that there was such a query; then 404. Not less than `planner.retention.results`."),
            Setting("planner.retention.fragments", .retention, .value("30d"), "A fragment that was not fetched again."),
        ]

    static let federation: [Setting] = [
        Setting(
            "organization", .text, .without("none"),
            "The id of this organisation, as partners and the Identity Mapper name it."),
        Setting("federation", .block, .without("its defaults"), "What other organisations' planners get from us."),
        Setting(
            "federation.partner_queries", .choice(FederationSettings.PartnerQueries.allCases.map(\.rawValue)),
            .value("all"),
            "Which sources are asked for a query that came through another planner. `local`: those that are not partners."
        ),
    ]
}
