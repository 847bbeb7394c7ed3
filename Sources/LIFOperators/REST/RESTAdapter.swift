package import LIFModel
import LIFSettings
package import LIFWorkflow

/// Any REST API, as a `rest:` block describes it; or one that is described in this program.
struct RESTAdapter: SourceAdapter {
    let id: String
    /// The `rest:` block of sources that have none; `nil` when they must have one.
    private let ready: String?

    init() {
        id = "rest"
        ready = nil
    }

    private init(_ id: String, ready: String) {
        self.id = id
        self.ready = ready
    }

    /// The demonstration source of deployed systems: its own JSON, a key in a header, 404 for an unknown learner.
    static let exampleDataSource = RESTAdapter(
        "example-data-source-rest-api-to-lif",
        ready: """
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
            """)

    var isPreset: Bool { ready != nil }
    var needsCredentialsOnly: Bool { isPreset }
    var settings: [Setting] { isPreset ? [] : Self.settings }
    var keys: [String] { ["connection", "rest"] }
    var remarks: [String: String] { isPreset ? ["adapter_id": "`\(id)` is `rest` with a ready `rest:` block."] : [:] }

    func read(_ source: SourceReading) -> AdapterReading? {
        guard let block = block(source) else { return nil }
        let isReady = !source.block.has("rest")
        var reader = RESTReader(block: block, credentials: source.credentials, model: source.model)
        guard
            let configuration = reader.configuration(
                maximumAnswerBytes: source.maximumAnswerBytes, isTranslated: source.isTranslated)
        else { return nil }
        source.check(reader.mappedPaths, in: block, "mapping", isReady: isReady)
        if !isReady { source.noticeUntranslated(block) }
        source.refuseUnusedCredentials(besides: reader.usedCredentials, by: "template of \"rest\"")
        if reader.usedCredentials.contains("host") { _ = source.credentials.host() }
        if reader.usesTokenOpenly, let host = source.credentials.value("host") {
            source.diagnostics.noticeOpenToken(of: source.credentials.owner, url: "http://\(host.text)")
        }
        return AdapterReading(
            source.settings(configuration, missing: reader.missingCredentials),
            origin: [block.written("url")?.withoutSecrets ?? "", configuration.data.origin]
                + configuration.answer.origin)
    }

    private func block(_ source: SourceReading) -> SettingsBlock? {
        guard let ready, !source.block.has("rest") else { return source.block(ofAdapter: "rest") }
        return source.document(ready, id).flatMap {
            source.block.block($0, path: "\(source.block.path).rest", shownPath: "rest")
        }
    }
}

extension RESTConfiguration: AdapterConfiguration {
    package func canonical(in catalogue: SourceCatalogue) -> RESTConfiguration {
        var copy = self
        copy.answer = answer.canonical(in: catalogue)
        return copy
    }

    package func makeOperator(_ services: AdapterServices) -> any TaskOperator {
        RESTOperator(configuration: self, http: services.http)
    }
}
