import LIFModel
import LIFOperators
import LIFSecrets
import Synchronization
import Testing

@testable import LIFConfiguration

/// Loads texts as if they were files.
func load(
    _ yaml: String? = nil, adapters: [any SourceAdapter] = Adapters.all, environment: [String: String] = [:],
    isOrchestratorAlone: Bool = false, files: [String: String] = [:], secrets: [any SecretSource]? = nil
) async throws -> SystemConfiguration {
    var all = files
    if let yaml { all["lif.yaml"] = yaml }
    let known = all
    let reader = ConfigurationFiles { (path) throws(ConfigurationFiles.Problem) in
        guard let text = known[path] else { throw ConfigurationFiles.Problem(reason: "does not exist") }
        return text
    }
    return try await SystemConfiguration.load(
        file: yaml == nil ? nil : "lif.yaml", adapters: adapters, environment: environment,
        isOrchestratorAlone: isOrchestratorAlone, files: reader, secretSources: secrets)
}

/// The lines of the error that a configuration gives; empty when it is accepted.
func problems(
    _ yaml: String?, adapters: [any SourceAdapter] = Adapters.all, environment: [String: String] = [:],
    isOrchestratorAlone: Bool = false, files: [String: String] = [:], secrets: [any SecretSource]? = nil,
    at location: SourceLocation = #_sourceLocation
) async -> [String] {
    do {
        _ = try await load(
            yaml, adapters: adapters, environment: environment, isOrchestratorAlone: isOrchestratorAlone, files: files,
            secrets: secrets)
        Issue.record("The configuration was accepted.", sourceLocation: location)
    } catch let error as LIFError {
        #expect(error.code == .configurationNotValid, sourceLocation: location)
        return error.message.split(separator: "\n").map(String.init)
    } catch {
        Issue.record(error, sourceLocation: location)
    }
    return []
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
        identifier_types: [SCHOOL_ASSIGNED_NUMBER]
    """
}

/// A source of the adapter given, with lines at the indentation of its keys.
func source(_ adapter: String, _ lines: String..., paths: String = "[Person.Name]") -> String {
    """
    information_sources:
      - information_source_id: s
        adapter_id: \(adapter)
        lif_fragment_paths: \(paths)
        \(lines.joined(separator: "\n    "))
    """
}

extension SystemConfiguration {
    func adapter(_ id: String) throws -> AdapterSettings {
        try #require(sources.first { $0.source.id == id }).adapter
    }

    func partner(_ id: String) throws -> LIFToLIFConfiguration {
        guard let partner = try adapter(id).as(LIFToLIFConfiguration.self) else {
            throw LIFError(.configurationNotValid, "The source is no partner that is set up.")
        }
        return partner
    }
}

extension AdapterSettings {
    /// The configuration of a source that is set up with this kind of adapter.
    func `as`<Configuration: AdapterConfiguration>(_: Configuration.Type) -> Configuration? {
        if case .ready(let configuration) = self { configuration as? Configuration } else { nil }
    }
}

/// Secrets in memory; it notes what it was asked for.
final class KnownSecrets: SecretSource {
    let name: String
    private let values: [String: String]
    private let fault: (any Error)?
    private let names = Mutex<[String]>([])

    init(_ name: String = "memory", _ values: [String: String] = [:], fault: (any Error)? = nil) {
        self.name = name
        self.values = values
        self.fault = fault
    }

    var asked: [String] { names.withLock { $0.sorted() } }

    func secret(named name: String) async throws -> String? {
        names.withLock { $0.append(name) }
        if let fault { throw fault }
        return values[name]
    }
}
