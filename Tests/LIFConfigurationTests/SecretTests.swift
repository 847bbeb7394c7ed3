import LIFConfiguration
import LIFModel
import LIFOperators
import LIFServer
import Testing

@Suite("Credentials")
struct SecretTests {
    let yaml =
        "planner: {token: \"${SECRET}1\"}\norchestrator: {token: s3cr3t-2}\n"
        + "orchestrator_url: http://o:1\norchestrator_token: s3cr3t-3\n"
        + restSource(
            "method: POST", "url: \"http://{host}/{identifier}/{token}/${SECRET}5\"",
            "headers: {X-Key: \"{token}${SECRET}6\"}", "body: '{\"key\": \"{token}\", \"id\": \"{identifier}\"}'",
            "mapping: {Person.EmploymentPreferences: a}", connection: "{host: h, token: s3cr3t-4}")
        + "\n  - information_source_id: org2\n    adapter_id: lif-to-lif\n    lif_fragment_paths: [Person.Name]"

    let environment = [
        "SECRET": "s3cr3t-", "ADAPTERS__LIF_TO_LIF__ORG2__CREDENTIALS__TOKEN": "s3cr3t-7",
        "ADAPTERS__LIF_TO_LIF__ORG2__CREDENTIALS__HOST": "h",
    ]

    @Test("They are not in what a configuration shows of itself")
    func description() async throws {
        let configuration = try await load(yaml, environment: environment)
        #expect(configuration.plannerListener.token == "s3cr3t-1")
        var texts = shown(configuration)
        for source in configuration.sources {
            texts += shown(source) + shown(source.adapter)
            switch source.adapter {
            case .lifToLIF(let partner):
                #expect(partner.token?.reveal() == "s3cr3t-7")
                texts += shown(partner) + shown(partner.token)
            case .rest(let rest):
                #expect(rest.url.filled(identifier: "1", identifierType: "") == "http://h/1/s3cr3t-4/s3cr3t-5")
                texts += shown(rest) + shown(rest.url) + shown(rest.headers) + shown(rest.body)
            default: Issue.record("A source is not set up.")
            }
        }
        texts += shown(configuration.remoteOrchestrator) + shown(configuration.notices)
        #expect(texts.count > 20)
        for text in texts { #expect(!text.contains("s3cr3t")) }
    }

    private func shown<Value>(_ value: Value) -> [String] {
        var dumped = ""
        dump(value, to: &dumped)
        return [String(describing: value), String(reflecting: value), "\(value)", dumped]
    }

    @Test(
        "They are not in errors, wherever they stand",
        arguments: [
            "planner: {port: \"${SECRET}\"}", "planner: {timeout: \"${SECRET}\"}", "log: {level: \"${SECRET}\"}",
            "planner: {host: \"${SECRET}\"}", "planner: {allowed_hosts: [\"${SECRET} \", \"a ${SECRET}\"]}",
            "orchestrator_url: http://${SECRET}@h", "orchestrator_url: http://u:s3cr3t@h", "planner: [\"${SECRET}\"]",
            "planner: {token: \"${SECRET} x\"}", "information_sources_file: \"${SECRET}\"",
            "orchestrator_token: \"${SECRET}\"", "orchestrator: {token: s3cr3t, host: 0.0.0.0, tokn: s3cr3t}",
            "planner: {memory_budget: \"${SECRET}\"}", "planner: {token: s3cr3t\n", "planner: \"{token: s3cr3t\n",
        ])
    func errors(line: String) async {
        let broken = restSource(
            "url: \"{token}/{identifier}\"", "headers: {\"X Key\": \"s3cr3t\"}", "body: '{s3cr3t'",
            "data: a..${SECRET}",
            "mapping: {\"Person.EmploymentPreferences\": {fields: {a: \"b..${SECRET}\"}}}",
            connection: "{host: \"s3cr3t@x\", token: \"s3cr3t\", unused: s3cr3t}")
        let text = await problems(line + "\n" + broken, environment: ["SECRET": "s3cr3t"]).joined(separator: "\n")
        #expect(!text.contains("s3cr3t"), "\(text)")
    }
}
