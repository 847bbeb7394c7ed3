import LIFConfiguration
import LIFModel
import Testing

@Suite("An organisation without sources")
struct NoSourcesTests {
    private static let notice =
        "There are no information sources: queries are answered with what a LIF Cache has, or with nothing."

    @Test(
        "No list, an empty one, or no value loads, with a notice",
        arguments: [
            "information_sources:", "information_sources: []", "information_sources: null", "information_sources: {}",
            "information_sources: \"\"",
        ])
    func ownFile(yaml: String) async throws {
        let configuration = try await load(yaml)
        #expect(configuration.sources.isEmpty && configuration.catalogue.paths.isEmpty)
        #expect(configuration.notices == [Self.notice])
    }

    @Test("A file that names a LIF Cache needs no sources; one that names neither is a mistake")
    func withCache() async throws {
        let cache = ["LIF_QUERY_CACHE_URL": "http://cache:8001"]
        #expect(try await load("state_dir: s", environment: cache).notices.contains(Self.notice))
        #expect(try await load("lif_cache: {url: \"http://cache:8001\"}").sources.isEmpty)
        #expect(await problems("state_dir: s").first?.contains("no information sources are configured") == true)
    }

    @Test(
        "A deployed file without sources loads, also one without anything, wherever it is named",
        arguments: ["information_sources:\n", "information_sources: []\n", "", "# none yet\n", "{}\n", "---\n"])
    func deployedFile(yaml: String) async throws {
        let files = ["none.yml": yaml]
        let variable = ["LIF_QUERY_PLANNER_INFORMATION_SOURCES_CONFIG_PATH": "none.yml"]
        #expect(try await load(environment: variable, files: files).notices == [Self.notice])
        #expect(try await load("information_sources_file: none.yml", files: files).notices == [Self.notice])
        guard !yaml.isEmpty else { return }
        let text = ["LIF_QUERY_PLANNER_INFORMATION_SOURCES_CONFIG_YAML_SSM": yaml]
        #expect(try await load(environment: text).notices == [Self.notice])
    }

    @Test(
        "What is no list of sources is an error as usual",
        arguments: [
            ("information_sources: org2", "\"information_sources\" is a single value; it must be a list"),
            ("information_sources: {org2: {}}", "\"information_sources\" is a block of keys; it must be a list"),
            ("information_sources: [null]", "\"information_sources[0]\" is empty; it must be a block of keys"),
            ("information_source: []", "is not allowed here; this file has \"information_sources\" only"),
            ("- a", "the file has no \"information_sources\" at its root"),
        ])
    func wrong(yaml: String, problem: String) async {
        let variable = ["LIF_QUERY_PLANNER_INFORMATION_SOURCES_CONFIG_PATH": "s.yml"]
        let lines = await problems(nil, environment: variable, files: ["s.yml": yaml])
        #expect(lines.contains { $0.contains(problem) }, "\(lines)")
    }

    @Test("A configuration that says nothing of sources is an error, also with a LIF Cache")
    func nothing() async {
        let lines = await problems(nil, environment: ["LIF_QUERY_CACHE_URL": "http://cache:8001"])
        #expect(lines.count == 1)
        #expect(lines.first?.contains("\"[]\" for none") == true)
    }
}
