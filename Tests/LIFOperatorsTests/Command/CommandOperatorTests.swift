import Foundation
import LIFJSON
import LIFModel
import LIFTesting
import LIFWorkflow
import Testing

@testable import LIFOperators

@Suite(.timeLimit(.minutes(1))) struct CommandOperatorTests {
    @Test("A command reads the whole request on standard input, and then its end")
    func request() async throws {
        try await CommandFolder.with { folder in
            let configuration = folder.shell(#"cat > request.json; echo '{"fragments":[]}'"#)
            let translation = Translation(sourceSchemaID: "26", targetSchemaID: "17")
            _ = try await CommandTrial.of(
                configuration, CommandTrial.part(["Name", "Contact"], identifier: "a\"ü", translation: translation),
                attempt: 3)
            let expected =
                #"{"version":1,"action":"fetch","information_source_id":"hr","adapter_id":"hr-export","#
                + #""person_id":{"identifier":"a\"ü","identifierType":"SCHOOL_ASSIGNED_NUMBER"},"#
                + #""lif_fragment_paths":["Person.Name","Person.Contact"],"#
                + #""translation":{"source_schema_id":"26","target_schema_id":"17"},"attempt":3}"#
            #expect(try folder.text("request.json") == expected)
            _ = try await CommandTrial.of(configuration)
            #expect(try folder.text("request.json").hasSuffix(#""translation":null,"attempt":1}"#))
        }
    }

    @Test("Fragments come out as they were written, in the spelling asked; others too, for the executor to drop")
    func fragments() async throws {
        try await CommandFolder.with { folder in
            try await folder.file(
                "answer.json",
                #"""
                {"fragments": [
                  {"fragment_path": "person.name", "fragment": [{"firstName": "A\u00e9", "n": 1.0}, null]},
                  {"fragment_path": "Person.Contact", "fragment": {"Email": []}},
                  {"fragment_path": "Person.informationSourceId", "fragment": "hr"},
                  {"fragment_path": "Person.Proficiency", "fragment": []},
                  {"fragment_path": "Person.Secret", "fragment": [{"x": 1}]}
                 ], "data_timestamp": "2026-01-31T06:00:00Z", "later": true}
                """#)
            let trial = try await CommandTrial.of(
                folder.shell("cat answer.json"),
                CommandTrial.part(["Name", "Contact", "informationSourceId", "Proficiency"]))
            #expect(trial["Name"] == #"[{"firstName":"A\u00e9","n":1.0}]"#)
            #expect(trial["Contact"] == #"[{"Email":[]}]"#)
            #expect(trial["informationSourceId"] == #"["hr"]"#)
            #expect(trial["Secret"] == #"[{"x":1}]"#)
            #expect(trial.items.count == 4)
            #expect(trial.report.learnerKnown)
            #expect(trial.report.leftOut.isEmpty)
            #expect(trial.report.dataTimestamp == Date(iso8601: "2026-01-31T06:00:00Z"))
        }
    }

    @Test("Out of a whole record the paths asked are taken, and what else it has is reported by name")
    func record() async throws {
        try await CommandFolder.with { folder in
            let trial = try await CommandTrial.of(
                folder.shell(#"echo '{"person":[{"name":[{"lastName":"X"}],"Contact":[],"Secret":[{}]}]}'"#),
                CommandTrial.part(["Name", "Contact"]))
            #expect(trial["Name"] == #"[{"lastName":"X"}]"#)
            #expect(trial.items.count == 1)
            #expect(trial.report.leftOut == [FragmentPath(entity: "Secret")])
            let nobody = try await CommandTrial.of(folder.shell(#"echo '{"Person":[]}'"#))
            #expect(nobody.report == OperatorReport(learnerKnown: false))
        }
    }

    @Test("A document is for a Translator, and needs a translation")
    func document() async throws {
        try await CommandFolder.with { folder in
            let configuration = folder.shell(#"echo '{"document": {"Person": 1.50}}'"#)
            let translation = Translation(sourceSchemaID: "26", targetSchemaID: "17")
            let trial = try await CommandTrial.of(configuration, CommandTrial.part(translation: translation))
            #expect(trial.items == [.document(try RawJSON(validating: Array(#"{"Person":1.50}"#.utf8)))])
            #expect(try await CommandTrial.failure(of: configuration).reason == .invalidAnswer)
        }
    }

    @Test("Lines are given on while the command still runs")
    func streamed() async throws {
        try await CommandFolder.with { folder in
            // The second line comes only once the first has been taken.
            let configuration = folder.shell(
                """
                echo '{"fragment_path":"Person.Name","fragment":[{}]}'
                while [ ! -e taken ]; do sleep 0.01; done
                echo '{"fragment_path":"Person.Contact","fragment":[{}]}'
                echo '{"learner_known":true,"data_timestamp":"2026-01-31T06:00:00Z"}'
                """)
            let trial = try await CommandTrial.of(configuration, CommandTrial.part(["Name", "Contact"])) { _ in
                try await folder.file("taken", "")
            }
            #expect(trial.items.count == 2)
            #expect(trial.report.dataTimestamp != nil)
        }
    }

    @Test("Nobody, said in the answer or by exit code 67, is no failure")
    func unknownLearner() async throws {
        try await CommandFolder.with { folder in
            for script in [#"echo '{"learner_known": false}'"#, "exit 67", #"echo '{"fragments":[]}'; exit 67"#] {
                let trial = try await CommandTrial.of(folder.shell(script))
                #expect(trial.report == OperatorReport(learnerKnown: false))
                #expect(trial.items.isEmpty)
            }
            let line = #"echo '{"fragment_path":"Person.Name","fragment":[{}]}';"#
            for script in [line + "exit 67", line + #"echo '{"learner_known":false}'"#] {
                #expect(try await CommandTrial.failure(of: folder.shell(script)).reason == .invalidAnswer)
            }
        }
    }

    @Test(
        "What breaks the contract is an invalid answer",
        arguments: [
            "true", "echo oops", "printf '\\377\\376'", "head -c 200000 /dev/urandom", "printf '{\"fragments\":['",
            "printf '{\"fragments\":[]'", "printf '[]'", "printf '{}'", "printf '{\"fragments\":{}}'",
            "printf '{\"fragments\":[1]}'", "printf '{\"fragments\":[]}}'", "printf '{\"fragments\":[]} and'",
            "printf '{\"fragments\":[{\"fragment_path\":\"Person.Name\"}]}'",
            "printf '{\"fragments\":[{\"fragment_path\":\"Person\",\"fragment\":1}]}'",
            "printf '{\"learner_known\":1}'", "printf '{\"learner_known\":true,\"data_timestamp\":\"today\"}'",
            "printf '{\"Person\":7}'", "printf '{\"Person\":[{]}}'",
            "printf '{\"fragment_path\":\"Person.Name\",\"fragment\":[{}]}%.0s' 1 2",
            "printf '{\"a\":'; head -c 3000000 /dev/zero | tr '\\0' '['", "printf '{\"a\":%0300d' 0 | tr 0 '['",
        ])
    func invalidAnswers(script: String) async throws {
        try await CommandFolder.with { folder in
            let failure = try await CommandTrial.failure(of: folder.shell(script))
            #expect(failure.reason == .invalidAnswer)
            #expect(!failure.isRetryable)
        }
    }

    @Test(
        "Exit codes are those of sysexits.h",
        arguments: [
            (75, Failure.Reason.sourceError, true), (69, .unreachable, true), (68, .unreachable, true),
            (77, .refused, false), (65, .invalidAnswer, false), (1, .sourceError, false), (127, .sourceError, false),
            (255, .sourceError, false),
        ])
    func exitCodes(code: Int, reason: Failure.Reason, isRetryable: Bool) async throws {
        try await CommandFolder.with { folder in
            // The code says more than an answer that is none.
            let failure = try await CommandTrial.failure(of: folder.shell("echo 'cannot go on'; exit \(code)"))
            #expect(failure.reason == reason)
            #expect(failure.isRetryable == isRetryable)
            #expect(failure.message.contains("exit code \(code)"))
            #expect(!failure.message.contains("cannot go on"))
        }
    }

    @Test("A command that a signal ends may be tried again", arguments: [("KILL", "SIGKILL"), ("SEGV", "SIGSEGV")])
    func signals(signal: String, name: String) async throws {
        try await CommandFolder.with { folder in
            let failure = try await CommandTrial.failure(of: folder.shell("echo '{'; kill -\(signal) $$"))
            #expect(failure.reason == .sourceError)
            #expect(failure.isRetryable)
            #expect(failure.message.contains(name))
        }
    }

    @Test("The end of standard error is in the job's log, trimmed, and nowhere else")
    func standardError() async throws {
        try await CommandFolder.with { folder in
            let log = Lines<String>()
            var configuration = folder.shell(
                "printf 'first 100001%.0s' 1 2 3 4 >&2; printf ' \\033[1m last: Ada\\n\\n' >&2; exit 3")
            configuration.maximumErrorBytes = 20
            let failure = try await CommandTrial.failure(of: configuration, log: log.append)
            #expect(log.all.count == 1)
            let line = try #require(log.all.first)
            #expect(line.hasSuffix(" left out) 001 \u{FFFD}[1m last: Ada"))
            #expect(line.contains("(45 bytes left out)"))
            for text in [failure.message, "\(failure)", failure.cause.map { "\($0)" } ?? ""] {
                #expect(!text.contains("Ada") && !text.contains("first"))
            }
        }
    }

    @Test("Gigabytes of standard error are read and not kept")
    func muchStandardError() async throws {
        try await CommandFolder.with { folder in
            let trial = try await CommandTrial.of(
                folder.shell(#"head -c 300000000 /dev/zero >&2; echo '{"fragments":[]}'"#))
            #expect(trial.log.first?.contains("(299991808 bytes left out)") == true)
            #expect(try await CommandTrial.of(folder.shell(#"echo '{"fragments":[]}'"#)).log.isEmpty)
        }
    }
}
