/// Ready `rest:` blocks for sources that are known by name.
enum RESTPreset {
    /// The demonstration source of deployed systems: its own JSON, a key in a header, 404 for an unknown learner.
    static let exampleDataSourceText = """
        url: "{scheme}://{host}/r1-demo/users/{identifier}"
        headers:
          x-key: "{token}"
        data: person.employment.preferences
        mapping:
          Person.EmploymentPreferences:
            fields:
              organizationTypes: preferred_org_types
              organizationNames: preferred_org_names
              identifier: id
        """

    static func exampleDataSource(_ diagnostics: Diagnostics) -> SettingsBlock? {
        let document = ConfigurationDocument(
            file: "example-data-source-rest-api-to-lif", text: EnvironmentText(environment: [:]),
            diagnostics: diagnostics)
        return document.root(of: exampleDataSourceText).flatMap {
            SettingsBlock($0, path: "information_sources[].rest", shownPath: "rest", diagnostics)
        }
    }
}
