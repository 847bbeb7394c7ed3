import LIFModel
import LIFWorkflow

extension Settings {
    static let sources: [Setting] = [
        source("information_source_id", .text, .required, "The source's name, unique: letters, digits, `-`, `_`, `.`."),
        source("information_source_organization", .text, .without("none"), "The organisation that runs the source."),
        source(
            "adapter_id", .adapter(AdapterID.allCases.map(\.rawValue), orNameOf: ["operators", "pipelines"]), .required,
            "How the source is reached. `example-data-source-rest-api-to-lif` is `rest` with a ready `rest:` block."),
        source(
            "ttl_hours", .number(0...87_600), .value("24"),
            "Hours for which what the source answered, also that it has nothing, stays fresh."),
        source(
            "lif_fragment_paths", .fragmentPaths, .required,
            "What the source supplies: `Person.Name`, or as older files write it `person.name`."),
        source(
            "translation", .block, .without("none"), "The source's answer goes through a Translator."),
        source(
            "translation.source_schema_id", .text, .without("`source`"),
            "The data model of the source's answer, by its id in the MDR."),
        source(
            "translation.target_schema_id", .text, .without("`target`"),
            "The data model that is wanted, by its id in the MDR."),
        source(
            "translation.source", .name(of: "data_models"), .without("`source_schema_id`"), "The same, by its name."),
        source(
            "translation.target", .name(of: "data_models"), .without("`target_schema_id`"), "The same, by its name."),
        source(
            "translator", .name(of: "translators"), .value("default"),
            "The Translator. Without a `default` one such parts fail with reason `no-translator`."),
        source(
            "identity", .choice(IdentityPolicy.allCases.map(\.rawValue)), .value("shared"),
            "How the source knows a learner of whom the Identity Mapper has no mapping for it. `shared`: by the identifier in "
                + "the query. `skip`: not at all, so it is not asked."),
        source(
            "identity_system", .text, .without("`information_source_organization`, or else the id"),
            "The name of the source's system at the Identity Mapper (`target_system_id`)."),
        source(
            "partner", .boolean, .without("`true` for `lif-to-lif`, also in a pipeline"),
            "Whether the source is another organisation's LIF, which may ask us in turn."),
        source(
            "identifier_types", .texts, .without("any"),
            "The types of identifier that the source knows; it is not asked about learners named by another."),
        source(
            "answered_identifiers", .choice(AnsweredLearner.Comparison.allCases.map(\.rawValue)), .value("similar"),
            "When an identifier in an answer is the one that was asked for; an answer that has only others of that type is "
                + "refused. `exact`: to the byte. `similar`: but for the case of letters, white space around it, and zeros in "
                + "front of a number. `unchecked`: it is not compared."),
        source(
            "stale_if_error", .duration(zeroAllowed: true), .value("0"),
            "How long past `ttl_hours` its data is still served, marked stale, when the source fails."),
        source(
            "stale_while_revalidate", .duration(zeroAllowed: true), .value("0"),
            "How long past `ttl_hours` its data is served at once, marked stale, while the source is asked again behind the "
                + "answer."),
        source(
            "timeout", .duration(zeroAllowed: false), .without("`orchestrator.defaults.timeout`"),
            "The time for this source's part, retries and all."),
        asThere("retries", .whole(0...20)),
        asThere("retry_backoff", .duration(zeroAllowed: true)),
        asThere("max_concurrency", .whole(1...10_000)),
        asThere("breaker_failures", .whole(0...1_000)),
        asThere("breaker_open", .duration(zeroAllowed: false)),
        asThere("sla", .duration(zeroAllowed: false)),
        asThere("priority", .whole(WorkflowSettings.priorityRange)),
        source(
            "pool", .text, .without("the source's own"),
            "The pool of `orchestrator.pools`, or of another source, that its tasks run in; `max_concurrency` limits only the source's own pool."
        ),
        source(
            "pool_slots", .whole(WorkflowSettings.poolSlotsRange), .value("1"),
            "Places of the pool that one of its tasks takes."),
        source(
            "max_answer", .bytes, .value("16MiB"),
            "The longest answer that is taken, decompressed. `file`: see `max_file`."),
        source(
            "schema_cache", .duration(zeroAllowed: true), .without("`1h`"),
            "`lif-to-lif`: how long the partner's schema is kept before it is asked for again."),
        source(
            "connection", .connection, .without("the environment"),
            "Where the source is and what opens it. Each key wins over the variable of the same name, and that over "
                + "the connection named."
        ),
        source(
            "rest", .block, .without("none"),
            "How a REST source is asked. Required for `rest`; "
                + "replaces the ready block of `example-data-source-rest-api-to-lif`."
        ),
        source("command", .block, .without("none"), "What is run for the source. Required for `command`."),
        source("file", .block, .without("none"), "The folder of JSON or CSV files. Required for `file`."),
        source("sql", .block, .without("none"), "The SQLite database and its queries. Required for `sql`."),
    ]

    static let connection: [Setting] =
        [
            source(
                "connection.from", .name(of: "connections"), .without("none"),
                "The connection that has the keys which are not here.")
        ]
        + keys(
            ofConnection: "information_sources[].connection", host: .without("`…__CREDENTIALS__HOST`"),
            scheme: .without("`…__CREDENTIALS__SCHEME`, or else `http`"),
            token: .without("`…__CREDENTIALS__TOKEN`"),
            path: .without("`…__CREDENTIALS__PATH`, or else `/graphql`"),
            auth: .without("`…__CREDENTIALS__AUTH`, or else `bearer`"), other: .without("`…__CREDENTIALS__<KEY>`"))

    static func source(
        _ path: String, _ type: SettingType, _ standard: Setting.Default, _ meaning: String
    ) -> Setting {
        Setting("information_sources[].\(path)", type, standard, meaning)
    }

    private static func asThere(_ name: String, _ type: SettingType) -> Setting {
        source(name, type, .without("`orchestrator.defaults.\(name)`"), "As there, for this source.")
    }
}
