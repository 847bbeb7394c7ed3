import LIFModel
import LIFOperators
import LIFSettings
import LIFWorkflow

extension Settings {
    /// The settings of one source. Single values stand before blocks.
    static func sources(_ adapters: [any SourceAdapter]) -> [Setting] {
        let added = adapters.flatMap(\.settings)
        let keys = added.filter { !$0.path.contains(".") }
        let members = added.filter { $0.path.contains(".") }
        let all =
            common(adapters) + keys.filter { $0.type != .block } + [connection] + keys.filter { $0.type == .block }
            + connectionKeys + members
        return all.map { $0.inside("information_sources[]") }
    }

    /// Names for a sentence: `a` and `b`.
    static func names(_ adapters: [any SourceAdapter]) -> String {
        adapters.map { "`\($0.id)`" }.joined(separator: " and ")
    }

    /// What all adapters have, with their remarks.
    private static func common(_ adapters: [any SourceAdapter]) -> [Setting] {
        common(partners: names(adapters.filter(\.isPartner)), adapters: adapters.map(\.id)).map { setting in
            let remarks = adapters.compactMap { $0.remarks[setting.path] }
            return Setting(
                setting.path, setting.type, setting.default, ([setting.meaning] + remarks).joined(separator: " "))
        }
    }

    private static func common(partners: String, adapters: [String]) -> [Setting] {
        [
            Setting(
                "information_source_id", .text, .required, "The source's name, unique: letters, digits, `-`, `_`, `.`."),
            Setting(
                "information_source_organization", .text, .without("none"), "The organisation that runs the source."),
            Setting(
                "adapter_id", .adapter(adapters, orNameOf: ["operators", "pipelines"]), .required,
                "How the source is reached."),
            Setting(
                "ttl_hours", .number(0...87_600), .value("24"),
                "Hours for which the source's answer stays fresh, even when it has nothing."),
            Setting(
                "lif_fragment_paths", .fragmentPaths, .required,
                "What the source supplies: `Person.Name`, or as older files write it `person.name`."),
            Setting(
                "translation", .block, .without("none"), "The source's answer goes through a Translator."),
            Setting(
                "translation.source_schema_id", .text, .without("`source`"),
                "The data model of the source's answer, by its id in the MDR."),
            Setting(
                "translation.target_schema_id", .text, .without("`target`"),
                "The data model that is wanted, by its id in the MDR."),
            Setting(
                "translation.source", .name(of: "data_models"), .without("`source_schema_id`"), "The same, by its name."
            ),
            Setting(
                "translation.target", .name(of: "data_models"), .without("`target_schema_id`"), "The same, by its name."
            ),
            Setting(
                "translator", .name(of: "translators"), .value("default"),
                "The Translator. Without a `default` one such parts fail with reason `no-translator`."),
            Setting(
                "identity", .choice(IdentityPolicy.allCases.map(\.rawValue)), .value("shared"),
                "What is done for a learner without a mapping for the source. `shared`: it is asked with the identifier in "
                    + "the query. `skip`: it is not asked."),
            Setting(
                "identity_system", .text, .without("`information_source_organization`, or else the id"),
                "The name of the source's system at the Identity Mapper (`target_system_id`)."),
            Setting(
                "partner", .boolean, .without("`true` for \(partners), also in a pipeline"),
                "Whether the source is another organisation's LIF, which may ask us in turn."),
            Setting(
                "identifier_types", .texts, .without("any"),
                "The types of identifier that the source knows; it is not asked about learners with other types."),
            Setting(
                "answered_identifiers", .choice(AnsweredLearner.Comparison.allCases.map(\.rawValue)), .value("similar"),
                "How an identifier in an answer is compared with the requested one; an answer with only others of that type is "
                    + "refused. `exact`: to the byte. `similar`: without the case of letters, white space around it, and zeros in "
                    + "front of a number. `unchecked`: not at all."),
            Setting(
                "stale_if_error", .duration(zeroAllowed: true), .value("0"),
                "How long past `ttl_hours` its data is still served, marked stale, when the source fails."),
            Setting(
                "stale_while_revalidate", .duration(zeroAllowed: true), .value("0"),
                "How long past `ttl_hours` its data is served at once, marked stale, while the source is asked again after the "
                    + "answer."),
            Setting(
                .timeout, .without("`orchestrator.defaults.timeout`"),
                "The time for this source's part, retries and all."),
            asThere(.retries),
            asThere(.retryBackoff),
            asThere("max_concurrency", .whole(1...10_000)),
            Setting(
                "rate_limit", .rate, .without("none"),
                "How many of its fetches may start in a period, such as `10/s`, `600/min` or `1000/h`, by all processes on the same "
                    + "store together, in any period of that length: after a burst of that many, nothing starts until the "
                    + "period is over. Retries do not count. Waiting does not count towards the time-out."
            ),
            asThere("breaker_failures", .whole(0...1_000)),
            asThere("breaker_open", .duration(zeroAllowed: false)),
            asThere(.sla),
            asThere(.priority),
            Setting(
                .pool, .without("the source's own"),
                "The pool of `orchestrator.pools`, or of another source, that its tasks run in; `max_concurrency` and `rate_limit` are those of the source's own pool."
            ),
            Setting(
                .poolSlots, .value("1"),
                "Places of the pool that one of its tasks takes."),
            Setting(
                "max_answer", .bytes, .value("16MiB"),
                "The longest answer that is taken, decompressed."),
        ]
    }

    private static let connection = Setting(
        "connection", .connection, .without("the environment"),
        "The source's address and credentials. Each key wins over the variable of the same name, and that over "
            + "the connection named."
    )

    private static let connectionKeys: [Setting] =
        [
            Setting(
                "connection.from", .name(of: "connections"), .without("none"),
                "The connection that has the keys which are not here.")
        ]
        + keys(
            ofConnection: "connection", host: .without("`…__CREDENTIALS__HOST`"),
            scheme: .without("`…__CREDENTIALS__SCHEME`, or else `http`"),
            token: .without("`…__CREDENTIALS__TOKEN`"),
            path: .without("`…__CREDENTIALS__PATH`, or else `/graphql`"),
            auth: .without("`…__CREDENTIALS__AUTH`, or else `bearer`"), other: .without("`…__CREDENTIALS__<KEY>`"))

    private static func asThere(_ knob: TaskKnob) -> Setting { asThere(knob.name, knob.type) }

    private static func asThere(_ name: String, _ type: SettingType) -> Setting {
        Setting(name, type, .without("`orchestrator.defaults.\(name)`"), "As there, for this source.")
    }
}
