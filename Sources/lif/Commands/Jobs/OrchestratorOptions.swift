import ArgumentParser
import Foundation
import LIFConfiguration
import LIFModel
import LIFServer

/// Which orchestrator a command asks.
struct OrchestratorOptions: ParsableArguments {
    @Option(
        help: """
            The orchestrator's URL, such as http://127.0.0.1:8005. Its token is read from LIF_TOKEN. Default: the one in the \
            configuration.
            """)
    var url: String?
    @OptionGroup var configurationOptions: ConfigurationOptions
    @Flag(help: "Print the orchestrator's JSON instead of a table.")
    var json = false

    /// Does the work with a client and closes it.
    func asking<Value>(_ work: (OrchestratorClient) async throws -> Value) async throws -> Value {
        let client = try await client()
        do {
            let value = try await work(client)
            await client.close()
            return value
        } catch {
            await client.close()
            throw error
        }
    }

    private func client() async throws -> OrchestratorClient {
        let token = ConfigurationOptions.token
        if let url { return OrchestratorClient(url: url, token: token) }
        guard configurationOptions.isThere else {
            return OrchestratorClient(url: "http://127.0.0.1:8005", token: token)
        }
        let configuration = try await configurationOptions.load()
        if let remote = configuration.orchestratorElsewhere {
            return OrchestratorClient(url: remote.url, token: remote.token?.reveal() ?? token)
        }
        let listener = configuration.orchestratorListener
        let host = listener.isLoopback ? listener.host : "127.0.0.1"
        return OrchestratorClient(
            url: "http://\(host.contains(":") ? "[\(host)]" : host):\(listener.port)", token: listener.token ?? token)
    }
}
