import Foundation
import LIFJSON
import Testing

@Suite("The end of a server")
struct EndingTests {
    @Test(
        "SIGTERM and Ctrl-C alike: what was fetched is in the store, and the process ends with 0",
        arguments: [SIGTERM, SIGINT])
    func signals(signal: Int32) async throws {
        try await Home.during { home in
            let source = try await home.source()
            let file = try home.configuration(sources: source.yaml("hr"))
            let server = try await home.serve(file)
            let answer = try await home.post(server.planner + "/query", Home.query(["100001"]))
            #expect(answer.json.person?.count("Name") == 1)
            kill(server.process.identifier, signal)
            #expect(await server.process.exitCode() == 0)
            let explained = try await LIFProcess.run(
                ["explain", "--config", file, "--learner", "SCHOOL_ASSIGNED_NUMBER:100001"], folder: home.folder)
            #expect(
                explained.output.contains("query plan: nothing to fetch"), "\(explained.output) \(explained.errors)")
        }
    }

    @Test("A query that was accepted and not yet answered goes on after the next start", arguments: [SIGTERM, SIGINT])
    func goesOn(signal: Int32) async throws {
        try await Home.during { home in
            let source = try await home.source(isHolding: true)
            let file = try home.configuration(sources: source.yaml("hr", "timeout: 60s"))
            let first = try await home.serve(file)
            let accepted = try await home.post(
                first.planner + "/query", Home.query(["100001"]), headers: [("Prefer", "respond-async")])
            let query = try #require(accepted.json["query_id"]?.string)
            try await eventually("the source is asked") { source.count == 1 }
            kill(first.process.identifier, signal)
            #expect(await first.process.exitCode() == 0)
            source.release()
            let second = try await home.serve(file)
            let result = try await home.get(second.planner + "/query/\(query)", headers: [("Prefer", "wait=25")])
            #expect(result.status == 200)
            #expect(result.json["records"]?.array?.first?["Person"]?.array?.first?.count("Name") == 1)
        }
    }
}
