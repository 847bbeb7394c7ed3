import LIFConfiguration
import LIFModel
import LIFNeighbours
import LIFOrchestrator
import Testing

@Suite("Settings of the planner's neighbours")
struct NeighbourSettingsTests {
    private static let deployed = "LIF_QUERY_CACHE_URL"

    @Test("Without a word there are none")
    func none() async throws {
        let configuration = try await load(oneSource)
        #expect(configuration.identityMapper == nil)
        #expect(configuration.mdr == nil)
        #expect(configuration.lifCache == nil)
    }

    @Test("The Identity Mapper is embedded or elsewhere")
    func identityMapper() async throws {
        let embedded = try await load("organization: o\nidentity_mapper: {type: embedded}\n" + oneSource)
        #expect(embedded.identityMapper == .embedded(organization: "o"))
        let remote = """
            organization: o
            identity_mapper:
              {type: remote, url: "https://m/x/", token: t, expiry: 2m, stale_when_down: 0, timeout: 3s}

            """
        let expected = IdentityMapperConfiguration(
            baseURL: "https://m/x", token: Secret("t"), organization: "o", timeToLive: .seconds(120),
            staleWhenDown: .zero, timeout: .seconds(3))
        #expect(try await load(remote + oneSource).identityMapper == .remote(expected))
        let short = "organization: o\nidentity_mapper: {type: remote, url: \"http://m\"}\n"
        let standard = IdentityMapperConfiguration(
            baseURL: "http://m", token: nil, organization: "o", timeToLive: .seconds(3_600),
            staleWhenDown: .seconds(7 * 86_400), timeout: .seconds(5))
        #expect(try await load(short + oneSource).identityMapper == .remote(standard))
    }

    @Test("The MDR has an address, and perhaps a key and a data model")
    func mdr() async throws {
        let yaml = "mdr: {url: \"http://m:8012/\", api_key: k, data_model: 17, expiry: 1d, timeout: 1s}\n"
        let expected = MDRConfiguration(
            baseURL: "http://m:8012", apiKey: Secret("k"), dataModelID: "17", expiry: .seconds(86_400),
            timeout: .seconds(1))
        #expect(try await load(yaml + oneSource).mdr == expected)
        let standard = MDRConfiguration(
            baseURL: "http://m", apiKey: nil, dataModelID: nil, expiry: .seconds(3_600), timeout: .seconds(10))
        #expect(try await load("mdr: {url: \"http://m\"}\n" + oneSource).mdr == standard)
    }

    @Test("A LIF Cache is a source of its own, unless it is only to fill gaps, or is not used")
    func lifCache() async throws {
        let yaml = "lif_cache: {url: \"https://c/\", token: t, timeout: 1s, role: fallback, write: never}\n"
        let expected = LIFCacheConfiguration(
            baseURL: "https://c", token: Secret("t"), timeout: .seconds(1), role: .fallback, isWritten: false)
        let fallback = try await load(yaml + oneSource)
        #expect(fallback.lifCache == expected)
        #expect(fallback.catalogue.ownRecords == nil)
        let standard = LIFCacheConfiguration(
            baseURL: "http://c", token: nil, timeout: .seconds(5), isWritten: true)
        let own = try await load("lif_cache: {url: \"http://c\"}\n" + oneSource)
        #expect(own.lifCache == standard)
        #expect(own.catalogue.ownRecords?.id == "lif-cache")
        #expect(own.catalogue.ownRecords?.timeToLive == .zero)
        #expect(own.catalogue.sources.first?.isOwnRecords == true)
        #expect(own.orchestrator.catalogue.ownRecords == nil, "no plan has it")
        let kept = try await load("lif_cache: {url: \"http://c\", ttl: 30s}\n" + oneSource)
        #expect(kept.catalogue.ownRecords?.timeToLive == .seconds(30))
        let off = try await load("lif_cache: {url: \"http://c\", role: off}\n" + oneSource)
        #expect(off.lifCache?.role == .off && off.catalogue.ownRecords == nil)
    }

