import Foundation
import LIFJSON
import LIFModel
import Testing

@Suite("Sources come and go while the server runs")
struct SourcesAtRunTimeTests {
    /// A command that knows everybody.
    private static let command = """
          - information_source_id: export
            adapter_id: command
            ttl_hours: 24
            command:
              run: [/bin/sh, -c, 'cat > /dev/null; echo "{\\"fragments\\":[{\\"fragment_path\\":\\"Person.Name\\",\\"fragment\\":[{\\"firstName\\":\\"Grace\\"}]}]}"']
            lif_fragment_paths: [Person.Name]

        """

    @Test(
        "A new REST source and a new command are taken up within moments by planner and orchestrator, and let go again")
    func comeAndGo() async throws {
        try await Home.during { home in
            let (first, second) = (try await home.source(), try await home.source())
            let server = try await home.serve(try home.configuration(sources: first.yaml("first")))
            #expect(try await Self.sources(of: "1", server, home) == ["first"])

            try home.configuration(sources: first.yaml("first") + second.yaml("second") + Self.command)
            let parts = [
                CountingSource.part("second"), CountingSource.part("export", adapter: "command"),
            ]
            var job: String?
            let time = try await eventually("a job for the new sources is accepted") {
                let answer = try await home.submit(parts, at: server.orchestrator)
                job = answer.json["run_id"]?.string
                return answer.status == 200
            }
            let result = try await home.result(try #require(job), at: server.orchestrator)
            print("run time: a REST source and a command were taken up in \(time.inMilliseconds) ms")
            #expect(time < .seconds(10))
            #expect(result.json.results.allSatisfy { $0["error"] == .null })
            #expect(
                result.json.results.last?["fragments"]?.array?.first?["fragment"] == [["firstName": "Grace"]])
            #expect(try await Self.sources(of: "1", server, home) == ["first", "second", "export"])
            #expect(first.count == 1, "What is fresh stays so")

            try home.configuration(sources: first.yaml("first"))
            try await eventually("a job for them is refused") {
                try await home.submit(parts, at: server.orchestrator).status == 400
            }
            let refused = try await home.submit(parts, at: server.orchestrator)
            #expect(refused.json["code"] == "OperatorNotFoundException")
            #expect(try await Self.sources(of: "1", server, home) == ["first"])
            #expect(server.process.isRunning)
        }
    }

    @Test("A fetch that is under way when its source is removed ends as it began; one that waits fails, and says why")
    func underWay() async throws {
        try await Home.during { home in
            let (first, second) = (try await home.source(), try await home.source(isHolding: true))
            let server = try await home.serve(
                try home.configuration(sources: first.yaml("first") + second.yaml("second", "max_concurrency: 1")))
            let running = try await home.accepted([CountingSource.part("second")], at: server.orchestrator)
            try await eventually("the source is asked") { second.count == 1 }
            let waiting = try await home.accepted([CountingSource.part("second")], at: server.orchestrator)
            try home.configuration(sources: first.yaml("first"))
            try await eventually("the source is removed") {
                try await home.submit([CountingSource.part("second")], at: server.orchestrator).status == 400
            }
            second.release()
            #expect(try await home.result(running, at: server.orchestrator).status == 200)
            #expect(try await home.result(waiting, at: server.orchestrator).status == 502)
            let status = try await home.status(waiting, at: server.orchestrator)
            #expect(status.landed.first?["reason"] == "operator-not-found")
            #expect(second.count == 1)
        }
    }

