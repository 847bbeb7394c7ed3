import LIFConfiguration
import LIFModel
import Testing

@Suite("What a source says of freshness, identity and partnership")
struct SourceSettingsTests {
    private func source(_ yaml: String) async throws -> InformationSource {
        try #require(try await load(yaml).catalogue.sources.first)
    }

    @Test("Without a word it is as the model has it")
    func defaults() async throws {
        let source = try await source(oneSource)
        #expect(source.staleWhileRevalidate == .zero)
        #expect(source.identity == .shared)
        #expect(source.systemID == "org2")
        #expect(source.isPartner)
        let named = try await self.source(oneSource + "\n    information_source_organization: Org2")
        #expect(named.systemID == "Org2")
    }

    @Test("What is written holds, also in the catalogue's own spelling of the source")
    func written() async throws {
        let lines = """

                stale_while_revalidate: 90s
                identity: skip
                identity_system: " SIS of Org2 "
                partner: false
                information_source_organization: Org2
            """
        let configuration = try await load(
            "organization: o\nidentity_mapper: {type: embedded}\n" + oneSource + lines)
        #expect(configuration.notices.isEmpty)
        for source in [configuration.sources[0].source, configuration.catalogue.sources[0]] {
            #expect(source.staleWhileRevalidate == .seconds(90))
            #expect(source.identity == .skip)
            #expect(source.systemID == "SIS of Org2")
            #expect(!source.isPartner)
        }
        #expect(try await self.source(oneSource + "\n    stale_while_revalidate: 0").staleWhileRevalidate == .zero)
    }

    @Test("A source is a partner when its adapter is lif-to-lif, also inside a pipeline, or when it says so")
    func partner() async throws {
        let pipeline = "pipelines: {p: {adapter: lif-to-lif, steps: [{keep: Person.Name}]}}\n"
        let inside = try await source(pipeline + oneSource.replacing("adapter_id: lif-to-lif", with: "adapter_id: p"))
        #expect(inside.adapterID == "p" && inside.isPartner)
        let command = """
            information_sources:
              - information_source_id: c
                adapter_id: command
                lif_fragment_paths: [Person.Name]
                command: {run: x}
            """
        #expect(!(try await source(command)).isPartner)
        #expect(try await source(command + "\n    partner: true").isPartner)
    }

    @Test("To skip learners without a mapping, where nothing maps, is noticed")
    func skipWithoutMapper() async throws {
        let notices = try await load(oneSource + "\n    identity: skip").notices
        #expect(notices.count == 1)
        #expect(
            notices[0].hasPrefix("lif.yaml:6:15: \"information_sources[0].identity\" is skip, and there is no "))
    }

    @Test(
        "A wrong one is reported with its place",
        arguments: [
            ("stale_while_revalidate: soon", "29", "is \"soon\"; it must be a duration such as 250ms"),
            ("identity: mapped", "15", "is \"mapped\"; it must be \"shared\" or \"skip\""),
            ("identity_system: []", "22", "is a list; it must be a text"),
            ("partner: maybe", "14", "is \"maybe\"; it must be \"true\" or \"false\""),
            ("partner: 1", "14", "is \"1\"; it must be \"true\" or \"false\""),
        ])
    func wrong(line: String, column: String, expected: String) async {
        let lines = await problems(oneSource + "\n    " + line)
        let key = line.prefix { $0 != ":" }
        #expect(lines.count == 1)
        #expect(
            lines.first?.hasPrefix("lif.yaml:6:\(column): \"information_sources[0].\(key)\" \(expected)") == true,
            "\(lines)")
    }

    @Test(
        "A source whose request has no type of identifier and that is asked for learners of any is a notice",
        arguments: [
            ("file", "file: {folder: ., name: \"{identifier}.json\", format: json}", true),
            ("file", "file: {folder: ., name: \"{identifierType}-{identifier}.json\", format: json}", false),
            (
                "file",
                "file: {folder: ., name: all.csv, format: csv, identifier_column: id, mapping: {Person.Name: name}}",
                true
            ),
            (
                "file",
                "file: {folder: ., name: all.csv, format: csv, identifier_column: id, identifier_type_column: t, mapping: {Person.Name: name}}",
                false
            ),
            ("rest", "rest: {url: \"http://a/{identifier}\", mapping: {Person.Name: name}}", true),
            ("rest", "rest: {url: \"http://a/{identifierType}/{identifier}\", mapping: {Person.Name: name}}", false),
            (
                "rest",
                "rest: {url: \"http://a/{identifier}\", headers: {x-type: \"{identifierType}\"}, mapping: {Person.Name: name}}",
                false
            ),
            ("sql", "sql: {database: a.sqlite, queries: {Person.Name: {query: \"SELECT 1 WHERE :identifier\"}}}", true),
            (
                "sql",
                "sql: {database: a.sqlite, queries: {Person.Name: {query: \"SELECT 1 WHERE :identifier AND :identifier_type\"}}}",
                false
            ),
        ])
    func anyIdentifierType(adapter: String, block: String, expected: Bool) async throws {
        func notices(_ more: String) async throws -> [String] {
            let text = """
                information_sources:
                  - information_source_id: hr
                    information_source_organization: Org1
                    adapter_id: \(adapter)
                    ttl_hours: 24
                    lif_fragment_paths: [Person.Name]
                    \(block)
                \(more)
                """
            return try await load(text).notices.filter { $0.contains("identifier_types") }
        }
        #expect(try await notices("").count == (expected ? 1 : 0))
        #expect(try await notices("    identifier_types: [SCHOOL_ASSIGNED_NUMBER]").isEmpty)
    }
}
