import LIFConfiguration
import LIFModel
import LIFNeighbours
import LIFOperators
import LIFServer
import Testing

@Suite("White space around a token")
struct TrimmedTokenTests {
    private static let tokens = """
        planner: {token: "A", results_token: "A"}
        orchestrator:
          token: "A"
          results_url: http://127.0.0.1:1/orchestration/results
          results_token: "A"
          callbacks: {allowed_hosts: [h], token: "A"}
        organization: us
        identity_mapper: {type: remote, url: "http://127.0.0.1:2", token: "A"}
        mdr: {url: "http://127.0.0.1:3", api_key: "A"}
        lif_cache: {url: "http://127.0.0.1:4", token: "A"}
        translators: {default: {url: "http://127.0.0.1:5", token: "A"}}
        orchestrator_url: http://127.0.0.1:6
        orchestrator_token: "A"
        information_sources:
          - information_source_id: org2
            adapter_id: lif-to-lif
            lif_fragment_paths: [Person.Name]
            connection: {host: "localhost:8020", token: "A"}
          - information_source_id: hr
            adapter_id: rest
            lif_fragment_paths: [Person.Contact]
            rest:
              url: https://hr.example.edu/{identifier}
              headers: {x-key: "A"}
              mapping: {Person.Contact: {}}
        """

    @Test(
        "It is trimmed wherever a token is read: written, from the environment, from secrets",
        arguments: [#" token\n"#, "${TOKEN}", "${secret:token}"])
    func trimmed(written: String) async throws {
        // A header of a template is no token by itself: what is written there stays as it is.
        var yaml = Self.tokens
        if written.contains("\\n") { yaml = yaml.replacing("x-key: \"A\"", with: "x-key: \"token\"") }
        let configuration = try await load(
            yaml.replacing("\"A\"", with: "\"\(written)\""), environment: ["TOKEN": " token\r\n"],
            secrets: [KnownSecrets("memory", ["token": "token\n\n"])])
        let secret = Secret("token")
        #expect(configuration.plannerListener.token == "token" && configuration.plannerResultsToken == secret)
        #expect(configuration.orchestratorListener.token == "token")
        #expect(configuration.remoteOrchestrator?.token == secret)
        #expect(configuration.callbacks.hosts.allSatisfy { $0.token == secret })
        #expect(configuration.callbacks.hosts.count == 2)
        #expect(configuration.mdr?.apiKey == secret)
        #expect(configuration.lifCache?.token == secret)
        #expect(configuration.translators["default"]?.token == secret)
        guard case .remote(let mapper) = configuration.identityMapper else {
            Issue.record("There is no remote Identity Mapper.")
            return
        }
        #expect(mapper.token == secret)
        #expect(try configuration.partner("org2").token == secret)
        guard let rest = try configuration.adapter("hr").as(RESTConfiguration.self) else {
            Issue.record("hr is no REST source.")
            return
        }
        #expect(rest.headers.first?.value.filled(identifier: "", identifierType: "") == "token")
    }

    @Test(
        "A credential that the secret sources have under a variable's name is trimmed, and one of white space is none")
    func credentials() async throws {
        let name = "ADAPTERS__LIF_TO_LIF__ORG2__CREDENTIALS__TOKEN"
        let secrets = KnownSecrets("memory", [name: "\ttoken\r\n"])
        #expect(try await load(oneSource, secrets: [secrets]).partner("org2").token == Secret("token"))
        let blank = KnownSecrets("memory", [name: "\n"])
        #expect(try await load(oneSource, secrets: [blank]).partner("org2").token == nil)
        let deployed = [
            "LIF_TRANSLATOR_BASE_URL": "http://127.0.0.1:7", "LIF_TRANSLATOR_TOKEN": "token\n",
            "LIF_QUERY_PLANNER_RESULTS_BASE_URL": "http://127.0.0.1:8", "LIF_QUERY_PLANNER_RESULTS_TOKEN": "token\n",
            name: "token\n",
        ]
        let configuration = try await load(oneSource, environment: deployed)
        #expect(configuration.translators["default"]?.token == Secret("token"))
        #expect(configuration.callbacks.hosts.first?.token == Secret("token"))
        #expect(try configuration.partner("org2").token == Secret("token"))
    }
}
