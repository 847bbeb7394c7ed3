import LIFHTTP
import LIFModel
import LIFOperators
import LIFOrchestrator
import LIFServer
import Testing

@testable import LIFConfiguration

/// The environment of a deployed orchestrator, and nothing else.
@Suite("An open catalogue")
struct OpenCatalogueTests {
    private static let partner = "ADAPTERS__LIF_TO_LIF__ORG2__CREDENTIALS__"
    private static let example =
        "ADAPTERS__EXAMPLE_DATA_SOURCE_REST_API_TO_LIF__ORG1_EXAMPLE_DATA_SOURCE__CREDENTIALS__"
    private static let environment = [
        partner + "HOST": "org2.example", partner + "SCHEME": "https", partner + "TOKEN": "s3cr3t\n",
        example + "HOST": "hr.example:8011", example + "SCHEME": "https", example + "TOKEN": "s3cr3t",
    ]

    private static func open(
        _ yaml: String? = nil, _ environment: [String: String] = environment, isOrchestratorAlone: Bool = true
    ) async throws -> SystemConfiguration {
        try await load(yaml, environment: environment, isOrchestratorAlone: isOrchestratorAlone)
    }

    @Test("An orchestrator alone with credentials in the environment starts, and takes their sources from plans")
    func environmentAlone() async throws {
        let configuration = try await Self.open()
        #expect(configuration.sources.isEmpty)
        #expect(configuration.notices.isEmpty, "\(configuration.notices)")
        let sources = try #require(configuration.openCatalogue).sources.values
        #expect(Set(sources.map(\.token)) == ["ORG2", "ORG1_EXAMPLE_DATA_SOURCE"])
        guard let org2 = sources.first(where: { $0.token == "ORG2" })?.adapter.as(LIFToLIFConfiguration.self) else {
            Issue.record("org2 is no partner")
            return
        }
        #expect(org2.endpoint == "https://org2.example/graphql")
        #expect(org2.token?.reveal() == "s3cr3t")
        #expect(!"\(configuration)".contains("s3cr3t"))
    }

    @Test("A plan may name them in any spelling, with their adapter only; what is missing is reported by its variable")
    func admitted() async throws {
        var environment = Self.environment
        environment["ADAPTERS__LIF_TO_LIF__ORG3__CREDENTIALS__TOKEN"] = "s3cr3t"
        let http = OutgoingHTTPClient()
        let open = try #require(try await Self.open(nil, environment).registry(http: http).openSources)
        for id in ["org2", "ORG2", "Org2"] { try open.admit(id, adapterID: "lif-to-lif") }
        for id in ["org1-example-data-source", "org1_example-data_source"] {
            try open.admit(id, adapterID: "example-data-source-rest-api-to-lif")
            for translation in [nil, Translation(sourceSchemaID: "26", targetSchemaID: "17")] {
                _ = try open.adapter(
                    of: InformationSource(
                        id: id, adapterID: "example-data-source-rest-api-to-lif", timeToLive: .zero, fragmentPaths: [],
                        translation: translation))
            }
        }
        let refusals = [
            ("org4", "lif-to-lif", "ADAPTERS__LIF_TO_LIF__ORG4__CREDENTIALS__HOST"),
            ("org3", "lif-to-lif", "ADAPTERS__LIF_TO_LIF__ORG3__CREDENTIALS__HOST"),
            ("org2", "example-data-source-rest-api-to-lif", "LIF__ORG2__CREDENTIALS__HOST"),
            ("org2", "rest", "lif-to-lif"),
            ("../org2", "lif-to-lif", "letters"), (String(repeating: "o", count: 9_999), "lif-to-lif", "128"),
        ]
        for (id, adapter, hint) in refusals {
            let error = #expect(throws: LIFError.self) { try open.admit(id, adapterID: adapter) }
            #expect(error?.code == .operatorNotFoundException)
            #expect(error?.message.contains(hint) == true, "\(error?.message ?? "")")
            #expect(error?.message.contains("s3cr3t") == false)
        }
        try await http.shutdown()
    }