    @Test("What shapes the organisation's own records changes their origin: fragments kept under another are stale")
    func ownOrigin() async throws {
        func origin(_ yaml: String) async throws -> String? { try await load(yaml).catalogue.ownRecords?.origin }
        let cache = "lif_cache: {url: \"http://c\"}\n"
        let plain = try await origin(cache + oneSource)
        #expect(try await origin(cache + oneSource) == plain)
        #expect(try await origin("organization: org1\n" + cache + oneSource) != plain)
        #expect(
            try await origin("organization: org1\n" + cache + oneSource)
                == origin("organization: Org1\n" + cache + oneSource))
    }

    @Test("That of a deployed system is used, and the file wins over it, key by key")
    func deployedCache() async throws {
        let environment = [Self.deployed: " http://cache:8001/\n"]
        let configuration = try await load(oneSource, environment: environment)
        #expect(
            configuration.lifCache
                == LIFCacheConfiguration(
                    baseURL: "http://cache:8001", token: nil, timeout: .seconds(5), isWritten: true))
        #expect(configuration.notices.count == 1 && configuration.notices[0].contains("\"organization\" is not set"))

        let beside = try await load("lif_cache: {token: t, write: never}\n" + oneSource, environment: environment)
        #expect(beside.lifCache?.baseURL == "http://cache:8001")
        #expect(beside.lifCache?.token == Secret("t") && beside.lifCache?.isWritten == false)
        #expect(beside.notices.contains { $0.contains("unencrypted") })

        let own = try await load("lif_cache: {url: \"http://own\"}\n" + oneSource, environment: environment)
        #expect(own.lifCache?.baseURL == "http://own")
        #expect(own.notices.contains("\(Self.deployed) is set and not used: \"lif_cache.url\" in the file wins."))

        #expect(try await load(oneSource, environment: [Self.deployed: " "]).lifCache == nil)
        let lines = await problems(oneSource, environment: [Self.deployed: "me:s3cr3t@cache"])
        #expect(lines.count == 1)
        #expect(lines[0].hasPrefix("environment: \(Self.deployed) is not a URL that can be used"))
        #expect(!lines[0].contains("s3cr3t"))
    }

    @Test("A token over http to another machine is noticed")
    func openTokens() async throws {
        let yaml = """
            organization: o
            identity_mapper: {type: remote, url: "http://127.0.0.1", token: t}
            mdr: {url: "http://localhost:1", api_key: t}
            lif_cache: {url: "https://c", token: t}

            """
        #expect(try await load(yaml + oneSource).notices.isEmpty)
        var open = yaml.replacing("127.0.0.1", with: "m").replacing("localhost", with: "m")
        open = open.replacing("https", with: "http")
        let notices = try await load(open + oneSource).notices
        #expect(notices.count == 3)
        for name in ["the Identity Mapper", "the MDR", "the LIF Cache"] {
            #expect(notices.contains { $0.hasPrefix("The token of \(name) goes over http") })
        }
    }

    @Test(
        "A wrong one is reported with its place",
        arguments: [
            ("mdr: {}", "lif.yaml:1:6: \"mdr\" has no \"url\", and LIF_MDR_API_URL is not set; give one of the two"),
            ("mdr:\n  url: mdr:8012", "lif.yaml:2:8: \"mdr.url\" is not a URL that can be used"),
            ("mdr:\n  url: http://m\n  api_key: a b", "lif.yaml:3:12: \"mdr.api_key\" has a space"),
            (
                "mdr:\n  url: http://m\n  data_model: []",
                "lif.yaml:3:15: \"mdr.data_model\" is a list; it must be a text"
            ),
            (
                "mdr:\n  url: http://m\n  expiry: soon",
                "lif.yaml:3:11: \"mdr.expiry\" is \"soon\"; it must be a duration"
            ),
            (
                "mdr:\n  url: http://m\n  timeout: 0",
                "lif.yaml:3:12: \"mdr.timeout\" is \"0\"; it must be a duration above 0"
            ),
            (
                "lif_cache: {write: never}",
                "lif.yaml:1:12: \"lif_cache\" has no \"url\", and LIF_QUERY_CACHE_URL is not set; give one of the two"
            ),
            ("lif_cache:\n  url: c", "lif.yaml:2:8: \"lif_cache.url\" is not a URL that can be used"),
            ("lif_cache:\n  url: http://c\n  token: a b", "lif.yaml:3:10: \"lif_cache.token\" has a space"),
            (
                "lif_cache:\n  url: http://c\n  write: absent",
                "lif.yaml:3:10: \"lif_cache.write\" goes with \"role: fallback\" only"
            ),
            (
                "lif_cache:\n  url: http://c\n  role: \"off\"\n  ttl: 5s",
                "lif.yaml:4:8: \"lif_cache.ttl\" goes with \"role: own-source\" only"
            ),
            (
                "lif_cache:\n  url: http://c\n  role: both",
                "lif.yaml:3:9: \"lif_cache.role\" is \"both\"; it must be \"own-source\""
            ),
            ("lif_cache:\n  url: http://c\n  timeout: 0", "lif.yaml:3:12: \"lif_cache.timeout\" is \"0\""),
            (
                "lif_cache:\n  url: http://c\n  write: always",
                "lif.yaml:3:10: \"lif_cache.write\" is \"always\"; it must be \"absent\" or \"never\""
            ),
            (
                "identity_mapper: {type: embedded}",
                "lif.yaml:1:18: \"identity_mapper\" needs \"organization\", whose mappings are asked for; set that too"
            ),
            (
                "organization: o\nidentity_mapper: {}",
                "lif.yaml:2:18: \"identity_mapper\" has no \"type\"; it must be \"embedded\" or \"remote\""
            ),
            (
                "organization: o\nidentity_mapper:\n  type: both",
                "lif.yaml:3:9: \"identity_mapper.type\" is \"both\"; it must be \"embedded\" or \"remote\""
            ),
            (
                "organization: o\nidentity_mapper: {type: remote}",
                "lif.yaml:2:18: \"identity_mapper\" has no \"url\", which the type \"remote\" needs; it must be a URL"
            ),
            (
                "organization: o\nidentity_mapper:\n  type: embedded\n  url: http://m",
                "lif.yaml:4:3: \"identity_mapper.url\" is for the type \"remote\" only, and not for \"embedded\""
            ),
            (
                "organization: o\nidentity_mapper:\n  type: embedded\n  expiry: 1h",
                "lif.yaml:4:3: \"identity_mapper.expiry\" is for the type \"remote\" only, and not for \"embedded\""
            ),
            (
                "organization: o\nidentity_mapper:\n  type: remote\n  url: m",
                "lif.yaml:4:8: \"identity_mapper.url\" is not a URL that can be used"
            ),
            (
                "organization: o\nidentity_mapper:\n  {type: remote, url: \"http://m\",\n  token: a b}",
                "lif.yaml:4:10: \"identity_mapper.token\" has a space"
            ),
            (
                "organization: o\nidentity_mapper:\n  {type: remote, url: \"http://m\",\n  expiry: x}",
                "lif.yaml:4:11: \"identity_mapper.expiry\" is \"x\"; it must be a duration"
            ),
            (
                "organization: o\nidentity_mapper:\n  {type: remote, url: \"http://m\",\n  stale_when_down: x}",
                "lif.yaml:4:20: \"identity_mapper.stale_when_down\" is \"x\"; it must be a duration"
            ),
            (
                "organization: o\nidentity_mapper:\n  {type: remote, url: \"http://m\",\n  timeout: 0}",
                "lif.yaml:4:12: \"identity_mapper.timeout\" is \"0\"; it must be a duration above 0"
            ),
        ])
    func wrong(yaml: String, expected: String) async {
        let lines = await problems(yaml + "\n" + oneSource)
        #expect(lines.count == 1)
        #expect(lines.first?.hasPrefix(expected) == true, "\(lines)")
    }
}
