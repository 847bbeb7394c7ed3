import Foundation
import LIFModel
import LIFNeighbours
import LIFOperators
import LIFQueryPlanner
import LIFServer
import LIFSettings
import Testing

@testable import LIFConfiguration

extension ConfigurationNode {
    fileprivate subscript(name: String) -> ConfigurationNode? { members?.first { $0.name == name }?.value }
}

/// The compose file of the guide "Replace a deployed planner or orchestrator".
@Suite("The example of a deployed system")
struct DeployedExampleTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Examples/deployed-system")

    /// The environment of the service that runs `lif`, with compose's own defaults in it.
    private static func environment() throws -> [String: String] {
        let text = try String(contentsOf: folder.appending(path: "compose.lif.yaml"), encoding: .utf8)
        let diagnostics = Diagnostics()
        let variables = ["LIF_SOURCE": "."]
        let document = ConfigurationDocument(
            file: "compose.lif.yaml", text: EnvironmentText(environment: variables), diagnostics: diagnostics)
        let root = try #require(document.root(of: text.replacing(":?the folder of this repository", with: "")))
        let planner = try #require(root["services"]?["lif-query-planner-org1"])
        let environment = try #require(planner["environment"]?.members)
        try diagnostics.check()
        return Dictionary(uniqueKeysWithValues: environment.map { ($0.name, $0.value.text?.value ?? "") })
    }

    @Test("Each variable that it sets has an effect here")
    func variables() throws {
        let environment = try Self.environment()
        #expect(environment.count > 10)
        let known = Set(DeployedEnvironment.names).subtracting(DeployedEnvironment.unused)
        for name in environment.keys where !name.hasPrefix("ADAPTERS__") {
            #expect(known.contains(name), "\(name) is no variable that is read")
        }
    }

    @Test("With the deployed file of sources it is a whole configuration, in which every source can be asked")
    func configuration() async throws {
        var environment = try Self.environment()
        // What stays from the deployed file.
        environment["LIF_QUERY_CACHE_URL"] = "http://lif-query-cache-org1:8001"
        environment["LIF_QUERY_PLANNER_INFORMATION_SOURCES_CONFIG_YAML_SSM"] = """
            information_sources:
              - information_source_id: "org2"
                information_source_organization: "Org2"
                adapter_id: "lif-to-lif"
                ttl_hours: 24
                lif_fragment_paths: ["Person.Name"]
              - information_source_id: "org3"
                information_source_organization: "Org3"
                adapter_id: "lif-to-lif"
                ttl_hours: 24
                lif_fragment_paths: ["Person.CredentialAward"]
              - information_source_id: "org1-example-data-source"
                information_source_organization: "Org1"
                adapter_id: "example-data-source-rest-api-to-lif"
                ttl_hours: 24
                lif_fragment_paths: ["Person.EmploymentPreferences"]
                translation: {source_schema_id: "26", target_schema_id: "17"}
            """
        let configuration = try await load(nil, environment: environment)
        for source in configuration.sources {
            if case .notSetUp(let reason) = source.adapter { Issue.record("\(source.source.id): \(reason)") }
        }
        #expect(configuration.remoteOrchestrator == nil)
        #expect(configuration.plannerListener.isOpen && configuration.plannerListener.host == "0.0.0.0")
        #expect(configuration.planner.timeout == .seconds(15))
        #expect(configuration.mdr?.dataModelID == "17")
        #expect(configuration.translators["default"] != nil)
        #expect(configuration.catalogue.ownRecords != nil)
        #expect(!configuration.notices.contains { $0.contains("not used") }, "\(configuration.notices)")
    }
}
