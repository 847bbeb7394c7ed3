import LIFConfiguration
import LIFModel
import LIFNeighbours
import Testing

@Suite("Neighbours that the environment of deployed systems names")
struct DeployedNeighbourTests {
    private static let mdr = [
        "LIF_MDR_API_URL": "http://127.0.0.1:8012/", "LIF_MDR_API_AUTH_TOKEN": "m-token\n", "MDR_TIMEOUT_SECONDS": "30",
        "OPENAPI_DATA_MODEL_ID": "17",
    ]

    @Test("The variables of an MDR make one, when the file has none")
    func deployedMDR() async throws {
        let configuration = try await load(oneSource, environment: Self.mdr)
        #expect(
            configuration.mdr
                == MDRConfiguration(
                    baseURL: "http://127.0.0.1:8012", apiKey: Secret("m-token"), dataModelID: "17",
                    timeout: .seconds(30)))
        #expect(configuration.notices.isEmpty)
        let alone = try await load(oneSource, environment: ["LIF_MDR_API_URL": "http://127.0.0.1:8012"])
        #expect(alone.mdr == MDRConfiguration(baseURL: "http://127.0.0.1:8012", timeout: .seconds(10)))
    }

    @Test("A model that is to come from a file is not taken from the MDR")
    func modelFromFile() async throws {
        let environment = Self.mdr.merging(["USE_OPENAPI_DATA_MODEL_FROM_FILE": "True"]) { first, _ in first }
        let configuration = try await load(oneSource, environment: environment)
        #expect(configuration.mdr != nil && configuration.mdr?.dataModelID == nil)
        #expect(configuration.notices.count == 1)
        #expect(configuration.notices.first?.hasPrefix("OPENAPI_DATA_MODEL_ID is set and not used: ") == true)
    }

    @Test("The file wins over the variables, key by key for the MDR that they name")
    func fileWins() async throws {
        let keys = "mdr: {data_model: \"18\", tenant_schema: tenant_org1}\n" + oneSource
        let filled = try await load(keys, environment: Self.mdr)
        #expect(filled.mdr?.baseURL == "http://127.0.0.1:8012" && filled.mdr?.dataModelID == "18")
        #expect(filled.mdr?.apiKey == Secret("m-token") && filled.mdr?.tenantSchema == "tenant_org1")
        #expect(
            filled.notices == [
                "OPENAPI_DATA_MODEL_ID is set and not used: \"mdr.data_model\" in the file wins."
            ])
        // The token of one MDR does not go to another.
        let other = try await load("mdr: {url: \"http://127.0.0.1:1\"}\n" + oneSource, environment: Self.mdr)
        #expect(other.mdr == MDRConfiguration(baseURL: "http://127.0.0.1:1", timeout: .seconds(10)))
        #expect(other.notices.count == Self.mdr.count)
        for name in Self.mdr.keys { #expect(other.notices.contains { $0.hasPrefix("\(name) is set and not used") }) }
    }

    @Test("Variables of an MDR without its address are named, and what is wrong with them is reported without values")
    func incompleteMDR() async throws {
        let environment = Self.mdr.filter { $0.key != "LIF_MDR_API_URL" }
        let configuration = try await load(oneSource, environment: environment)
        #expect(configuration.mdr == nil)
        #expect(configuration.notices.count == environment.count)
        let lines = await problems(
            oneSource,
            environment: [
                "LIF_MDR_API_URL": "s3cr3t", "LIF_MDR_API_AUTH_TOKEN": "s3 cr3t", "MDR_TIMEOUT_SECONDS": "s3cr3t",
            ])
        #expect(lines.count == 3)
        #expect(!lines.joined().contains("s3"))
        #expect(await problems("mdr: {}\n" + oneSource).first?.contains("LIF_MDR_API_URL is not set") == true)
    }

    @Test("A Translator gets the tenant that is written for it, also where the environment has its address")
    func tenantOfTranslator() async throws {
        let own = try await load(
            "translators: {a: {url: \"http://127.0.0.1:7\", tenant_schema: tenant_org1}}\n" + oneSource)
        #expect(own.translators["a"]?.tenantSchema == "tenant_org1")
        let environment = ["LIF_TRANSLATOR_BASE_URL": "http://127.0.0.1:8007/", "LIF_TRANSLATOR_TOKEN": "t-token"]
        let deployed = try await load(
            "translators: {default: {tenant_schema: tenant_org1}}\n" + oneSource, environment: environment)
        #expect(
            deployed.translators == [
                "default": TranslatorConfiguration(
                    baseURL: "http://127.0.0.1:8007", token: Secret("t-token"), tenantSchema: "tenant_org1")
            ])
        let lines = await problems("mdr: {url: \"http://a\", tenant_schema: \"a b\"}\n" + oneSource)
        #expect(lines.first?.contains("\"mdr.tenant_schema\" has a space") == true)
    }
}