    @Test("There are as many sources as credentials, but for a few spellings of each")
    func bounded() async throws {
        let http = OutgoingHTTPClient()
        let open = try #require(try await Self.open().registry(http: http).openSources)
        let letters = Array("example")
        let spellings = (0..<128).map { bits in
            "org1-" + String(letters.enumerated().map { bits >> $0 & 1 == 1 ? Character($1.uppercased()) : $1 })
                + "-data-source"
        }
        func isTaken(_ id: String) -> Bool {
            (try? open.admit(id, adapterID: "example-data-source-rest-api-to-lif")) != nil
        }
        #expect(spellings.filter(isTaken) == Array(spellings.prefix(16)))
        #expect(spellings.filter(isTaken) == Array(spellings.prefix(16)))
        #expect((try? open.admit("org2", adapterID: "lif-to-lif")) != nil)
        try await http.shutdown()
    }

    @Test("It is open in that situation only, or by the setting")
    func whenOpen() async throws {
        // Both components, or a planner.
        let lines = await problems(nil, environment: Self.environment)
        #expect(lines.contains { $0.contains("no information sources") })
        // No credentials at all: that is no deployed environment.
        await #expect(throws: LIFError.self) { try await Self.open(nil, ["PATH": "/bin"]) }
        // A file.
        await #expect(throws: LIFError.self) { try await Self.open("state_dir: s") }
        await #expect(throws: LIFError.self) { try await Self.open("orchestrator: {open_catalogue: false}") }
        #expect(try await Self.open(oneSource).openCatalogue == nil)
        // By the setting, beside configured sources too.
        let alone = try await Self.open("orchestrator: {open_catalogue: true}", isOrchestratorAlone: false)
        #expect(alone.openCatalogue?.sources.count == 2)
        let both = try await Self.open("orchestrator: {open_catalogue: true}\n" + oneSource, isOrchestratorAlone: false)
        // Configured sources are reached as they are configured.
        #expect(both.openCatalogue?.sources.values.map(\.token) == ["ORG1_EXAMPLE_DATA_SOURCE"])
        #expect(both.sources.map(\.source.id) == ["org2"])
    }

    @Test("With an open listener both must be written: no variable and no default lends the credentials to everybody")
    func openListener() async throws {
        var environment = Self.environment
        environment["LIF_OPEN"] = "true"
        let byDefault = await problems(nil, environment: environment, isOrchestratorAlone: true)
        #expect(byDefault.count == 1 && byDefault[0].contains("orchestrator: {open: true, open_catalogue: true}"))
        let halfWritten = await problems(
            "orchestrator: {open_catalogue: true}", environment: environment, isOrchestratorAlone: true)
        #expect(halfWritten.count == 1 && halfWritten[0].contains("Write \"orchestrator.open: true\" beside it"))
        let written = "orchestrator: {open: true, open_catalogue: true}"
        for environment in [environment, Self.environment] {
            let configuration = try await Self.open(written, environment)
            #expect(configuration.openCatalogue != nil && configuration.orchestratorListener.isOpen)
        }
        // Who names the sources lends these alone.
        environment["LIF_QUERY_PLANNER_INFORMATION_SOURCES_CONFIG_YAML_SSM"] = oneSource
        let named = try await Self.open(nil, environment)
        #expect(named.openCatalogue == nil && named.sources.map(\.source.id) == ["org2"])
    }

    @Test("A reload sees that it has been opened or closed")
    func reload() async throws {
        let open = try await Self.open("orchestrator: {open_catalogue: true}\n" + oneSource)
        let closed = try await Self.open(oneSource)
        #expect(!open.hasSameOperators(as: closed))
        #expect(open.needsRestart(comparedWith: closed) == [])
    }

    @Test("A host that is none is reported at start, by the variable")
    func notAHost() async throws {
        let lines = await problems(
            nil, environment: [Self.partner + "HOST": "http://s3cr3t@org2"], isOrchestratorAlone: true)
        #expect(lines.count == 1)
        #expect(lines.first?.contains(Self.partner + "HOST") == true)
        #expect(lines.first?.contains("s3cr3t") == false)
    }
}
