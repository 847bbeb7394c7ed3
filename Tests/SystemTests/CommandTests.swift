import Foundation
import LIFHTTP
import LIFJSON
import LIFPartner
import Testing

@Suite("The lif command")
struct CommandTests {
    private static let learner = ["--learner", "SCHOOL_ASSIGNED_NUMBER:100001"]

    @Test("A query without a server runs planner and orchestrator in its own process, and the next one is warm")
    func query() async throws {
        let home = try Home()
        let partner = try await home.partner("org2")
        let file = try home.configuration([(partner.id, partner.port)])
        let arguments =
            ["query", "--config", file] + Self.learner + ["--fields", "Person.Name,Person.CredentialAward"]
        let cold = try await LIFProcess.run(arguments + ["--json"], folder: home.folder)
        #expect(cold.code == 0)
        let document = try JSONParser.parse(cold.output)
        #expect(
            document["records"]?.array?.first?["Person"]?.array?.first?.object?.names == ["Name", "CredentialAward"])
        #expect(document["parts"]?.array?.allSatisfy { $0["outcome"] == "fetched" } == true)
        let warm = try await LIFProcess.run(arguments, folder: home.folder)
        #expect(warm.output.contains("sources asked: 0"))
        #expect(warm.output.contains("answers from the cache: 2 of 2"))
        try await home.close([partner])
    }

    @Test("A query of several learners has all of them, and its table sums over them")
    func severalLearners() async throws {
        let home = try Home()
        let partner = try await home.partner("org2")
        let file = try home.configuration([(partner.id, partner.port)])
        let arguments =
            ["query", "--config", file] + Self.learner
            + ["--learner", "SCHOOL_ASSIGNED_NUMBER:100002", "--fields", "Person.Name"]
        let answer = try await LIFProcess.run(arguments + ["--json"], folder: home.folder)
        #expect(try JSONParser.parse(answer.output)["records"]?.array?.count == 2)
        let table = try await LIFProcess.run(arguments, folder: home.folder).output
        let rows = table.split(separator: "\n").map { $0.split(separator: " ") }
        #expect(rows.contains(["Person.Name", "2", "2"]), "\(table)")
        #expect(table.contains("--json prints the native result document"))
        try await home.close([partner])
    }

    @Test("Explain shows plan and graph, and fetches nothing")
    func explain() async throws {
        let home = try Home()
        let partner = try await home.partner("org2")
        let file = try home.configuration([(partner.id, partner.port)])
        let result = try await LIFProcess.run(["explain", "--config", file] + Self.learner, folder: home.folder)
        #expect(result.code == 0)
        #expect(result.output.contains("query plan: 1 part"))
        #expect(result.output.contains("part-0/fetch  (lif-to-lif)  [pool org2"))
        #expect(result.output.contains("finish  <- part-0/store"))
        #expect(!result.output.contains("100001"), "The learner is numbered, not named")
        #expect(partner.server.requestCount == 0)
        try await home.close([partner])
    }

    @Test("Sources check shows which source answers, and fails when one does not")
    func sources() async throws {
        let home = try Home()
        let partner = try await home.partner("org2")
        let good = try home.configuration([(partner.id, partner.port)])
        let answers = try await LIFProcess.run(["sources", "check", "--config", good], folder: home.folder)
        #expect(answers.code == 0)
        let bad = try home.configuration([(partner.id, partner.port), ("org9", 1)])
        let silent = try await LIFProcess.run(["sources", "check", "--config", bad], folder: home.folder)
        #expect(silent.code == 1)
        #expect(silent.output.contains("unreachable"))
        try await home.close([partner])
    }

    @Test("A mistake in the configuration is reported with file and line")
    func mistake() async throws {
        let home = try Home()
        let file = home.folder.appending(path: "bad.yaml")
        try Data("state_dir: x\nplaner: {port: 1}\n".utf8).write(to: file)
        let result = try await LIFProcess.run(["serve", "--config", file.path], folder: home.folder)
        #expect(result.code == 1)
        #expect(result.errors.contains("bad.yaml:2"))
        #expect(result.errors.contains("planner"))
        try await home.close()
    }

    @Test("The seed's sources with the environment of deployed systems serve without a file of ours")
    func deployed() async throws {
        let home = try Home()
        let partner = try await home.partner("org2")
        let sources = home.folder.appending(path: "information_sources_config.yml")
        let text = """
            information_sources:
              - information_source_id: "org2"
                information_source_organization: "Org2"
                adapter_id: "lif-to-lif"
                ttl_hours: 24
                lif_fragment_paths:
                  - "person.name"
                  - "person.credentialAward"
            """
        try Data(text.utf8).write(to: sources)
        let environment = [
            "LIF_QUERY_PLANNER_INFORMATION_SOURCES_CONFIG_PATH": sources.path,
            "ADAPTERS__LIF_TO_LIF__ORG2__CREDENTIALS__HOST": "127.0.0.1:\(partner.port)",
            "ADAPTERS__LIF_TO_LIF__ORG2__CREDENTIALS__SCHEME": "http",
            "ADAPTERS__LIF_TO_LIF__ORG2__CREDENTIALS__TOKEN": "a-token",
            "LIF_QUERY_TIMEOUT_SECONDS": "10",
        ]
        let result = try await LIFProcess.run(
            ["query", "--json"] + Self.learner, environment: environment, folder: home.folder)
        #expect(result.code == 0, "\(result.errors)")
        let document = try JSONParser.parse(result.output)
        #expect(
            document["records"]?.array?.first?["Person"]?.array?.first?.object?.names == ["Name", "CredentialAward"])
        try await home.close([partner])
    }

    @Test("A planner and an orchestrator in processes of their own work together over HTTP")
    func roles() async throws {
        let home = try Home()
        let partner = try await home.partner("org2")
        let file = try home.configuration([(partner.id, partner.port)])
        let orchestrator = try LIFProcess(
            ["serve", "--config", file, "--role", "orchestrator", "--stop-with-parent"], folder: home.folder)
        let url = try await orchestrator.said("Orchestrator at ")
        let planner = try LIFProcess(
            ["serve", "--config", file, "--role", "planner", "--stop-with-parent"],
            environment: ["LIF_ORCHESTRATOR_URL": url, "LIF_QUERY_TIMEOUT_SECONDS": "5"], folder: home.folder)
        let answer = try await home.post(
            try await planner.said("Query Planner at ") + "/query", Home.query(["100001"], fields: ["Person.Name"]))
        #expect(answer.status == 200)
        #expect(answer.json.person?.count("Name") == 1)

        await orchestrator.stop()
        let other = try await home.post(
            try await planner.said("Query Planner at ") + "/query", Home.query(["100002"], fields: ["Person.Name"]))
        // An orchestrator that is away for a moment costs nothing: the query is accepted and goes on when it is back.
        #expect(other.status == 408)
        #expect(other.json["code"] == "QueryTimeout")
        #expect(other.response.header("Location") != nil)
        await planner.stop()
        try await home.close([partner])
    }

    @Test("One process serves both also where the environment names its own orchestrator's address")
    func ownAddress() async throws {
        let home = try Home()
        let partner = try await home.partner("org2")
        // Below the ports that the system hands out, which other tests get.
        let port = Int.random(in: 20_000..<30_000)
        let settings = "orchestrator: {port: \(port)}\norchestrator_url: http://localhost:\(port)\n"
        let file = try home.configuration([(partner.id, partner.port)], settings: settings)
        let server = try await home.serve(file)
        let answer = try await home.post(
            server.planner + "/query", Home.query(["100001"], fields: ["Person.Name"]))
        #expect(answer.status == 200)
        await server.process.stop()
        try await home.close([partner])
    }

    @Test("The partner command serves a folder, and stops on SIGTERM")
    func partner() async throws {
        let process = try LIFProcess([
            "partner", "--data", Home.records.appending(path: "org2").path, "--port", "0", "--stop-with-parent",
        ])
        let home = try Home()
        let url = try await process.said("LIF API at ")
        let query: JSONValue = ["query": "{ __schema { queryType { name } } }"]
        let answer = try await home.post(url, Array(RawJSON(query).bytes))
        #expect(answer.json["data"]?["__schema"]?["queryType"]?["name"] == "Query")
        #expect(await process.stop() == 0)
        try await home.close()
    }
}
