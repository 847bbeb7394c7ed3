import Foundation
import Testing

/// `lif sources`, used as by somebody who has just written a source down, and not quite rightly.
@Suite("The lif sources commands", .timeLimit(.minutes(2)))
struct SourcesCommandTests {
    private static let learner = "SCHOOL_ASSIGNED_NUMBER:100001"

    private func run(
        _ home: Home, _ arguments: [String], input: String? = nil
    ) async throws -> (code: Int32, output: String, errors: String) {
        let file = home.folder.appending(path: "lif.yaml").path
        return try await LIFProcess.run(
            ["sources"] + arguments + ["--config", file], folder: home.folder, input: input)
    }

    private static func rest(_ port: Int, _ fields: String) -> String {
        """
          - information_source_id: sis
            adapter_id: rest
            lif_fragment_paths: [Person.CredentialAward]
            connection: {host: "127.0.0.1:\(port)", token: s3cr3t-token}
            rest:
              url: "http://{host}/students/{identifier}?key={token}"
              headers: {Authorization: "Bearer {token}"}
              data: student
              mapping:
                Person.CredentialAward: {from: awards, fields: {\(fields)}}

        """
    }

    private static let answer = """
        {"student":{"awards":[{"title":"Welding","note":"s3cr3t-token","issuer":{"ref":"U-9"}}],"echo":"s3cr3t-token"}}
        """

