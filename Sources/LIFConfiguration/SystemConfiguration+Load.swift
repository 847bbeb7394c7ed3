package import LIFHTTP
package import LIFOperators
import LIFSecrets
import LIFSettings

extension SystemConfiguration {
    /// Reads and checks a configuration, and has its secrets looked up.
    ///
    /// What our file says wins over the environment, and the environment over defaults. It is all or nothing: a secret that
    /// cannot be had is an error like any other.
    ///
    /// - Parameters:
    ///   - file: The path of our file; `nil` for none: then `LIF_QUERY_PLANNER_INFORMATION_SOURCES_CONFIG_PATH` must
    ///     name a file with `information_sources`.
    ///   - adapters: How sources may be reached, beside the configuration's own operators.
    ///   - environment: The process's.
    ///   - isOrchestratorAlone: Whether it is for a process that is an orchestrator and no planner: that one needs no sources
    ///     when the environment has credentials of them (`orchestrator.open_catalogue`).
    ///   - http: For secrets managers; `nil` for a client of its own as long as it loads.
    ///   - seen: Told before it returns or throws where a change may be one of this configuration.
    /// - Throws: `LIFError` `ConfigurationNotValid`: one line for each problem, `file:line:column: what is wrong; what
    ///   is allowed`. It holds no credential. It is retryable when all that is wrong is a secrets manager that does not
    ///   answer now. `CancellationError` when the task is cancelled.
    package static func load(
        file: String?, adapters: [any SourceAdapter], environment: [String: String], isOrchestratorAlone: Bool = false,
        http: OutgoingHTTPClient? = nil, seen: (ConfigurationPaths) -> Void = { _ in }
    ) async throws -> SystemConfiguration {
        try await load(
            file: file, adapters: adapters, environment: environment, isOrchestratorAlone: isOrchestratorAlone,
            http: http, files: .disk, seen: seen)
    }

    /// - Parameter secretSources: Asked instead of those that the file names; `nil` for those.
    static func load(
        file: String?, adapters: [any SourceAdapter], environment: [String: String],
        isOrchestratorAlone: Bool = false, http: OutgoingHTTPClient? = nil, files: ConfigurationFiles,
        secretSources: [any SecretSource]? = nil, seen: (ConfigurationPaths) -> Void = { _ in }
    ) async throws -> SystemConfiguration {
        let files = ReadFiles(files)
        defer { seen(files.watched) }
        let first = try ConfigurationReading(
            file: file, adapters: adapters, environment: environment, isOrchestratorAlone: isOrchestratorAlone,
            files: files,
            secrets: SecretLookup(),
            hasOtherSources: secretSources.map { !$0.isEmpty })
        guard first.wantsSecrets else { return try first.checked() }
        let secrets = try await withClient(http, environment) { try await first.ask(secretSources, over: $0) }
        let second = try ConfigurationReading(
            file: file, adapters: adapters, environment: environment, isOrchestratorAlone: isOrchestratorAlone,
            files: files,
            secrets: secrets,
            hasOtherSources: first.hasOtherSources)
        return try second.checked()
    }

    private static func withClient<Value>(
        _ given: OutgoingHTTPClient?, _ environment: [String: String],
        _ work: (OutgoingHTTPClient) async throws -> Value
    ) async throws -> Value {
        if let given { return try await work(given) }
        let own = OutgoingHTTPClient(OutgoingHTTPConfiguration(proxies: ProxyVariables.read(environment).proxies))
        let value: Value
        do {
            value = try await work(own)
        } catch {
            // The work's error says more than one that closing may add.
            try? await own.shutdown()
            throw error
        }
        try await own.shutdown()
        return value
    }
}