    @Test("A reload that removes one source during a large query costs nothing of the others")
    func duringLargeQuery() async throws {
        try await Home.during { home in
            let (first, second) = (try await home.source(isHolding: true), try await home.source())
            let settings = "orchestrator: {port: 0, part_limit: 50}\nplanner: {port: 0}\n"
            let both = try home.configuration(sources: first.yaml("first") + second.yaml("second"), settings: settings)
            let server = try await home.serve(both)
            let learners = (1...1_500).map { "\($0)" }
            let accepted = try await home.post(
                server.planner + "/query", Home.query(learners, fields: ["Person.Name"]),
                headers: [("Prefer", "respond-async")])
            let id = try #require(accepted.json["query_id"]?.string)
            try await eventually("the sources are asked") { first.count > 0 && second.count > 0 }
            try home.configuration(sources: first.yaml("first"), settings: settings)
            try await eventually("the source is removed") {
                try await home.submit([CountingSource.part("second")], at: server.orchestrator).status == 400
            }
            first.release()
            try await eventually("its end", within: .seconds(60)) {
                try await home.get(server.planner + "/query/\(id)").status != 202
            }
            let answer = try await home.get(
                server.planner + "/query/\(id)", headers: [("Accept", "application/vnd.lif.result+json")])
            let parts = answer.json["parts"]?.array ?? []
            let healthy = parts.filter { $0["information_source_id"] == "first" }
            #expect(healthy.count == 1_500)
            #expect(healthy.allSatisfy { $0["outcome"] == "fetched" })
        }
    }

    @Test("A broken file changes nothing, and the log says file and line; the mended one holds")
    func broken() async throws {
        try await Home.during { home in
            let source = try await home.source()
            let server = try await home.serve(try home.configuration(sources: source.yaml("first")))
            try home.configuration(sources: source.yaml("second") + source.yaml("third", "retreis: 3"))
            try await eventually("the fault is logged") {
                server.process.errors.contains("the former one stays in force")
            }
            let line = try #require(
                server.process.errors.split(separator: "\n").last { $0.contains("the former one stays in force") })
            #expect(line.contains("lif.yaml:"))
            #expect(line.contains("retreis"))
            #expect(try await home.submit([CountingSource.part("second")], at: server.orchestrator).status == 400)
            #expect(try await home.submit([CountingSource.part("first")], at: server.orchestrator).status == 200)
            #expect(try await Self.sources(of: "1", server, home) == ["first"])

            try home.configuration(sources: source.yaml("second") + source.yaml("third", "retries: 3"))
            try await eventually("the mended file is taken up") {
                try await home.submit([CountingSource.part("third")], at: server.orchestrator).status == 200
            }
        }
    }

    @Test("A secret that changes in its file is sent from then on")
    func secret() async throws {
        try await Home.during { home in
            let source = try await home.source()
            let secrets = home.folder.appending(path: "secrets")
            try FileManager.default.createDirectory(at: secrets, withIntermediateDirectories: true)
            func set(_ secret: String) throws {
                try Data(secret.utf8).write(to: secrets.appending(path: "key"), options: .atomic)
            }
            try set("the-first-key")
            let yaml = source.yaml("hr", #"connection: {token: "${secret:key}"}"#)
                .replacingOccurrences(of: "mapping:", with: "headers: {x-key: \"{token}\"}\n      mapping:")
            let server = try await home.serve(
                try home.configuration(sources: yaml, settings: "secrets: [{files: secrets}]\n"))
            func ask() async throws -> String? {
                let job = try await home.accepted([CountingSource.part("hr")], at: server.orchestrator)
                #expect(try await home.result(job, at: server.orchestrator).status == 200)
                return source.keys.last
            }
            #expect(try await ask() == "the-first-key")
            try set("the-second-key")
            try await eventually("the new secret is sent") { try await ask() == "the-second-key" }
            #expect(!server.process.errors.contains("-key"), "No secret is logged")
        }
    }

    /// The sources that a query was answered from.
    private static func sources(of learner: String, _ server: Home.Server, _ home: Home) async throws -> [String] {
        let answer = try await home.post(
            server.planner + "/query", Home.query([learner], fields: ["Person.Name"]), headers: Home.native)
        #expect(answer.status == 200)
        return answer.json["parts"]?.array?.compactMap { $0["information_source_id"]?.string } ?? []
    }
}
