import Foundation
import LIFHTTP
import LIFJSON
import LIFModel
import Testing

/// A planner and an orchestrator as two processes that share nothing.
@Suite("A planner with an orchestrator elsewhere")
struct RemoteOrchestratorTests {
    /// A source with a list of objects and a scalar.
    private static func source(_ home: Home) async throws -> String {
        let server = try await StandInServer.start { exchange in
            exchange.answer(#"{"name":[{"firstName":"Ada"}],"birthDate":"1815-12-10"}"#)
        }
        home.atEnd { await server.stop() }
        return """
              - information_source_id: hr
                adapter_id: rest
                rest:
                  url: "http://127.0.0.1:\(server.port)/users/{identifier}"
                  mapping: {Person.Name: name, Person.birthDate: birthDate}
                lif_fragment_paths: [Person.Name, Person.birthDate]

            """
    }

    /// Writes a process's own configuration, and gives its path.
    @discardableResult
    private static func configuration(_ home: Home, _ name: String, _ settings: String, _ sources: String) throws
        -> String
    {
        let text = """
            state_dir: \(home.folder.appending(path: "state-of-\(name)").path)
            \(settings)
            information_sources:
            \(sources)
            """
        let file = home.folder.appending(path: "\(name).yaml")
        try Data(text.utf8).write(to: file, options: .atomic)
        return file.path
    }

    private static func metric(_ name: String, at url: String, _ home: Home) async throws -> Int {
        let answer = try await home.http.send(OutgoingRequest(.get, url: url + "/metrics", timeout: .seconds(30)))
        let lines = String(decoding: answer.body, as: UTF8.self).split(separator: "\n")
        return lines.first { $0.hasPrefix(name + " ") }.flatMap { Int($0.split(separator: " ").last ?? "") } ?? 0
    }

    @Test("A reload does not open the catalogue of an orchestrator that is open until it is restarted")
    func openUntilRestart() async throws {
        try await Home.during { home in
            let file = home.folder.appending(path: "lif.yaml")
            func write(_ settings: String) throws {
                let text =
                    "state_dir: state\norchestrator: {port: 0, host: 127.0.0.1, \(settings)}\ninformation_sources: []\n"
                try Data(text.utf8).write(to: file, options: .atomic)
            }
            try write("open: true")
            let process = try home.begin(
                ["serve", "--config", file.path, "--role", "orchestrator", "--stop-with-parent"],
                environment: ["ADAPTERS__LIF_TO_LIF__ORG2__CREDENTIALS__HOST": "127.0.0.1:1"])
            let url = try await process.said("Orchestrator at ")
            try write("token: t, open_catalogue: true")
            try await eventually("the reload is refused") {
                process.errors.contains("the orchestrator is open until it is restarted")
            }
            let part: JSONValue = [
                "information_source_id": "org2", "adapter_id": "lif-to-lif",
                "person_id": ["identifier": "1", "identifierType": "T"], "lif_fragment_paths": ["Person.Name"],
            ]
            #expect(try await home.submit([part], at: url).json["code"] == "OperatorNotFoundException")
        }
    }

    @Test(
        "Results that the planner has got are taken at once when they are posted too, and no scalar is lost by that",
        arguments: ["15s", "0s"])
    func postedToo(wait: String) async throws {
        try await Home.during { home in
            let source = try await Self.source(home)
            let settings = "orchestrator: {port: 0, synchronous_wait: \(wait)"
            let file = try Self.configuration(home, "orchestrator", settings + "}", source)
            let orchestrator = try await home.serveOrchestrator(file)
            let planner = try await home.servePlanner(
                try Self.configuration(home, "planner", "planner: {port: 0}", source),
                orchestrator: orchestrator.orchestrator)
            // Its port is known only now.
            let url = planner.planner + "/orchestration/results"
            try Self.configuration(home, "orchestrator", settings + ", results_url: \"\(url)\"}", source)
            try await eventually("the orchestrator knows it") {
                orchestrator.process.errors.contains("The configuration was loaded again")
            }

            let answers = try await withThrowingTaskGroup(of: Home.Answer.self) { group in
                for number in 0..<30 {
                    group.addTask {
                        let query = Home.query(["learner-\(number)"], fields: ["Person.Name", "Person.birthDate"])
                        return try await home.post(planner.planner + "/query", query)
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            for answer in answers {
                #expect(answer.json.person?.count("Name") == 1)
                #expect(answer.json.person?["birthDate"] == "1815-12-10")
            }
            let (name, url2) = ("lif_callbacks_total", orchestrator.orchestrator)
            let time = try await eventually("each callback has come to its end", within: .seconds(4)) {
                let delivered = try await Self.metric(name + #"{delivered="yes",kind="results"}"#, at: url2, home)
                let refused = try await Self.metric(name + #"{delivered="no",kind="results"}"#, at: url2, home)
                return delivered + refused >= 30
            }
            print("posted results: taken \(time.inMilliseconds) ms after the last answer")
            #expect(try await Self.metric(name + #"{delivered="no",kind="results"}"#, at: url2, home) == 0)
            // What is kept is what the answers had.
            let again = try await home.post(
                planner.planner + "/query", Home.query(["learner-7"], fields: ["Person.birthDate"]))
            #expect(again.json.person?["birthDate"] == "1815-12-10")

            // A run that the planner does not know is refused, after a moment.
            let unknown = #"{"run_id":"\#(String(repeating: "9", count: 32))","query_plan_part_results":[]}"#
            #expect(try await home.post(url, Array(unknown.utf8)).status == 404)
        }
    }

    @Test("An orchestrator with an open catalogue fetches from sources that only the environment and the plan name")
    func openCatalogue() async throws {
        try await Home.during { home in
            let org2 = try await home.partner("org2")
            home.atEnd { await org2.stop() }
            let file = home.folder.appending(path: "lif.yaml")
            func write(_ text: String) throws { try Data(text.utf8).write(to: file, options: .atomic) }
            try write("state_dir: state\norchestrator: {port: 0, open_catalogue: true}\n")
            let environment = ["ADAPTERS__LIF_TO_LIF__ORG2__CREDENTIALS__HOST": "127.0.0.1:\(org2.port)"]
            let process = try home.begin(
                ["serve", "--config", file.path, "--role", "orchestrator", "--stop-with-parent"],
                environment: environment)
            let url = try await process.said("Orchestrator at ")

            func part(_ source: String, _ path: String = "person.name") -> JSONValue {
                [
                    "information_source_id": .string(source), "adapter_id": "lif-to-lif",
                    "person_id": ["identifier": "100001", "identifierType": "School-assigned number"],
                    "lif_fragment_paths": [.string(path)], "translation": nil,
                ]
            }
            let job = try await home.accepted([part("org2"), part("Org2", "person.credentialAward")], at: url)
            let parts = try await home.result(job, at: url).json["result"]?["query_plan_part_results"]?.array
            #expect(parts?.map { $0["information_source_id"]?.string } == ["org2", "Org2"])
            let fragments = parts?.compactMap { $0["fragments"]?.array?.first }
            #expect(fragments?.map { $0["fragment_path"]?.string } == ["Person.Name", "Person.CredentialAward"])
            #expect(fragments?.allSatisfy { ($0["fragment"]?.array?.count ?? 0) > 0 } == true)

            let refused = try await home.submit([part("org9")], at: url)
            #expect(refused.status == 400)
            #expect(refused.json["code"] == "OperatorNotFoundException")
            #expect(
                refused.json["detail"]?.string?.contains("ADAPTERS__LIF_TO_LIF__ORG9__CREDENTIALS__HOST") == true)

            let check = try await LIFProcess.run(
                ["sources", "check", "--config", file.path], environment: environment, folder: home.folder)
            #expect(check.code == 0, "\(check.errors)")
            #expect(check.output.contains("org2") && check.output.contains("yes"))

            // Closed again while it serves.
            try write(
                "state_dir: state\norchestrator: {port: 0, open_catalogue: false}\ninformation_sources:\n"
                    + Home.yaml("org3", port: 1))
            try await eventually("it is closed") { process.errors.contains("The configuration was loaded again") }
            #expect(try await home.submit([part("org2")], at: url).status == 400)
        }
    }
}
