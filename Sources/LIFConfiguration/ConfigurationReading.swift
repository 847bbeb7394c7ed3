import LIFHTTP
import LIFModel
import LIFOperators
import LIFSecrets
import LIFSettings

/// One reading of all files of a configuration. The first one finds out which secrets are wanted, a second one has them.
struct ConfigurationReading {
    private let diagnostics = Diagnostics()
    private let environment: [String: String]
    private let secrets: SecretLookup
    /// `nil` when `secrets` is not valid.
    private let secretSources: [SecretSourceSettings]?
    private let place: Place
    private let configuration: SystemConfiguration

    /// - Parameter hasOtherSources: Whether there are secret sources beside the environment; `nil` for what the file says.
    /// - Throws: `LIFError` `ConfigurationNotValid` when the file is no configuration at all.
    init(
        file: String?, adapters: [any SourceAdapter], environment: [String: String], isOrchestratorAlone: Bool,
        files: ReadFiles, secrets: SecretLookup, hasOtherSources: Bool?
    ) throws(LIFError) {
        self.environment = environment
        self.secrets = secrets
        let table = Settings.table(adapters)
        let loader = ConfigurationFileReader(
            files: files, text: EnvironmentText(environment: environment, secrets: secrets), table: table,
            diagnostics: diagnostics)
        let start = Place(file: file ?? Place.environment.file)
        let root = file.map { loader.root($0, from: start) } ?? SettingsBlock(absentAt: start, table, diagnostics)
        guard let root else {
            try diagnostics.check()
            throw LIFError(.configurationNotValid, "\(start): the file cannot be used.")
        }
        place = root.place(of: "secrets")
        let problems = diagnostics.count
        let sources = SecretsReader(root: root).sources()
        secretSources = diagnostics.count == problems ? sources : nil
        secrets.hasOtherSources = hasOtherSources ?? sources.contains { !$0.isEnvironment }
        let reader = SystemReader(
            root: root, file: file, loader: loader, adapters: KnownAdapters(all: adapters), environment: environment,
            secrets: secrets,
            isOrchestratorAlone: isOrchestratorAlone)
        var configuration = reader.configuration()
        let folders = sources.compactMap(\.folder)
        files.secrets = ConfigurationPaths(files: Set(folders.flatMap(secrets.paths)), folders: Set(folders))
        configuration.watched = files.watched
        self.configuration = configuration
    }

    var wantsSecrets: Bool { !secrets.wanted.isEmpty }
    var hasOtherSources: Bool { secrets.hasOtherSources }

    /// - Throws: `LIFError` `ConfigurationNotValid` with everything that is wrong.
    func checked() throws(LIFError) -> SystemConfiguration {
        try diagnostics.check()
        return configuration
    }

    /// Asks for the secrets that are wanted.
    ///
    /// - Parameter sources: Those to ask instead of the configured ones; `nil` for these.
    /// - Throws: `LIFError` `ConfigurationNotValid`, also with what else is wrong; `CancellationError`.
    func ask(_ sources: [any SecretSource]?, over http: OutgoingHTTPClient) async throws -> SecretLookup {
        let sources = try sources ?? configured(http)
        do {
            let values = try await SecretStore(sources).values(of: secrets.wanted)
            return SecretLookup(found: values, asked: sources.map(\.name))
        } catch let error as LIFError {
            throw told(error, at: place)
        }
    }

    private func configured(_ http: OutgoingHTTPClient) throws(LIFError) -> [any SecretSource] {
        guard let secretSources else {
            try diagnostics.check()
            return []
        }
        var sources: [any SecretSource] = []
        for settings in secretSources {
            do throws(LIFError) {
                sources.append(try settings.source(environment: environment, http: http))
            } catch {
                throw told(error, at: settings.place)
            }
        }
        return sources
    }

    /// The error together with everything else that is wrong.
    private func told(_ error: LIFError, at place: Place) -> LIFError {
        diagnostics.report(place, error.message, isRetryable: error.isRetryable)
        do throws(LIFError) {
            try diagnostics.check()
        } catch {
            return error
        }
        return error
    }
}
