import LIFOperators
import LIFSettings
import LIFWorkflow

extension Settings {
    static func orchestrator(_ adapters: [any SourceAdapter]) -> [Setting] {
        let open = names(adapters.filter(\.needsCredentialsOnly))
        return [Setting("orchestrator", .block, .without("its defaults"), "The Orchestrator.")]
            + listener(
                "orchestrator", port: 8_005,
                variables: (DeployedEnvironment.orchestratorHost, DeployedEnvironment.orchestratorPort)) + [
                Setting(
                    "orchestrator.synchronous_wait", .duration(zeroAllowed: true), .value("15s"),
                    "How long a submission with `\"async\": false` waits before it gets the job id "
                        + "instead of the results."),
                Setting(
                    "orchestrator.concurrency", .whole(1...10_000), .value("512"),
                    "Tasks that run at the same time, over all pools. This and `max_concurrency` are the only limits on requests to "
                        + "sources: there is none per host. From 64 on the last eighth is reserved for sources with few running tasks, so "
                        + "that sources that hang do not take all slots."),
                Setting(
                    "orchestrator.pools", .names, .without("one for each source"),
                    "Pools by name, whose limit the tasks of several sources share. `process` is that of command steps, "
                        + "`translate:NAME` that of a Translator."
                ),
                Setting(
                    "orchestrator.pools.*", .whole(1...10_000), .required,
                    "Tasks that run in it at the same time, over all processes on the same store."),
                Setting(
                    "orchestrator.open_catalogue", .boolean,
                    .without(
                        "`true` for `--role orchestrator` with neither a file nor a variable that names sources and with "
                            + "`ADAPTERS__…` variables; else `false`"),
                    "Whether plans may name sources that are not configured: each of the adapters "
                        + "\(open) whose `ADAPTERS__…` variables are in the environment, with any "
                        + "path and translation. Whoever may submit jobs can then use these credentials."),
                Setting(
                    "orchestrator.part_limit", .whole(1...1_000_000), .value("10000"),
                    "Parts that the plan of one submission may have."),
                Setting(
                    "orchestrator.open_part_limit", .whole(1...10_000_000), .value("100000"),
                    "Parts that may wait or run; beyond that new jobs are refused with 503. A single job is always accepted."
                ),
                Setting(
                    "orchestrator.store_limit", .bytes, .without("none"),
                    "Bytes that the stores may take; beyond that new jobs are refused with 503."),
                Setting(
                    "orchestrator.max_outcome", .bytes, .value("32MiB"),
                    "Bytes that the data of one part may have in the output queue."),
                Setting(
                    "orchestrator.retention", .block, .without("its defaults"),
                    "How long ended jobs and their data are kept."),
                Setting("orchestrator.retention.jobs", .retention, .value("30d"), "A job and its status."),
                Setting("orchestrator.retention.results", .retention, .value("7d"), "A job's results."),
                Setting(
                    "orchestrator.retention.acknowledged", .retention, .value("1h"),
                    "Results that were acknowledged."),
                Setting("orchestrator.retention.log", .retention, .value("7d"), "The jobs' logs."),
            ]
    }

    static let orchestratorDefaults: [Setting] = [
        defaults("", .block, .without("its defaults"), "The settings of each source that does not have its own."),
        defaults(
            .timeout,
            .without("`10s`, or two thirds of `planner.timeout` if that is less"),
            "The time for one source's part, retries and all. It must be below `planner.timeout`, "
                + "so that a source that hangs costs only its own data."
        ),
        defaults(
            .retries, .value("2"), "How often a failed attempt is retried, where a retry may help."),
        defaults(
            .retryBackoff, .value("200ms"),
            "The wait before the first retry. It doubles with each, up to `5s`, and is shortened by chance. A longer "
                + "`Retry-After` of the source holds."),
        defaults(
            ".max_concurrency", .whole(1...10_000), .value("128"),
            "Concurrent requests to one source, each over a connection of its own. A configured number holds for all "
                + "processes on the same store together, `128` for each process. Waiting for a slot does not count "
                + "towards the time-out. Queries that someone waits for go before jobs, which leave a quarter "
                + "of the slots to them (one of two or three) once there was a query."),
        defaults(
            ".breaker_failures", .whole(0...1_000), .value("5"),
            "Failures in a row after which a source is not asked for a while; `0` for never."),
        defaults(
            ".breaker_open", .duration(zeroAllowed: false), .value("30s"),
            "How long it is not asked then; a longer `Retry-After` of the source wins, up to `1h`. After that "
                + "one request shows whether it has recovered."),
        defaults(
            .sla, .without("none"),
            "How long after a job's start a source's data should be there. A miss is reported and changes nothing."),
        defaults(
            .priority, .value("0"),
            "Of the tasks that wait for a slot, those with a higher priority go first."),
    ]

