import Foundation
import LIFJSON
import Testing

@Suite("A reload applies all that can be applied, names the rest, and always answers SIGHUP")
struct ReloadTests {
    private static func lines(_ server: Home.Server, with text: String) -> [Substring] {
        server.process.errors.split(separator: "\n").filter { $0.contains(text) }
    }

    @Test("The planner's and the sources' time-outs change together")
    func timeouts() async throws {
        try await Home.during { home in
            let source = try await home.source(isHolding: true)
            func configure(_ planner: String, _ defaults: String) throws -> String {
                try home.configuration(
                    sources: source.yaml("slow"),
                    settings: "planner: {port: 0, \(planner)}\norchestrator: {port: 0, defaults: {\(defaults)}}\n")
            }
            let server = try await home.serve(try configure("timeout: 40s", "timeout: 39s, retries: 0"))
            _ = try configure("timeout: 2s, learner_limit: 2", "timeout: 1s, retries: 0")
            try await eventually("it is loaded") { !Self.lines(server, with: "was loaded again").isEmpty }
            let (clock, start) = (ContinuousClock(), ContinuousClock.now)
            _ = try await home.post(server.planner + "/query", Home.query(["1"], fields: ["Person.Name"]))
            #expect(clock.now - start < .seconds(20))
            let refused = try await home.post(server.planner + "/query", Home.query(["1", "2", "3"]))
            #expect(refused.status == 400)

            // A source that has more time than the planner's clients is not refused by what held before.
            _ = try configure("timeout: 2s", "timeout: 1s, retries: 0")
            try await eventually("it is loaded") { Self.lines(server, with: "was loaded again").count == 2 }
            let taken = try await home.post(
                server.planner + "/query", Home.query(["1", "2", "3"]),
                headers: [(name: "Prefer", value: "respond-async")])
            #expect(taken.status == 202)
            #expect(Self.lines(server, with: "restart").isEmpty)
        }
    }

    @Test("A file that a change names for the first time is watched, also while it is what is wrong")
    func newFile() async throws {
        try await Home.during { home in
            let source = try await home.source()
            let file = try home.configuration(sources: source.yaml("first"))
            let server = try await home.serve(file)
            let folder = home.folder.appending(path: "elsewhere")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            let sources = folder.appending(path: "sources.yaml")
            try Data("information_sources: [".utf8).write(to: sources)
            let settings = """
                state_dir: \(home.folder.appending(path: "state").path)
                planner: {port: 0}
                orchestrator: {port: 0}
                information_sources_file: elsewhere/sources.yaml
                """
            try Data(settings.utf8).write(to: home.folder.appending(path: "lif.yaml"))
            try await eventually("the fault is logged") {
                Self.lines(server, with: "the former one stays in force").count == 1
            }
            try Data(("information_sources:\n" + source.yaml("second")).utf8).write(to: sources)
            try await eventually("the mended file is loaded") {
                try await home.submit([CountingSource.part("second")], at: server.orchestrator).status == 200
            }
        }
    }

    @Test("A source that is removed while an asynchronous query runs is not in the pages that begin later")
    func removedSource() async throws {
        try await Home.during { home in
            let (stays, goes) = (try await home.source(), try await home.source(isHolding: true))
            let first = stays.yaml("stays")
            let server = try await home.serve(
                try home.configuration(sources: first + goes.yaml("goes")))
            let query = Home.query((1...1_000).map(String.init), fields: ["Person.Name"])
            let taken = try await home.post(
                server.planner + "/query", query, headers: [(name: "Prefer", value: "respond-async")])
            #expect(taken.status == 202)
            let id = try #require(taken.json["query_id"]?.string)
            try await eventually("the other source is asked") { goes.count >= 100 }
            try home.configuration(sources: first)
            try await eventually("it is loaded") { !Self.lines(server, with: "was loaded again").isEmpty }
            goes.release()
            let url = server.planner + "/query/\(id)"
            try await eventually("the query is done") { try await home.get(url).status != 202 }
            let parts = try await home.get(url, headers: Home.native).json["parts"]?.array ?? []
            #expect(parts.count { $0["information_source_id"] == "stays" } == 1_000)
            #expect(parts.allSatisfy { $0["outcome"] == "fetched" })
            // Eight pages of 100 are worked on at a time: these are fetched as they were planned.
            #expect(stays.count == 1_000 && goes.count <= 800)
            #expect(Self.lines(server, with: "operator-not-found").isEmpty)
        }
    }

    @Test("What needs a restart is named in the line of the reload, and the rest of the file holds")
    func restart() async throws {
        try await Home.during { home in
            let source = try await home.source()
            let server = try await home.serve(try home.configuration(sources: source.yaml("first")))
            try home.configuration(
                sources: source.yaml("first") + source.yaml("second"),
                settings: "log: {level: debug}\nplanner: {port: 0, max_body: 1MiB}\norganization: org9\n")
            try await eventually("the new source is there") {
                try await home.submit([CountingSource.part("second")], at: server.orchestrator).status == 200
            }
            let text = "These need a restart: \"log.level\", \"planner.max_body\", \"organization\""
            try await eventually("it is logged") { Self.lines(server, with: text).count == 1 }
            #expect(Self.lines(server, with: text).first?.contains("The configuration was loaded again: ") == true)
        }
    }

    @Test("SIGHUP without a change is answered in the log, and so is a fault that is still there or was mended")
    func answers() async throws {
        try await Home.during { home in
            let source = try await home.source()
            let good = source.yaml("first")
            let server = try await home.serve(try home.configuration(sources: good))
            func hangUp(_ count: Int, _ text: String) async throws {
                kill(server.process.identifier, SIGHUP)
                try await eventually("\"\(text)\" is logged") { Self.lines(server, with: text).count == count }
            }
            let unchanged = "The configuration was loaded again, and nothing in it has changed: "
            try await hangUp(1, unchanged + "SIGHUP")
            try await hangUp(2, unchanged + "SIGHUP")

            try home.configuration(sources: source.yaml("first", "retreis: 3"))
            try await eventually("the fault is logged") {
                Self.lines(server, with: "the former one stays in force").count == 1
            }
            try await hangUp(2, "the former one stays in force")

            // As it was before the fault: nothing has changed, and the fault is not the last word.
            try home.configuration(sources: good)
            try await eventually("the mended file is logged") {
                Self.lines(server, with: unchanged + "a file has changed").count == 1
            }
        }
    }

    @Test("A notice of a configuration that is loaded again is logged when it comes, and again when it comes again")
    func notices() async throws {
        try await Home.during { home in
            let source = try await home.source()
            // A token that goes over plain HTTP to another host is a notice.
            func configure(_ isPlain: Bool) throws -> String {
                let partner = Home.yaml("far", port: 1).replacing("127.0.0.1:1", with: "partner.example.edu")
                    .replacing("scheme: http,", with: "scheme: \(isPlain ? "http" : "https"), token: t0k3n,")
                return try home.configuration(sources: source.yaml("first") + partner)
            }
            let server = try await home.serve(try configure(false))
            for count in 1...2 {
                _ = try configure(true)
                try await eventually("it is told") {
                    Self.lines(server, with: "The token of source \"far\" goes over http").count == count
                }
                _ = try configure(false)
                try await eventually("it is loaded") {
                    Self.lines(server, with: "was loaded again").count == 2 * count
                }
            }
            #expect(!server.process.errors.contains("t0k3n"))
        }
    }
}
