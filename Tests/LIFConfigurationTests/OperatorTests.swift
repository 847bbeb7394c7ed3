import LIFModel
import LIFNeighbours
import LIFOperators
import LIFOrchestrator
import Testing

@testable import LIFConfiguration

@Suite("Connections, translators, operators and pipelines by name")
struct OperatorTests {
    private static let connections =
        "connections:\n  typed: {hots: far}\n  shared: {host: far, scheme: https, token: t1, path: /q, auth: api-key}\n"

    @Test("A source has the connection that it names")
    func named() async throws {
        let yaml = oneSource.replacing("{host: \"localhost:8020\"}", with: "shared")
        let partner = try await load(Self.connections + yaml).partner("org2")
        let expected = LIFToLIFConfiguration(
            endpoint: "https://far/q", token: Secret("t1"), authorization: .apiKey)
        #expect(partner == expected)
    }

    @Test("What is written in place wins over the environment, and that over the connection that is named")
    func precedence() async throws {
        let prefix = "ADAPTERS__LIF_TO_LIF__ORG2__CREDENTIALS__"
        let environment = [prefix + "HOST": "env", prefix + "TOKEN": "t2", prefix + "PATH": "/e"]
        let yaml = oneSource.replacing("{host: \"localhost:8020\"}", with: "{from: shared, host: mine}")
        let secrets = KnownSecrets("memory", [prefix + "AUTH": "bearer"])
        let partner = try await load(Self.connections + yaml, environment: environment, secrets: [secrets])
            .partner("org2")
        let expected = LIFToLIFConfiguration(
            endpoint: "https://mine/e", token: Secret("t2"), authorization: .apiKey)
        #expect(partner == expected)
    }

