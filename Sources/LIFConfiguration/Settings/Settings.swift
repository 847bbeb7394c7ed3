import LIFNeighbours
package import LIFOperators
import LIFServer
package import LIFSettings

/// Every key of the configuration file, once. The reader takes allowed names, types and defaults from here;
/// `docs/reference/configuration.md` lists the same rows.
package enum Settings {
    /// - Parameter adapters: How sources may be reached; each adds its settings to those of a source.
    package static func table(_ adapters: [any SourceAdapter]) -> SettingsTable {
        SettingsTable(
            general + federation + secrets + registry + operators + pipelines(adapters) + neighbours + planner
                + orchestrator(adapters) + orchestratorDefaults + orchestratorWorkflow + sources(adapters))
    }

    static let general: [Setting] = [
        Setting("state_dir", .file, .value("lif-state"), "The folder of the stores. Created, for its owner alone."),
        Setting(
            "orchestrator_url", .url, .without("the orchestrator in the same process"),
            "The orchestrator that the planner submits plans to, ours or a deployed one."),
        Setting(
            "orchestrator_token", .secret, .without("none sent"), "Sent to `orchestrator_url` as `Bearer`."),
        Setting(
            "orchestrator_learners_per_job",
            .choice(RemoteOrchestratorConfiguration.LearnersPerJob.allCases.map(\.rawValue)),
            .without("`one` with `LIF_ORCHESTRATOR_URL`, `many` with `orchestrator_url`"),
            "How many learners a job there may have. The deployed Dagster job gives the first learner's results to all of a job, so with `one` a "
                + "query of several learners is several jobs, up to eight at a time, none with two parts of one source."
        ),
        Setting(
            "orchestrator_run_timeout", .duration(zeroAllowed: false),
            .without("30 s more than the longest `timeout` of the run's sources where all have one written, else `5m`"),
            "How long a run there may take. Parts without an outcome then fail with reason `timeout`."),
        Setting("log", .block, .without("its defaults"), "What is logged, to standard error."),
        Setting(
            "log.level", .choice(LogConfiguration.Level.allCases.map(\.rawValue)), .without("`LOG_LEVEL`, or `info`"),
            "Messages below this level are left out."),
        Setting(
            "log.format", .choice(LogConfiguration.Format.allCases.map(\.rawValue)), .value("text"),
            "One line per message, or one JSON object."),
        Setting(
            "information_sources", .blocks, .without("`information_sources_file`"),
            "The sources, in the order of their items in a record. `[]`, or no value, for none: queries are answered "
                + "with what a LIF Cache has."),
        Setting(
            "information_sources_file", .file, .without("`information_sources`"),
            "A file with `information_sources:` at its root, used instead of that key here."),
    ]

    /// - Parameter variables: The variables that stand in for host and port.
    static func listener(
        _ component: String, port: Int, variables: (host: String, port: String)
    ) -> [Setting] {
        [
            Setting(
                "\(component).host", .text,
                .without("`\(variables.host)`, or `127.0.0.1`; with `open` `0.0.0.0`, which is all interfaces"),
                "The address to listen at. Any but a loopback one needs `\(component).token`, or `\(component).open`."),
            Setting(
                "\(component).port", .whole(0...65_535), .without("`\(variables.port)`, or `\(port)`"),
                "`0` takes any free port."),
            Setting(
                "\(component).open", .boolean, .without("`LIF_OPEN`, or `false`; with a token `false`"),
                "Answers requests without a token, as deployed components do, with a warning at start. "
                    + "For container networks. Routes that read or change identities stay closed."),
            Setting(
                "\(component).token", .secret, .without("none asked for"),
                "What clients must send, as `Authorization: Bearer` or `X-API-Key`."),
            Setting(
                "\(component).token_mode", .choice(ListenerConfiguration.TokenMode.allCases.map(\.rawValue)),
                .value("enforce"),
                "`accept`: requests without any token are answered, counted and logged, while clients are being given the "
                    + "token. A wrong token is refused as usual."),
            Setting(
                "\(component).allowed_hosts", .texts, .value("[]"),
                "Names that the `Host` of a request may give beside loopback ones. With a token or `open`, an empty list allows every name."
            ),
            Setting("\(component).max_body", .bytes, .value("4MiB"), "The longest body of a request."),
            Setting(
                "\(component).body_budget", .bytes, .value("64MiB"),
                "Total size of the request bodies being processed. Others wait for up to 10 s, and then get 503. "
                    + "One body at a time may go beyond it."),
            Setting(
                "\(component).max_connections", .whole(1...1_000_000), .value("4096"),
                "Connections that may be open at the same time: at most half of the process's descriptors (`ulimit -n`), "
                    + "shared by the components in it. Above it the connection that has been idle longest is closed; "
                    + "when all are busy, new requests except `/health` and `/metrics` get 503."),
        ]
    }
}
