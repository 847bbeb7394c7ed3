import LIFConfiguration
import LIFModel
import LIFOperators
import Testing

@Suite("Errors of a configuration file")
struct ConfigurationErrorTests {
    /// The lines that stand before a good `information_sources`, and how the error must begin.
    @Test(
        "A wrong setting is reported with file, line, column and what is allowed",
        arguments: [
            ("planer: {}", "lif.yaml:1:1: \"planer\" is no setting. Did you mean \"planner\"? Allowed are: state_dir"),
            ("planner:\n  prot: 1", "lif.yaml:2:3: \"prot\" is no setting of \"planner\". Did you mean \"port\"?"),
            (
                "planner:\n  port: eighty",
                "lif.yaml:2:9: \"planner.port\" is \"eighty\"; it must be a whole number from 0"
            ),
            (
                "planner:\n  port: 70000",
                "lif.yaml:2:9: \"planner.port\" is \"70000\"; it must be a whole number from 0"
            ),
            ("planner:\n  port: [1]", "lif.yaml:2:9: \"planner.port\" is a list; it must be a whole number"),
            ("planner: 8002", "lif.yaml:1:10: \"planner\" is a single value; it must be a block of keys (host, port"),
            (
                "planner:\n  timeout: soon",
                "lif.yaml:2:12: \"planner.timeout\" is \"soon\"; it must be a duration above 0"
            ),
            ("planner:\n  timeout: 0", "lif.yaml:2:12: \"planner.timeout\" is \"0\"; it must be a duration above 0"),
            (
                "planner:\n  timeout: -3s",
                "lif.yaml:2:12: \"planner.timeout\" is \"-3s\"; it must be a duration above 0"
            ),
            (
                "planner:\n  memory_budget: much",
                "lif.yaml:2:18: \"planner.memory_budget\" is \"much\"; it must be a size"
            ),
            ("planner:\n  token:", "lif.yaml:2:9: \"planner.token\" has no value; give it one or leave the key out"),
            ("planner:\n  token: ' '", "lif.yaml:2:10: \"planner.token\" is empty"),
            ("planner:\n  token: 'two words'", "lif.yaml:2:10: \"planner.token\" has a space"),
            ("planner:\n  host: 0.0.0.0", "lif.yaml:2:9: \"planner.host\" is not a loopback address"),
            ("orchestrator:\n  host: 10.0.0.1", "lif.yaml:2:9: \"orchestrator.host\" is not a loopback address"),
            ("planner:\n  allowed_hosts: [a b]", "lif.yaml:2:19: \"planner.allowed_hosts\" has \"a b\": the host"),
            (
                "orchestrator_url: orchestrator:8005",
                "lif.yaml:1:19: \"orchestrator_url\" is not a URL that can be used"
            ),
            (
                "orchestrator_url: http://me:pw@h",
                "lif.yaml:1:19: \"orchestrator_url\" is not a URL that can be used: a user"
            ),
            ("orchestrator_token: abc", "lif.yaml:1:21: \"orchestrator_token\" has no \"orchestrator_url\" to go with"),
            ("log:\n  level: loud", "lif.yaml:2:10: \"log.level\" is \"loud\"; it must be \"trace\" or \"debug\""),
            (
                "orchestrator:\n  defaults:\n    timeout: 15s",
                "lif.yaml:3:14: \"orchestrator.defaults.timeout\" is 15 s; it must be below planner.timeout"
            ),
            ("state_dir: ${NOWHERE}/x", "lif.yaml:1:12: the environment variable NOWHERE is not set; set it, or write"),
            ("state_dir: ${NOWHERE", "lif.yaml:1:12: \"${\" is not closed"),
            ("state_dir: ${1}", "lif.yaml:1:12: \"${…}\" holds no name of a variable"),
            ("information_sources_file: s.yaml", "lif.yaml:1:27: \"information_sources_file\" stands beside"),
        ])
    func wrongSetting(yaml: String, expected: String) async {
        let lines = await problems(yaml + "\n" + oneSource)
        #expect(lines.first?.hasPrefix(expected) == true, "\(lines)")
    }