    @Test("A Translator has an address or a connection; a source chooses it by name")
    func translators() async throws {
        let yaml =
            Self.connections + """
                data_models: {sis: "26", lif: 17}
                translators:
                  default: {url: "http://127.0.0.1:8007/", token: t2, max_answer: 1KiB}
                  other: {connection: shared}

                """
        let source = oneSource + "\n    translation: {source: sis, target_schema_id: x}\n    translator: other"
        let configuration = try await load(yaml + source)
        #expect(
            configuration.translators == [
                "default": TranslatorConfiguration(
                    baseURL: "http://127.0.0.1:8007", token: Secret("t2"), maximumAnswerBytes: 1_024),
                "other": TranslatorConfiguration(baseURL: "https://far/q", token: Secret("t1")),
            ])
        #expect(configuration.sources[0].source.translation == Translation(sourceSchemaID: "26", targetSchemaID: "x"))
        #expect(configuration.sources[0].settings.translator == "other")
        #expect(configuration.orchestrator.settings(of: "org2").translator == "other")
        #expect(
            configuration.notices == [
                "\"connections.typed\" is used by nothing.", "\"data_models.lif\" is used by nothing.",
            ])
    }

    @Test("What a source with a translation says of data and mapping is not used, and a notice says so")
    func unusedMapping() async throws {
        let yaml = """
            translators: {default: {url: "http://127.0.0.1:8007"}}
            information_sources:
              - information_source_id: hr
                adapter_id: rest
                lif_fragment_paths: [Person.Name]
                identifier_types: [S]
                translation: {source_schema_id: a, target_schema_id: b}
                rest: {url: "http://127.0.0.1/{identifier}", data: person, mapping: {Person.Name: name}}
            """
        let notices = try await load(yaml).notices
        #expect(notices.count == 2)
        for name in ["data", "mapping"] {
            #expect(
                notices.contains {
                    $0.hasPrefix(
                        "\"information_sources[0].rest.\(name)\" is set and not used: the source has a translation")
                })
        }
    }

    @Test("A translation without a Translator is accepted, with a notice")
    func noTranslator() async throws {
        let yaml = oneSource + "\n    translation: {source_schema_id: a, target_schema_id: b}"
        let notices = try await load(yaml).notices
        #expect(notices.count == 1)
        #expect(notices[0].contains("LIF_TRANSLATOR_BASE_URL"))
        let environment = ["LIF_TRANSLATOR_BASE_URL": "http://127.0.0.1:1/x", "LIF_TRANSLATOR_TOKEN": "t"]
        let configuration = try await load(yaml, environment: environment)
        #expect(configuration.notices.isEmpty)
        let expected = TranslatorConfiguration(baseURL: "http://127.0.0.1:1/x", token: Secret("t"))
        #expect(configuration.translators == ["default": expected])
    }

    @Test("An operator is a command, complete in itself")
    func operators() async throws {
        let yaml =
            Self.connections + """
                operators:
                  hr-export:
                    type: command
                    command: [python3, adapters/employment.py]
                    working_directory: run
                    environment: {HR_TOKEN: "${secret:hr}", URL: "{scheme}://{host}", JSON: '{"a": {}}'}
                    connection: shared
                    time_zone: Europe/Berlin
                    max_answer: 1MiB
                    max_error: 1KiB
                    termination_grace: 0
                    check: ./check

                """
        let text = yaml + source("hr-export", "max_answer: 2MiB")
        let configuration = try await load(text, secrets: [KnownSecrets("memory", ["hr": "two words"])])
        var command = CommandConfiguration(
            arguments: ["python3", "adapters/employment.py"], workingDirectory: "run",
            environment: [
                "HR_TOKEN": Secret("two words"), "URL": Secret("https://far"), "JSON": Secret("{\"a\": {}}"),
            ],
            timeZone: "Europe/Berlin", maximumAnswerBytes: 1 << 20, maximumErrorBytes: 1_024,
            terminationGrace: .zero, checkArguments: ["./check"])
        #expect(configuration.operators == ["hr-export": command])
        command.maximumAnswerBytes = 2 << 20
        #expect(try configuration.adapter("s") == .ready(command))
        #expect(configuration.sources[0].source.adapterID == "hr-export")
    }

    @Test(
        "A step's field that no data model knows, or that no source of the pipeline is asked for, is a notice: the step would do nothing",
        arguments: [
            (
                "mask: {fields: [Person.Name.lastNam]}",
                "\"Person.Name.lastNam\", which is masked. Did you mean \"lastName\"?"
            ),
            ("remove: [Person.Nmae]", "\"Person.Nmae\", which is removed. Did you mean \"Name\"?"),
            ("keep: [Person.Name.firstName, Person.Contact.Emial]", "\"Person.Contact.Emial\", which is kept."),
            ("remove: [Person.CredentialAward]", "\"Person.CredentialAward\", which is removed, is at none of the"),
            ("mask: {fields: [person.name.lastName, Person.Contact.Email]}", nil),
        ] as [(String, String?)])
    func fieldsThatNothingMatches(step: String, expected: String?) async throws {
        let model = """
            {"components": {"schemas": {"Person": {"properties": {
            "Name": {"type": "array", "properties": {"firstName": {"type": "string"}, "lastName": {"type": "string"}}},
            "CredentialAward": {"type": "array", "properties": {"name": {"type": "string"}}},
            "Contact": {"type": "array", "properties": {"Email": {"type": "array"}}}}}}}}
            """
        let pipelines =
            "data_model: {file: model.json}\npipelines:\n  p:\n    adapter: lif-to-lif\n    steps: [{\(step)}]\n"
        let source = """
            information_sources:
              - information_source_id: org2
                information_source_organization: Org2
                adapter_id: p
                ttl_hours: 24
                connection: {scheme: http, host: "localhost:8020"}
                lif_fragment_paths: [Person.Name, Person.Contact]

            """
        let notices = try await load(pipelines + source, files: ["model.json": model]).notices
        guard let expected else {
            #expect(notices.isEmpty, "\(notices)")
            return
        }
        #expect(notices.contains { $0.hasPrefix("lif.yaml:5:") && $0.contains(expected) }, "\(notices)")
    }

    @Test("A pipeline is an adapter with steps; its source is configured as the adapter inside is")
    func pipelines() async throws {
        let yaml = """
            operators:
              hr-clean: {type: command, command: ./clean}
            pipelines:
              org2-clean:
                adapter: lif-to-lif
                steps:
                  - remove: [Person.Contact.Email, person.identifier]
                  - keep: Person.Name.firstName
                  - mask: {fields: [Person.Name.lastName], with: " - "}
                  - mask: {fields: [Person.Name]}
                  - command: hr-clean

            """
        let text = oneSource.replacing("adapter_id: lif-to-lif", with: "adapter_id: org2-clean")
            .replacing("{host: \"localhost:8020\"}", with: "{scheme: http}")
            .replacing("[Person.Name]", with: "[Person.Name, Person.Contact, Person.Identifier]")
        let prefix = "ADAPTERS__ORG2_CLEAN__ORG2__CREDENTIALS__"
        let environment = [
            prefix + "TOKEN": "own", "ADAPTERS__LIF_TO_LIF__ORG2__CREDENTIALS__TOKEN": "inner",
            "ADAPTERS__LIF_TO_LIF__ORG2__CREDENTIALS__HOST": "localhost",
        ]
        let configuration = try await load(yaml + text, environment: environment)
        let command = try #require(configuration.operators["hr-clean"])
        let fields = try ["Contact.Email", "identifier", "Name.firstName", "Name.lastName", "Name"].map {
            try #require(FieldPath(parsing: "Person." + $0))
        }
        let expected = PipelineConfiguration(
            adapterID: "lif-to-lif",
            steps: [
                .remove([fields[0], fields[1]]), .keep([fields[2]]), .mask([fields[3]], with: " - "),
                .mask([fields[4]], with: "***"), .command(command),
            ])
        #expect(configuration.pipelines == ["org2-clean": expected])
        #expect(configuration.sources[0].source.adapterID == "org2-clean")
        let partner = LIFToLIFConfiguration(endpoint: "http://localhost/graphql", token: Secret("own"))
        #expect(try configuration.partner("org2") == partner)
        #expect(configuration.notices.isEmpty)
    }

    /// What stands in front of a good source, and what the error must have.
    @Test(
        "What is wrong is reported with its place and what exists",
        arguments: [
            ("connections: {a: {hots: x}}\n", nil),
            ("connections: {a: b}\n", "lif.yaml:1:18: \"connections.a\" is a single value; it must be a block"),
            ("translators: {a: {}}\n", "lif.yaml:1:18: \"translators.a\" has no \"url\" and no \"connection\""),
            ("translators: {a: {url: x}}\n", "lif.yaml:1:24: \"translators.a.url\" is not a URL"),
            ("translators: {a: {url: \"http://a\", conection: x}}\n", "Did you mean \"connection\"?"),
            (
                "translators: {a: {connection: x}}\n",
                "1:31: \"translators.a.connection\" is \"x\", which is no connection."
            ),
            ("translators: {\"a b\": {url: \"http://a\"}}\n", "\"a b\" is no name for a translator"),
            ("translators: {a: {connection: c}}\nconnections: {c: {token: t}}\n", "\"connections.c\" has no \"host\""),
            (
                "connections: {c: {host: h}}\ntranslators: {a: {connection: c, url: \"http://a\"}}\n",
                "stands beside \"url\""
            ),
            ("data_models: {a: [1]}\n", "lif.yaml:1:18: \"data_models.a\" is a list; it must be a text"),
            ("operators: {a: {command: x}}\n", "lif.yaml:1:16: \"operators.a\" has no \"type\""),
            ("operators: {a: {type: rest, command: x}}\n", "\"operators.a.type\" is \"rest\"; it must be \"command\""),
            ("operators: {a: {type: command}}\n", "\"operators.a\" has no \"command\""),
            ("operators: {a: {type: command, command: []}}\n", "\"operators.a.command\" is empty"),
            ("operators: {a: {type: command, command: python3 x.py}}\n", "is one text with spaces"),
            (
                "operators: {a: {type: command, command: [x, \"${secret:s}\"]}}\n",
                "1:45: \"operators.a.command\" has a secret"
            ),
            ("operators: {a: {type: command, command: x, environment: {1A: x}}}\n", "has a name that is none"),
            (
                "operators: {a: {type: command, command: x, environment: {A: \"{token}\"}}}\n",
                "has the placeholder {token}"
            ),
            (
                "operators: {a: {type: command, command: x, environment: {A: \"{identifier}\"}}}\n",
                "has a place for the learner"
            ),
            (
                "connections: {c: {host: h}}\noperators: {a: {type: command, command: x, connection: c, environment: {A: \"{token}\"}}}\n",
                "\"connections.c\" has no \"token\"; operator \"a\" uses it"
            ),
            ("operators: {rest: {type: command, command: x}}\n", "\"rest\" is the name of one of our adapters"),
            ("operators: {\"a/b\": {type: command, command: x}}\n", "\"a/b\" is no name for an operator"),
            ("pipelines: {p: {adapter: lif-to-lift, steps: [{keep: Person.Name}]}}\n", "Did you mean \"lif-to-lif\"?"),
            (
                "pipelines: {p: {adapter: q, steps: [{keep: Person.Name}]}, q: {adapter: rest, steps: [{keep: Person.Name}]}}\n",
                "\"pipelines.p.adapter\" is \"q\", which is no adapter that a pipeline can go around"
            ),
            ("pipelines: {p: {adapter: rest}}\n", "\"pipelines.p\" has no \"steps\""),
            ("pipelines: {p: {adapter: rest, steps: []}}\n", "\"pipelines.p.steps\" is an empty list"),
            (
                "pipelines: {p: {adapter: rest, steps: [{}]}}\n",
                "\"pipelines.p.steps[0]\" has 0 keys; it must have one of remove"
            ),
            ("pipelines: {p: {adapter: rest, steps: [{romeve: a}]}}\n", "Did you mean \"remove\"?"),
            ("pipelines: {p: {adapter: rest, steps: [{remove: [Person]}]}}\n", "1:50: \"Person\" is no field"),
            ("pipelines: {p: {adapter: rest, steps: [{keep: []}]}}\n", "\"pipelines.p.steps[0].keep\" is empty"),
            (
                "pipelines: {p: {adapter: rest, steps: [{mask: {with: x}}]}}\n",
                "\"pipelines.p.steps[0].mask\" has no \"fields\""
            ),
            ("pipelines: {p: {adapter: rest, steps: [{command: x}]}}\n", "There are none under \"operators\""),
            (
                "operators: {a: {type: command, command: x}}\npipelines: {a: {adapter: rest, steps: [{command: a}]}}\n",
                "lif.yaml:2:13: \"a\" is an operator too"
            ),
        ] as [(String, String?)])
    func wrong(yaml: String, expected: String?) async throws {
        guard let expected else {
            // A connection may have keys of one's own.
            #expect(try await load(yaml + oneSource).notices == ["\"connections.a\" is used by nothing."])
            return
        }
        let lines = await problems(yaml + oneSource, secrets: [KnownSecrets("memory", ["s": "s3cr3t"])])
        #expect(lines.contains { $0.contains(expected) }, "\(lines)")
        #expect(!lines.joined().contains("s3cr3t"))
    }

    /// What stands behind a source, and what the error must have.
    @Test(
        "A source that refers to what is not there is reported",
        arguments: [
            (
                "connection: shred",
                "lif.yaml:8:17: \"information_sources[0].connection\" is \"shred\", which is no connection. Did you mean \"shared\"? There are: shared, typed"
            ),
            (
                "connection: typed",
                "lif.yaml:2:11: \"connections.typed.hots\" is used by nothing that has this connection. Did you mean \"host\"? Known are host, scheme, token, path, auth, and"
            ),
            ("connection: {from: x}", "\"information_sources[0].connection.from\" is \"x\", which is no connection"),
            ("connection: [a]", "is a list; it must be a block of keys"),
            ("translator: x", "\"information_sources[0].translator\" is \"x\", which is no translator"),
            (
                "translation: {source: x, target: y}",
                "\"information_sources[0].translation.source\" is \"x\", which is no data model"
            ),
            (
                "translation: {source: x, source_schema_id: 1, target_schema_id: 2}",
                "stands beside \"source_schema_id\""
            ),
            ("pool: x", "\"information_sources[0].pool\" is \"x\", which is no pool. There are: s"),
        ])
    func references(line: String, expected: String) async {
        let lines = await problems(Self.connections + source("lif-to-lif", line))
        #expect(lines.contains { $0.contains(expected) }, "\(lines)")
    }

    @Test("Credentials of one pipeline's source are not another's")
    func collisions() async {
        let yaml = """
            pipelines: {org2-clean: {adapter: lif-to-lif, steps: [{keep: [Person.Name]}]}}

            """
        let second = oneSource.replacing("org2", with: "ORG2").replacing(
            "adapter_id: lif-to-lif", with: "adapter_id: org2-clean")
        let text = yaml + oneSource + "\n" + second.split(separator: "\n").dropFirst().joined(separator: "\n")
        let lines = await problems(text)
        #expect(lines.count == 1)
        #expect(lines.first?.contains("would share the credentials ADAPTERS__LIF_TO_LIF__ORG2__CREDENTIALS__") == true)
    }
}
