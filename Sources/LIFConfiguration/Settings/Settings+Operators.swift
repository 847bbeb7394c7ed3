import LIFOperators
import LIFSettings

extension Settings {
    static let registry: [Setting] =
        [
            Setting(
                "connections", .names, .without("none"),
                "Connections by name, for sources, Translators and operators. What a source says itself wins, and so do its "
                    + "variables."
            ),
            Setting("connections.*", .block, .required, "One connection."),
        ]
        + keys(
            ofConnection: "connections.*", host: .without("none"), scheme: .without("`http`"), token: .without("none"),
            path: .without("that of its user"), auth: .without("`bearer`"), other: .without("none")) + [
            Setting("data_models", .names, .without("none"), "Data models by name, for translations."),
            Setting("data_models.*", .text, .required, "The model's id in the MDR: `\"26\"`."),
            Setting(
                "translators", .names, .without("`LIF_TRANSLATOR_BASE_URL`, as `default`"),
                "LIF Translators by name."),
            Setting("translators.*", .block, .required, "One Translator."),
            Setting(
                "translators.*.url", .url, .without("`connection`; of `default` `LIF_TRANSLATOR_BASE_URL`"),
                "Its address; `/translate/…` is appended to it."),
            Setting("translators.*.token", .secret, .without("that of `connection`, or none"), "Sent as `Bearer`."),
            Setting(
                "translators.*.connection", .name(of: "connections"), .without("none"),
                "Its address, instead of `url`, and its credentials."),
            Setting(
                "translators.*.tenant_schema", .text, .without("none sent"),
                "The tenant whose models are meant: sent as `X-API-Tenant-Schema`."),
            Setting("translators.*.max_answer", .bytes, .value("16MiB"), "The longest record that is taken."),
        ]

    static let operators: [Setting] =
        [
            Setting(
                "operators", .names, .without("none"),
                "Operators of one's own by name: adapters, steps of pipelines, and receivers of callbacks."),
            Setting("operators.*", .block, .required, "One operator."),
            Setting("operators.*.type", .choice(["command"]), .required, "What it is: an executable."),
        ] + CommandSettings.all(run: "command").map { $0.inside("operators.*") } + [
            Setting("operators.*.max_answer", .bytes, .value("16MiB"), "The longest answer that is taken."),
            Setting(
                "operators.*.connection", .name(of: "connections"), .without("none"),
                "Fills in the placeholders of `environment`."),
        ]

    static func pipelines(_ adapters: [any SourceAdapter]) -> [Setting] {
        [
            Setting(
                "pipelines", .names, .without("none"),
                "Data pipelines by name: an adapter and the steps after it. A name can be used wherever an adapter's "
                    + "may."
            ),
            Setting("pipelines.*", .block, .required, "One data pipeline."),
            Setting(
                "pipelines.*.adapter", .adapter(adapters.map(\.id), orNameOf: ["operators"]), .required,
                "The adapter that it goes around; not another pipeline."),
            Setting("pipelines.*.steps", .blocks, .required, "The steps in their order, each a block with one key."),
            Setting(
                "pipelines.*.steps[].remove", .fieldPaths, .without("none"),
                "Removes these fields: `Person.Contact.Email`. What becomes empty is removed too."),
            Setting(
                "pipelines.*.steps[].keep", .fieldPaths, .without("none"),
                "Removes all other fields from the fragments that are named."),
            Setting(
                "pipelines.*.steps[].mask", .block, .without("none"),
                "The values of these fields are replaced by a text."),
            Setting(
                "pipelines.*.steps[].mask.fields", .fieldPaths, .required, "Such as `Person.Identifier.identifier`."),
            Setting("pipelines.*.steps[].mask.with", .text, .value("***"), "The text."),
            Setting(
                "pipelines.*.steps[].command", .name(of: "operators"), .without("none"),
                "The fragments go through this command."),
        ]
    }

    static func keys(
        ofConnection path: String, host: Setting.Default, scheme: Setting.Default, token: Setting.Default,
        path standardPath: Setting.Default, auth: Setting.Default, other: Setting.Default
    ) -> [Setting] {
        [
            Setting("\(path).host", .text, host, "The host, with a port if need be: `lif.example.edu:8443`."),
            Setting("\(path).scheme", .choice(["http", "https"]), scheme, "The scheme of the host's URLs."),
            Setting("\(path).token", .secret, token, "The source's token."),
            Setting("\(path).path", .text, standardPath, "`lif-to-lif`: the path of the GraphQL endpoint."),
            Setting(
                "\(path).auth", .choice(["bearer", "api-key"]), auth,
                "`lif-to-lif`: the token goes as `Authorization: Bearer`, or as `X-API-Key`."),
            Setting(
                "\(path).*", .secret, other,
                "Any other name that a template of `rest:` or the environment of a command uses."),
        ]
    }
}
