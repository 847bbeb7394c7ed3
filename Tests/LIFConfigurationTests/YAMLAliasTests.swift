import LIFOperators
import LIFServer
import Testing

@testable import LIFConfiguration

@Suite(.timeLimit(.minutes(1))) struct YAMLAliasTests {
    /// Lists of aliases of the list before, so many levels of ten.
    private func lists(_ levels: Int) -> String {
        (1...levels).reduce("x0: &a0 [z, z]\n") { text, level in
            let aliases = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
            return text + "x\(level): &a\(level) [\(aliases)]\n"
        }
    }

    @Test("Aliases of aliases are refused at their place before they are written out")
    func values() async throws {
        let found = await problems(lists(8) + oneSource)
        #expect(found.count == 1)
        #expect(
            found.first?.hasPrefix("lif.yaml:6:") == true && found.first?.contains("250000 values") == true, "\(found)")
    }

    @Test("As a key they are refused, too")
    func key() async throws {
        let found = await problems("? [[*a8, *a8]]\n: 1\n? *a0\n: 2\n")
        #expect(
            found.contains { $0.contains("a key is a list") } && found.contains { $0.contains("a key is an alias") })
        let large = await problems(lists(8) + "? *a8\n: 1\n? [*a8]\n: 1\n")
        #expect(large.contains { $0.contains("250000 values") })
    }

    @Test("A chain of aliases is refused when it is too deep, in the text of another file as well")
    func depth() async throws {
        let chain = (1..<50_000).reduce("x0: &a0 [z]\n") { $0 + "x\($1): &a\($1) [*a\($1 - 1)]\n" }
        let found = await problems(chain)
        #expect(found.first?.contains("blocks and lists are more than 64 deep here") == true, "\(found)")
        let inFile = await problems("information_sources_file: s.yaml\n", files: ["s.yaml": chain])
        #expect(inFile.first?.hasPrefix("s.yaml:") == true, "\(inFile)")
        let inText = await problems("x: " + String(repeating: "[", count: 900) + String(repeating: "]", count: 900))
        #expect(inText.first?.hasPrefix("lif.yaml:1:67: blocks and lists are more than 64 deep") == true, "\(inText)")
    }

    @Test("A long text named often is refused, one that a variable gives as well")
    func bytes() async throws {
        let long = String(repeating: "z", count: 1 << 20)
        let aliases = "x: [" + Array(repeating: "*a", count: 20).joined(separator: ", ") + "]\n"
        let found = await problems("a: &a \(long)\n" + aliases)
        #expect(found.first?.hasPrefix("lif.yaml:2:") == true && found.first?.contains("16 MiB") == true)
        let variable = await problems("a: &a \"${LONG}\"\n" + aliases, environment: ["LONG": long])
        #expect(variable.first?.contains("16 MiB") == true)
    }

    @Test("An alias is what its anchor names at that place; a star elsewhere is a star")
    func meaning() async throws {
        let configuration = try await load(
            """
            organization: &name Org*2   # *no alias
            log: {level: &level "info"}
            planner: {token: &token '*a*'}
            orchestrator: {token: *token, callbacks: {allowed_hosts: [&name hooks.example.edu, *name]}}

            """ + oneSource)
        #expect(configuration.organization == "Org*2")
        #expect(configuration.plannerListener.token == "*a*")
        #expect(configuration.orchestratorListener.token == "*a*")
        let host = "https://hooks.example.edu:443"
        #expect(configuration.callbacks.hosts.map(\.name) == [host, host])
    }

    @Test("A block that several sources share")
    func shared() async throws {
        let configuration = try await load(
            """
            information_sources:
              - information_source_id: a
                adapter_id: lif-to-lif
                lif_fragment_paths: &paths [Person.Name, Person.Contact]
                connection: &host {host: "localhost:8020"}
              - {information_source_id: b, adapter_id: lif-to-lif, lif_fragment_paths: *paths, connection: *host}
            """)
        #expect(try configuration.partner("a") == configuration.partner("b"))
    }

    @Test("An alias of nothing, of itself, or of what comes later, is refused at its place")
    func unknown() async throws {
        for (text, place) in [
            ("organization: *b\n", "1:15"), ("organization: &b [*b]\n", "1:19"),
            ("organization: *b\nstate_dir: &b x\n", "1:15"),
        ] {
            let found = await problems(text + oneSource)
            #expect(
                found.contains { $0.hasPrefix("lif.yaml:\(place): this alias has no anchor before it") },
                "\(found)")
        }
    }

    @Test("A secret does not come into \"secrets\" by an alias")
    func secrets() async throws {
        let found = await problems(
            "planner: {token: &t \"${secret:a}\"}\nsecrets: [{vault: {address: \"https://v\", token: *t}}]\n"
                + oneSource,
            secrets: [KnownSecrets("memory", ["a": "s3cr3t"])])
        #expect(
            found.contains { $0.hasPrefix("lif.yaml:2:") && $0.contains("is not allowed in \"secrets\"") }, "\(found)")
    }

    @Test("Nor in a block or a list; one that names no secret may stand there", arguments: [true, false])
    func secretsInBlocks(isSecret: Bool) async throws {
        let token = isSecret ? "${secret:a}" : "plain"
        for block in ["&b {token: \"\(token)\"}", "&b [\"\(token)\"]"] {
            let found = await problems(
                "planner: \(block)\nsecrets: [{vault: *b}]\n" + oneSource,
                secrets: [KnownSecrets("memory", ["a": "s3cr3t"])])
            #expect(found.contains { $0.contains("is not allowed in \"secrets\"") } == isSecret, "\(found)")
        }
    }

    @Test("A name that stands twice in a block is reported as it is written")
    func duplicates() async throws {
        let found = await problems("planner: {a*: 1, a*: 2}\n" + oneSource)
        #expect(found.first?.contains("\"a*\"") == true)
    }
}
