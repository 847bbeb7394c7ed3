import LIFSettings

extension RESTAdapter {
    static let settings: [Setting] =
        [
            Setting(
                "rest", .block, .without("none"),
                "How a REST source is asked. Required for `rest`; "
                    + "replaces the ready block of `\(exampleDataSource.id)`."),
            Setting("rest.method", .choice(["GET", "POST"]), .value("GET"), "The request's method."),
            Setting(
                "rest.url", .template, .required, "Where the learner's data is: `{scheme}://{host}/users/{identifier}`."
            ),
            Setting("rest.headers", .names, .without("none"), "Headers of the request."),
            Setting("rest.headers.*", .template, .required, "A header's value: `Bearer {token}`."),
            Setting(
                "rest.body", .template, .without("none"), "`POST`: JSON. Placeholders stand inside its strings."),
            Setting(
                "rest.not_found", .wholes(200...599), .value("[404]"), "Statuses that say: the learner is not known."),
            Setting(
                "rest.check_url", .template, .without("the root of the host"),
                "What `lif sources check` asks; without the learner."),
        ]
        + MappingSettings.answer(
            "rest", timestamp: "the time of the fetch",
            mapping: .without("required, unless the source has a `translation`"))
}
