import LIFSettings

/// The settings of mappings, for the adapters that have some.
enum MappingSettings {
    /// What becomes of an answer.
    static func answer(_ adapter: String, timestamp: String, mapping: Setting.Default) -> [Setting] {
        [
            Setting(
                "\(adapter).data", .answerPath, .without("the whole answer"),
                "Where in the answer the data lies: `person.employment`. Not used with a `translation`."),
            Setting(
                "\(adapter).data_timestamp", .answerPath, .without(timestamp),
                "Where in the answer the age of the data stands, in ISO 8601."),
            Setting(
                "\(adapter).mapping", .names, mapping,
                "What becomes of the data: one entry for each of `lif_fragment_paths`."),
            Setting(
                "\(adapter).mapping.*", .block, .required,
                "A fragment path, such as `Person.EmploymentPreferences`, and its source. "
                    + "A dot path alone is short for `from:`."
            ),
            Setting(
                "\(adapter).mapping.*.from", .answerPath, .without("the data itself"),
                "Where, from `data` on, the object, list of objects or single value lies."),
        ] + fields("\(adapter).mapping.*")
    }

    /// The members of an item, however deep.
    static func fields(_ entry: String) -> [Setting] {
        [
            Setting(
                "\(entry).fields", .names, .without("taken as it is"),
                "The members of each item; others of the source are dropped."),
            Setting(
                "\(entry).fields.*", .field, .required,
                "The member's name in LIF, and where in the item it is. Of a list of paths, the first that has something. "
                    + "`Email.emailAddress` is a member of an object inside."
            ),
            Setting(
                "\(entry).fields.*.value", .text, .without("none"),
                "The same for each item: a text, number or boolean."),
            Setting(
                "\(entry).fields.*.first", .answerPath, .without("none"),
                "A JSONPath that may select several values: the first of them, and not a list."),
            Setting(
                "\(entry).fields.*.from", .answerPath, .without("the item itself"),
                "Where in the item the object or list lies that `fields` is about."),
            Setting(
                "\(entry).fields.*.fields", .names, .without("none"),
                "The members of that object, or of each item of that list."),
            Setting(
                "\(entry).fields.*.fields.*", .field, .required,
                "As `fields.*`, and so on at any depth."),
        ]
    }
}