    /// A replacement of a part of `oneSource`, and how the error must begin.
    @Test(
        "A wrong source is reported likewise",
        arguments: [
            (
                "lif-to-lif", "lif-to-lift",
                "lif.yaml:3:17: \"information_sources[0].adapter_id\" is \"lif-to-lift\", which is no adapter. Did you mean \"lif-to-lif\"? There are: lif-to-lif, rest, example-data-source-rest-api-to-lif, command, file, sql"
            ),
            (
                "information_source_id: org2", "ttl_hours: 1",
                "lif.yaml:2:5: \"information_sources[0]\" has no \"information_source_id\""
            ),
            (
                "id: org2", "id: org 2",
                "lif.yaml:2:28: \"information_sources[0].information_source_id\" is no name for a source"
            ),
            (
                "[Person.Name]", "[Person.Name.firstName]",
                "lif.yaml:4:26: \"Person.Name.firstName\" is no fragment path"
            ),
            ("[Person.Name]", "[]", "lif.yaml:4:25: \"information_sources[0].lif_fragment_paths\" is empty"),
            (
                "[Person.Name]", "{a: b}",
                "lif.yaml:4:25: \"information_sources[0].lif_fragment_paths\" is a block of keys; it must be a list of fragment paths"
            ),
            ("localhost:8020", "https://h", "lif.yaml:5:24: \"information_sources[0].connection.host\" is no host"),
            ("localhost:8020", "h:x", "lif.yaml:5:24: \"information_sources[0].connection.host\" is no host"),
            ("{host:", "{scheme: ftp, host:", "lif.yaml:5:26: \"information_sources[0].connection.scheme\" must be"),
            ("{host:", "{auth: none, host:", "lif.yaml:5:24: \"information_sources[0].connection.auth\" must be"),
            ("{host:", "{path: graphql, host:", "lif.yaml:5:24: \"information_sources[0].connection.path\" is no path"),
            (
                "{host:", "{toekn: x, host:",
                "lif.yaml:5:18: \"toekn\" is no setting of \"information_sources[0].connection\". Did you mean \"token\"?"
            ),
            (
                "{host: \"localhost:8020\"}", "{scheme: http}",
                "lif.yaml:5:17: \"information_sources[0].connection\" has no \"host\", and ADAPTERS__LIF_TO_LIF__ORG2__CREDENTIALS__HOST is not set"
            ),
            (
                "connection:", "identity: own\n    connection:",
                "lif.yaml:5:15: \"information_sources[0].identity\" is \"own\"; it must be \"shared\" or \"skip\""
            ),
            (
                "connection:", "ttl_hours: -1\n    connection:",
                "lif.yaml:5:16: \"information_sources[0].ttl_hours\" is \"-1\"; it must be a number"
            ),
            (
                "connection:", "translation: {source_schema_id: 1}\n    connection:",
                "lif.yaml:5:18: \"information_sources[0].translation\" has no \"target_schema_id\" and no \"target\""
            ),
            (
                "connection:", "rest: {}\n    connection:",
                "lif.yaml:5:5: \"information_sources[0].rest\" is for the adapter \"rest\" only"
            ),
        ])
    func wrongSource(old: String, new: String, expected: String) async {
        let yaml = oneSource.replacing(old, with: new)
        #expect(yaml != oneSource)
        let lines = await problems(yaml)
        #expect(lines.first?.hasPrefix(expected) == true, "\(lines)")
    }

    @Test("All errors of a file are reported at once, in its order")
    func all() async {
        let lines = await problems("log: {level: loud}\nplanner:\n  port: x\n  prot: 1\nstate_dirs: a\n" + oneSource)
        #expect(lines.map { $0.prefix(12) } == ["lif.yaml:1:1", "lif.yaml:3:9", "lif.yaml:4:3", "lif.yaml:5:1"])
    }

    @Test("Two sources of one name are refused with both places")
    func duplicates() async {
        let source = oneSource.split(separator: "\n").dropFirst().joined(separator: "\n")
        let lines = await problems(oneSource + "\n" + source)
        #expect(
            lines == ["lif.yaml:6:28: the source \"org2\" stands also at lif.yaml:2:28; each id must be there once"])
    }

    @Test("Sources whose credentials would have the same names are refused", arguments: ["org_2", "ORG-2"])
    func collisions(other: String) async {
        let source = oneSource.replacing("id: org2", with: "id: org-2")
        let second = source.replacing("org-2", with: other).split(separator: "\n").dropFirst()
        let lines = await problems(source + "\n" + second.joined(separator: "\n"))
        #expect(lines.count == 1)
        #expect(
            lines[0].hasPrefix(
                "lif.yaml:6:28: the sources \"org-2\" and \"\(other)\" would share the credentials "
                    + "ADAPTERS__LIF_TO_LIF__ORG_2__CREDENTIALS__…"))
    }

    @Test("Text that is no YAML is reported with its line, and not quoted")
    func noYAML() async {
        let lines = await problems("planner:\n  token: \"s3cr3t\n  port: 1")
        #expect(lines.count == 1)
        #expect(lines[0].hasPrefix("lif.yaml:"))
        #expect(!lines[0].contains("s3cr3t"))
        let doubled = await problems("planner: {port: 1}\nplanner: {port: 2}\n")
        #expect(doubled.first?.contains("stands more than once: \"planner\"") == true, "\(doubled)")
        #expect(
            await problems("- a\n- b").first?.hasPrefix("lif.yaml:1:1: the file is a list; it must be a block") == true)
    }

    @Test("A file that does not exist is reported where it is named")
    func missingFiles() async throws {
        let lines = await problems("information_sources_file: sources.yaml")
        #expect(lines == ["lif.yaml:1:27: the file \"sources.yaml\" does not exist"])
        do {
            _ = try await SystemConfiguration.load(
                file: "/nonexistent/lif.yaml", adapters: Adapters.all, environment: [:])
            Issue.record("A file that does not exist was read.")
        } catch let error as LIFError {
            #expect(error.message == "/nonexistent/lif.yaml: the file does not exist")
        }
        do {
            _ = try await SystemConfiguration.load(file: "/", adapters: Adapters.all, environment: [:])
            Issue.record("A folder was read.")
        } catch let error as LIFError {
            #expect(error.message == "/: the file is a folder")
        }
    }

    @Test("A file of sources holds nothing else")
    func sourcesFile() async {
        let files = ["s.yaml": "state_dir: x\n" + oneSource, "t.yaml": "sources: []"]
        let first = await problems("information_sources_file: s.yaml", files: files)
        #expect(first == ["s.yaml:1:1: \"state_dir\" is not allowed here; this file has \"information_sources\" only"])
        let second = await problems("information_sources_file: t.yaml", files: files)
        #expect(second.last?.hasPrefix("t.yaml:1:1: the file has no \"information_sources\"") == true)
        #expect(await problems("information_sources: {org2: {}}").first?.contains("is a block of keys") == true)
        #expect(await problems("information_sources: org2").first?.contains("is a single value") == true)
    }
}
