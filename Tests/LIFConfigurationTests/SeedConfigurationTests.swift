import LIFConfiguration
import LIFModel
import LIFOperators
import Testing

@Suite("The configuration of the Query Planner seed")
struct SeedConfigurationTests {
    static let seed = """
        information_sources:
          - information_source_id: "org2"
            information_source_organization: "Org2"
            adapter_id: "lif-to-lif"
            ttl_hours: 24
            lif_fragment_paths:
              - "person.name"
              - "person.contact"
              - "person.identifier"
              - "person.employmentLearningExperience"
              - "person.positionPreferences"
          - information_source_id: "org1-example-data-source"
            information_source_organization: "Org1"
            adapter_id: "example-data-source-rest-api-to-lif"
            ttl_hours: 24
            lif_fragment_paths:
              - "person.employmentPreferences"
            translation:
              source_schema_id: "26"
              target_schema_id: "17"
        """

    static let credentials = [
        "ADAPTERS__LIF_TO_LIF__ORG2__CREDENTIALS__HOST": " org2-graphql:8000\n",
        "ADAPTERS__LIF_TO_LIF__ORG2__CREDENTIALS__TOKEN": "org2-token",
        "ADAPTERS__EXAMPLE_DATA_SOURCE_REST_API_TO_LIF__ORG1_EXAMPLE_DATA_SOURCE__CREDENTIALS__HOST": "r1:8014",
        "ADAPTERS__EXAMPLE_DATA_SOURCE_REST_API_TO_LIF__ORG1_EXAMPLE_DATA_SOURCE__CREDENTIALS__SCHEME": "https",
        "ADAPTERS__EXAMPLE_DATA_SOURCE_REST_API_TO_LIF__ORG1_EXAMPLE_DATA_SOURCE__CREDENTIALS__TOKEN": "r1-token",
    ]

    static let path = "LIF_QUERY_PLANNER_INFORMATION_SOURCES_CONFIG_PATH"

    /// Inside our file, as a file of ours, as a file that ours names, and as one that the environment names.
    @Test("It is accepted as it stands wherever it stands", arguments: 0..<3)
    func acceptedEverywhere(way: Int) async throws {
        var environment = Self.credentials
        if way == 2 { environment[Self.path] = "/etc/lif/sources.yaml" }
        let configuration =
            switch way {
            case 0: try await load(Self.seed, environment: environment)
            case 1:
                try await load(
                    "information_sources_file: sources.yaml", environment: environment,
                    files: ["sources.yaml": Self.seed])
            default: try await load(environment: environment, files: ["/etc/lif/sources.yaml": Self.seed])
            }
        let catalogue = configuration.catalogue
        #expect(catalogue.sources.map(\.id) == ["org2", "org1-example-data-source"])
        let org2 = try #require(catalogue["org2"])
        #expect(org2.organization == "Org2")
        #expect(org2.timeToLive == .seconds(24 * 3_600))
        #expect(
            org2.fragmentPaths.map(\.description) == [
                "Person.Name", "Person.Contact", "Person.Identifier", "Person.EmploymentLearningExperience",
                "Person.PositionPreferences",
            ])
        let translation = Translation(sourceSchemaID: "26", targetSchemaID: "17")
        #expect(catalogue["org1-example-data-source"]?.translation == translation)
    }

    @Test("Its partner is reached with the credentials of the environment, trimmed")
    func partner() async throws {
        guard
            let partner = try await load(Self.seed, environment: Self.credentials).adapter("org2").as(
                LIFToLIFConfiguration.self)
        else {
            Issue.record("org2 is no lif-to-lif source")
            return
        }
        #expect(partner.endpoint == "http://org2-graphql:8000/graphql")
        #expect(partner.token?.reveal() == "org2-token")
        #expect(partner.authorization == .bearer)
    }

    @Test("Its REST source has its ready block")
    func example() async throws {
        let configuration = try await load(Self.seed, environment: Self.credentials)
        guard let rest = try configuration.adapter("org1-example-data-source").as(RESTConfiguration.self) else {
            Issue.record("org1-example-data-source is no REST source")
            return
        }
        #expect(rest.method == .get)
        #expect(rest.url.filled(identifier: "100001", identifierType: "") == "https://r1:8014/r1-demo/users/100001")
        #expect(rest.headers.map(\.name) == ["x-key"])
        #expect(rest.headers[0].value.filled(identifier: "", identifierType: "") == "r1-token")
        #expect(rest.notFoundStatuses == [404])
        #expect(rest.answer.data.segments == ["person", "employment", "preferences"])
        let mapping = try #require(rest.answer.fragments)
        #expect(mapping.map(\.path.description) == ["Person.EmploymentPreferences"])
        let fields = try #require(mapping[0].fields)
        #expect(
            fields == [
                .init("organizationTypes", .paths([.relative(["preferred_org_types"])])),
                .init("organizationNames", .paths([.relative(["preferred_org_names"])])),
                .init("identifier", .paths([.relative(["id"])])),
            ])
    }

    @Test("Without its credentials it loads, and the sources say which variables to set")
    func withoutCredentials() async throws {
        let configuration = try await load(Self.seed)
        guard case .notSetUp(let reason) = try configuration.adapter("org2") else {
            Issue.record("org2 was set up without a host")
            return
        }
        #expect(reason.contains("ADAPTERS__LIF_TO_LIF__ORG2__CREDENTIALS__HOST"))
        #expect(configuration.notices.contains(reason))
        let prefix = "ADAPTERS__EXAMPLE_DATA_SOURCE_REST_API_TO_LIF__ORG1_EXAMPLE_DATA_SOURCE__CREDENTIALS__"
        #expect(configuration.notices.contains { $0.contains(prefix + "HOST") && $0.contains(prefix + "TOKEN") })
    }

    @Test("The types of identifier that a source knows are read as tokens; without the key it knows any")
    func identifierTypes() async throws {
        let line = "    adapter_id: \"lif-to-lif\"\n"
        let chosen = Self.seed.replacing(
            line, with: line + "    identifier_types: [Employee number, SCHOOL_ASSIGNED_NUMBER]\n")
        let sources = try await load(chosen).catalogue.sources
        #expect(sources.first?.identifierTypes == ["EMPLOYEE_NUMBER", "SCHOOL_ASSIGNED_NUMBER"])
        #expect(sources.last?.identifierTypes == nil)
    }

    @Test("A fragment path that the data model does not know is taken, with a notice that names the near one")
    func unknownPath() async throws {
        let configuration = try await load(Self.seed.replacing("person.name", with: "person.nam"))
        #expect(configuration.catalogue.sources.first?.fragmentPaths.first?.entity == "nam")
        #expect(configuration.notices.contains { $0.contains("Person.nam") && $0.contains("Person.Name") })
    }

    @Test("Credentials do not change what counts as the data's origin")
    func origin() async throws {
        let with = try await load(Self.seed, environment: Self.credentials)
        let without = try await load(Self.seed)
        #expect(with.catalogue.sources.map(\.origin) == without.catalogue.sources.map(\.origin))
        let other = Self.seed.replacing("\"26\"", with: "\"27\"")
        let id = "org1-example-data-source"
        #expect(try await load(other).catalogue[id]?.origin != without.catalogue[id]?.origin)
    }
}
