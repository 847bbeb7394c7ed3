import LIFModel
import Testing

@testable import LIFConfiguration

/// Loads texts as if they were files.
func load(
    _ yaml: String? = nil, environment: [String: String] = [:], files: [String: String] = [:]
) throws(LIFError) -> SystemConfiguration {
    var all = files
    if let yaml { all["lif.yaml"] = yaml }
    let known = all
    let reader = ConfigurationFiles { (path) throws(ConfigurationFiles.Problem) in
        guard let text = known[path] else { throw ConfigurationFiles.Problem(reason: "does not exist") }
        return text
    }
    return try SystemConfiguration.load(
        file: yaml == nil ? nil : "lif.yaml", environment: environment, files: reader)
}

/// The lines of the error that a configuration gives; empty when it is accepted.
func problems(
    _ yaml: String?, environment: [String: String] = [:], files: [String: String] = [:],
    at location: SourceLocation = #_sourceLocation
) -> [String] {
    do {
        _ = try load(yaml, environment: environment, files: files)
        Issue.record("The configuration was accepted.", sourceLocation: location)
        return []
    } catch {
        #expect(error.code == .configurationNotValid, sourceLocation: location)
        return error.message.split(separator: "\n").map(String.init)
    }
}

/// One source that needs nothing else, as the last lines of a file.
let oneSource = """
    information_sources:
      - information_source_id: org2
        adapter_id: lif-to-lif
        lif_fragment_paths: [Person.Name]
        connection: {host: "localhost:8020"}
    """

/// A source with the `rest:` lines given, each at the indentation of the block.
func restSource(_ lines: String..., connection: String = "{host: hr.example.edu, token: s3cr3t}") -> String {
    """
    information_sources:
      - information_source_id: hr
        adapter_id: rest
        lif_fragment_paths: [Person.EmploymentPreferences]
        connection: \(connection)
        rest:
          \(lines.joined(separator: "\n      "))
    """
}

extension SystemConfiguration {
    func adapter(_ id: String) throws -> AdapterSettings {
        try #require(sources.first { $0.source.id == id }).adapter
    }
}