    @Test("Check shows all notices, the paths that a partner's schema lacks, and fails on them when it is to be strict")
    func check() async throws {
        try await Home.during { home in
            let partner = try await home.partner("org2")
            home.atEnd { await partner.stop() }
            let right = Home.yaml(partner.id, port: partner.port)
            try home.configuration(sources: right)
            let well = try await run(home, ["check", "--strict"])
            #expect(well.code == 0, "\(well.output) \(well.errors)")
            #expect(!well.output.contains("notice"))
            try home.configuration(
                sources: right.replacing("Person.Name", with: "Person.Nmae")
                    + "    timeout: 8s\n    retry_backoff: 9s\n")
            for (arguments, code) in [(["check"], Int32(0)), (["check", "--strict"], 2)] {
                let result = try await run(home, arguments)
                #expect(result.code == code)
                #expect(result.output.contains("3 notices:"), "\(result.output)")
                #expect(
                    result.output.contains(
                        "The data model does not know the fragment path \"Person.Nmae\" of a source. Did you mean "
                            + "\"Person.Name\"?"))
                #expect(result.output.contains("The partner's schema has no \"Person.Nmae\""))
                #expect(result.output.contains("lif.yaml:") && result.output.contains("retries and no time for one"))
            }
            let list = try await run(home, ["list"])
            #expect(list.code == 0 && list.output.contains("org2") && list.output.contains("Person.Nmae"))
        }
    }

    @Test("Try shows the request without credentials, the raw answer, the fragments, and what matched nothing")
    func tryREST() async throws {
        try await Home.during { home in
            let server = try await StandInServer.start { $0.answer(Self.answer) }
            home.atEnd { await server.stop() }
            try home.configuration(
                sources: Self.rest(server.port, "name: titel, InstanceOfRefCredential.identifier: issuer.ref"))
            let wrong = try await run(home, ["try", "sis"], input: Self.learner + "\n")
            #expect(wrong.code == 2, "\(wrong.errors)")
            #expect(wrong.output.contains("request 1: GET http://127.0.0.1:\(server.port)/students/100001?key=•••"))
            #expect(wrong.output.contains("Authorization: •••"))
            #expect(wrong.output.contains("answer 1: HTTP 200"))
            #expect(wrong.output.contains(#"{"student":{"awards":[{"title":"Welding""#))
            #expect(wrong.output.contains(#"[{"InstanceOfRefCredential":{"identifier":"U-9"}}]"#))
            #expect(wrong.output.contains("Person.CredentialAward.name  titel"))
            #expect(!(wrong.output + wrong.errors).contains("s3cr3t"))
            try home.configuration(sources: Self.rest(server.port, "name: title, description: note"))
            let right = try await run(home, ["try", "sis", "--learner", Self.learner])
            #expect(right.code == 0, "\(right.output) \(right.errors)")
            // Also where it has become the learner's data.
            #expect(right.output.contains(#""description":"•••""#) && right.output.contains(#""name":"Welding""#))
            #expect(!right.output.contains("s3cr3t") && !right.output.contains("matched nothing"))
        }
    }

    @Test("Try says why a source failed, that a learner is not known, and what sources there are")
    func failures() async throws {
        try await Home.during { home in
            let server = try await StandInServer.start { exchange in
                exchange.answer(status: exchange.request.path.contains("100001") ? 500 : 404, "{\"why\":\"\u{1B}[2J\"}")
            }
            home.atEnd { await server.stop() }
            try home.configuration(sources: Self.rest(server.port, "name: title") + "    retries: 0\n")
            let failed = try await run(home, ["try", "sis", "--learner", Self.learner])
            #expect(failed.code == 1)
            #expect(
                failed.output.contains("answer 1: HTTP 500") && failed.output.contains("outcome: failed (source-error)")
            )
            #expect(!failed.output.contains("\u{1B}"), "a source does not steer the terminal")
            let unknown = try await run(home, ["try", "sis"], input: "SCHOOL_ASSIGNED_NUMBER:9")
            #expect(unknown.code == 2 && unknown.output.contains("does not know the learner"))
            let other = try await run(home, ["try", "siss", "--learner", Self.learner])
            #expect(other.code == 1 && other.errors.contains("Did you mean \"sis\"?"))
            let nobody = try await run(home, ["try", "sis"], input: "")
            #expect(nobody.code == 1 && nobody.errors.contains("on standard input"))
        }
    }

    @Test("Try goes through a pipeline of a command, a table and a partner as a query does")
    func otherAdapters() async throws {
        try await Home.during { home in
            let partner = try await home.partner("org2")
            home.atEnd { await partner.stop() }
            try Data("id,title\n100001,Welding\n".utf8).write(to: home.folder.appending(path: "awards.csv"))
            let script =
                #"echo "with $KEY" >&2; "#
                + #"printf '{"fragments":[{"fragment_path":"Person.Contact","fragment":[{"a":1,"b":2}]}]}'"#
            try home.configuration(
                sources: Home.yaml(partner.id, port: partner.port) + """
                      - information_source_id: hr
                        adapter_id: slim
                        lif_fragment_paths: [Person.Contact]
                        command:
                          run: [sh, -c, '\(script.replacing("'", with: "''"))']
                          environment: {KEY: "a-secret-key"}
                      - information_source_id: table
                        adapter_id: file
                        lif_fragment_paths: [Person.CredentialAward]
                        file:
                          folder: \(home.folder.path)
                          format: csv
                          name: awards.csv
                          identifier_column: id
                          mapping: {Person.CredentialAward: {fields: {name: titel}}}

                    """,
                settings: "pipelines: {slim: {adapter: command, steps: [{remove: [Person.Contact.b]}]}}\n")
            let command = try await run(home, ["try", "hr", "--learner", Self.learner])
            #expect(command.code == 0, "\(command.output) \(command.errors)")
            #expect(command.output.contains("request 1: run sh -c") && command.output.contains("KEY=•••"))
            #expect(command.output.contains("\"person_id\"") && command.output.contains("answer 1: exit code 0"))
            #expect(command.output.contains(#"[{"a":1,"b":2}]"#) && command.output.contains("after step remove"))
            #expect(command.output.contains(#"[{"a":1}]"#))
            #expect(command.output.contains("with •••") && !command.output.contains("a-secret-key"))
            let table = try await run(home, ["try", "table", "--learner", Self.learner])
            #expect(table.code == 2 && table.output.contains("request 1: read awards.csv"))
            #expect(table.output.contains(#"[{"id":"100001","title":"Welding"}]"#))
            #expect(table.output.contains("Person.CredentialAward.name  titel"))
            let lif = try await run(home, ["try", "org2", "--learner", Self.learner, "--full"])
            #expect(lif.code == 0, "\(lif.output) \(lif.errors)")
            #expect(lif.output.contains("request 1: POST http://127.0.0.1:\(partner.port)/graphql"))
            #expect(lif.output.contains("Person.Name, 1 item"))
        }
    }
}