    static let orchestratorWorkflow: [Setting] =
        [
            Setting(
                "orchestrator.workflow", .block, .without("its defaults"),
                "The settings of jobs whose `workflow` does not have its own."),
            Setting(
                "orchestrator.workflow.timeout", .duration(zeroAllowed: false), .without("none"),
                "The time for a job; parts without an outcome then fail with reason `timeout`."),
            Setting(
                "orchestrator.workflow.sla", .duration(zeroAllowed: false), .without("none"),
                "How long after its acceptance a job should be done. A miss is reported and changes nothing."),
            Setting(
                "orchestrator.workflow.callbacks", .block, .without("none"),
                "Who is notified: each a name of `operators`, or a URL of an allowed host."),
        ]
        + [
            ("completion", "When a job has ended, in whatever way."),
            ("success", "When it is COMPLETED, also with some failed parts."),
            ("failure", "When it is FAILED."), ("sla_miss", "When it is not done in time."),
        ].map { name, meaning in
            Setting("orchestrator.workflow.callbacks.\(name)", .text, .without("nobody"), meaning)
        } + [
            Setting(
                "orchestrator.callbacks", .block, .without("its defaults"),
                "Where callbacks may be posted. Redirects are not followed."),
            Setting(
                "orchestrator.callbacks.allowed_hosts", .texts, .value("[]"),
                "Where callbacks may go: each `host` or `host:port` over `https`, or with `http://` before it over `http`; a "
                    + "loopback host with neither, over both. Without a port the scheme's own is meant."),
            Setting(
                "orchestrator.callbacks.secret", .secret, .without("not signed"),
                "Signs callbacks by the Standard Webhooks specification: `whsec_` and base64 of 24 to 64 bytes."),
            Setting("orchestrator.callbacks.token", .secret, .without("none sent"), "Sent to these hosts as `Bearer`."),
            Setting(
                "orchestrator.callbacks.give_up_after", .duration(zeroAllowed: false), .value("24h"),
                "How long a callback is tried: attempts and the waits between them, across restarts. Waiting for a slot at a "
                    + "receiver does not count."),
            Setting(
                "orchestrator.results_url", .url, .without("`LIF_QUERY_PLANNER_RESULTS_BASE_URL`, or nowhere"),
                "Where each job's results are posted, such as `http://planner:8002/orchestration/results`. Its host is "
                    + "allowed by itself."
            ),
            Setting(
                "orchestrator.results_token", .secret, .without("`LIF_QUERY_PLANNER_RESULTS_TOKEN`, or none"),
                "Sent there as `Bearer`."),
            Setting(
                "orchestrator.results_scalars", .boolean, .value("false"),
                "Whether what is posted there has scalars too. A deployed planner refuses results that have any, so they are left "
                    + "out, and the job's log names the paths. A planner of ours takes them, and fetches what was left out."
            ),
        ]

    private static func defaults(_ knob: TaskKnob, _ standard: Setting.Default, _ meaning: String) -> Setting {
        defaults(".\(knob.name)", knob.type, standard, meaning)
    }

    private static func defaults(
        _ path: String, _ type: SettingType, _ standard: Setting.Default, _ meaning: String
    ) -> Setting {
        Setting("orchestrator.defaults\(path)", type, standard, meaning)
    }
}
