extension Settings {
    static let sources: [Setting] = [
        source("information_source_id", .text, .required, "The source's name, unique: letters, digits, `-`, `_`, `.`."),
        source("information_source_organization", .text, .without("none"), "The organisation that runs the source."),
        source(
            "adapter_id", .choice(AdapterID.allCases.map(\.rawValue)), .required,
            "How the source is reached. `example-data-source-rest-api-to-lif` is `rest` with a ready `rest:` block."),
        source(
            "ttl_hours", .number(0...87_600), .value("24"),
            "Hours for which what the source answered, also that it has nothing, stays fresh."),
        source(
            "lif_fragment_paths", .fragmentPaths, .required,
            "What the source supplies: `Person.Name`, or as older files write it `person.name`."),
        source(
            "translation", .block, .without("none"),
            "The source's answer goes through the Translator. Accepted; such parts fail until this version has one."),
        source(
            "translation.source_schema_id", .text, .required,
            "The data model of the source's answer, by its id in the MDR."),
        source(
            "translation.target_schema_id", .text, .required, "The data model that is wanted, by its id in the MDR."),
        source(
            "identity", .choice(["shared"]), .value("shared"),
            "How the source knows learners. `shared`: by the identifier in the query. "
                + "(`skip` comes with the Identity Mapper.)"
        ),
        source(
            "identifier_types", .texts, .without("any"),
            "The types of identifier that the source knows; it is not asked about learners named by another."),
        source(
            "stale_if_error", .duration(zeroAllowed: true), .value("0"),
            "How long past `ttl_hours` its data is still served, marked stale, when the source fails."),
        source(
            "timeout", .duration(zeroAllowed: false), .without("`orchestrator.defaults.timeout`"),
            "The time for this source's part, retries and all."),
        source("retries", .whole(0...20), .without("`orchestrator.defaults.retries`"), "As there, for this source."),
        source(
            "retry_backoff", .duration(zeroAllowed: true), .without("`orchestrator.defaults.retry_backoff`"),
            "As there, for this source."),
        source(
            "max_concurrency", .whole(1...10_000), .without("`orchestrator.defaults.max_concurrency`"),
            "As there, for this source."),
        source("max_answer", .bytes, .value("16MiB"), "The longest answer that is taken, decompressed."),
        source(
            "schema_cache", .duration(zeroAllowed: true), .without("`1h`"),
            "`lif-to-lif`: how long the partner's schema is kept before it is asked for again."),
        source(
            "connection", .block, .without("the environment"),
            "Where the source is and what opens it. Each key wins over the variable of the same name."),
        source(
            "rest", .block, .without("none"),
            "How a REST source is asked. Required for `rest`; "
                + "replaces the ready block of `example-data-source-rest-api-to-lif`."
        ),
    ]

    static let connection: [Setting] = [
        source(
            "connection.host", .text, .without("`…__CREDENTIALS__HOST`"),
            "The host, with a port if need be: `lif.example.edu:8443`."),
        source(
            "connection.scheme", .choice(["http", "https"]), .without("`…__CREDENTIALS__SCHEME`, or else `http`"),
            "How the host is spoken to."),
        source("connection.token", .secret, .without("`…__CREDENTIALS__TOKEN`"), "What opens the source."),
        source(
            "connection.path", .text, .without("`…__CREDENTIALS__PATH`, or else `/graphql`"),
            "`lif-to-lif`: the path of the GraphQL endpoint."),
        source(
            "connection.auth", .choice(["bearer", "api-key"]), .without("`…__CREDENTIALS__AUTH`, or else `bearer`"),
            "`lif-to-lif`: the token goes as `Authorization: Bearer`, or as `X-API-Key`."),
        source(
            "connection.*", .secret, .without("`…__CREDENTIALS__<KEY>`"),
            "REST sources: any other name that a template of `rest:` uses."),
    ]

    static let rest: [Setting] = [
        source("rest.method", .choice(["GET", "POST"]), .value("GET"), "The request's method."),
        source(
            "rest.url", .template, .required, "Where the learner's data is: `{scheme}://{host}/users/{identifier}`."),
        source("rest.headers", .names, .without("none"), "Headers of the request."),
        source("rest.headers.*", .template, .required, "A header's value: `Bearer {token}`."),
        source(
            "rest.body", .template, .without("none"), "`POST`: JSON. Placeholders stand inside its strings."),
        source(
            "rest.data", .answerPath, .without("the whole answer"),
            "Where in the answer the data lies: `person.employment`."),
        source(
            "rest.data_timestamp", .answerPath, .without("the time of the fetch"),
            "Where in the answer the age of the data stands, in ISO 8601."),
        source(
            "rest.not_found", .wholes(200...599), .value("[404]"), "Statuses that say: the learner is not known."),
        source(
            "rest.check_url", .template, .without("the root of the host"),
            "What `lif sources check` asks; without the learner."),
        source(
            "rest.mapping", .names, .required, "What becomes of the data: one entry for each of `lif_fragment_paths`."),
        source(
            "rest.mapping.*", .block, .required,
            "A fragment path, such as `Person.EmploymentPreferences`, and its source. "
                + "A dot path alone is short for `from:`."
        ),
        source(
            "rest.mapping.*.from", .answerPath, .without("the data itself"),
            "Where, from `data` on, the object, list of objects or single value lies."),
        source(
            "rest.mapping.*.fields", .names, .without("taken as it is"),
            "The members of each item; others of the source are dropped."),
        source(
            "rest.mapping.*.fields.*", .field, .required,
            "The member's name in LIF, and where in the item it is. Of a list of paths, the first that has something."),
        source("rest.mapping.*.fields.*.value", .text, .required, "The same for each item: a text, number or boolean."),
    ]

    private static func source(
        _ path: String, _ type: SettingType, _ standard: Setting.Default, _ meaning: String
    ) -> Setting {
        Setting("information_sources[].\(path)", type, standard, meaning)
    }
}
