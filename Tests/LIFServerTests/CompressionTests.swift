import LIFJSON
import Testing

@testable import LIFServer

@Suite("Compressed answers", .timeLimit(.minutes(1)))
struct CompressionTests {
    @Test(
        "gzip is for who asks for it, and does not rather want the answer as it is",
        arguments: [
            (["gzip"], true), (["GZIP"], true), (["deflate, gzip;q=0.1"], true), (["x-gzip"], true), (["*"], true),
            (["br", "gzip ; q=1.0"], true), (["gzip, identity"], true), (["gzip;q=0.5, identity;q=0.5"], true),
            ([], false),
            ([""], false), (["identity"], false), (["gzip;q=0"], false), (["gzip; q=0.000"], false), (["*;q=0"], false),
            (["*, gzip;q=0"], false), (["gzip;q=0.5, identity"], false), (["br, deflate"], false),
            (["gzip;q=x"], false),
            (["gzip;q=nan"], false), (["gzipped"], false),
        ])
    func wanted(_ values: [String], _ isWanted: Bool) {
        #expect(Compression.isWanted(values) == isWanted)
    }

    private static let gzip = ["Accept-Encoding": "br;q=1.0, gzip;q=0.8, *;q=0.1"]

    /// The head of an answer, whose body may be of bytes that are no text.
    private static func head(
        _ server: TestServer, _ method: String, _ path: String, _ headers: [String: String], body: String? = nil
    ) async throws -> Connection.Answer {
        let text = TestServer.request(method, path, headers, body: body)
        return try await Connection.open(port: server.port) { (connection) async throws in
            try await connection.send(text)
            return try await connection.head()
        }
    }

    @Test("Long results of jobs are compressed for who asks, and are as they were for others")
    func jobResults() async throws {
        try await TestServer.orchestrator { (server) async throws in
            let parts = (0..<40).map { Jobs.part(paths: #""Person.Name","Person.CredentialAward""#, learner: "\($0)") }
            let long = try await server.finish(#"{"lif_query_plan":[\#(parts.joined(separator: ","))],"async":true}"#)
            let short = try await server.finish(Jobs.job())
            for path in ["/jobs/\(long)/result", "/orchestrator/get_job_result/\(long)"] {
                let compressed = try await Self.head(server, "GET", path, Self.gzip)
                #expect(compressed["Content-Encoding"] == "gzip" && compressed["Content-Length"] == nil)
                #expect(compressed["Vary"] == "Accept-Encoding")
                let plain = try await server.get(path)
                #expect(plain["Content-Encoding"] == nil && plain["Vary"] == "Accept-Encoding")
                #expect(try plain.json()["result"] != nil)
                let none = try await Self.head(server, "HEAD", path, Self.gzip)
                #expect(none.status == 200 && none["Content-Encoding"] == nil)
            }
            let few = try await server.get("/jobs/\(short)/result", Self.gzip)
            #expect(few["Content-Encoding"] == nil)
            #expect(try few.json()["job_id"]?.string == short)
            // Events and what is no answer with data are never held back for a compressor.
            let events = try await server.get("/jobs/\(short)/events", Self.gzip)
            #expect(events["Content-Encoding"] == nil && events.body.contains("event: end"))
            #expect(try await server.get("/jobs/none/result", Self.gzip)["Content-Encoding"] == nil)
        }
    }

    @Test("The tag of a compressed answer is weak, and finds the answer again")
    func queryResults() async throws {
        try await TestServer.planner { (server) async throws in
            let learners = (0..<3).map { Queries.identifier("\($0)") }.joined(separator: ",")
            let body = #"{"filter":{"Person":{"Identifier":[\#(learners)]}}}"#
            let accepted = try await server.post("/query", body, Queries.respondAsync)
            let id = try #require(try accepted.json()["query_id"]?.string)
            let plain = try await server.get("/query/\(id)", ["Prefer": "wait=30"])
            let tag = try #require(plain["ETag"])
            #expect(plain.status == 200 && !tag.hasPrefix("W/"))
            let compressed = try await Self.head(server, "GET", "/query/\(id)", Self.gzip)
            #expect(compressed["Content-Encoding"] == "gzip")
            let weak = try #require(compressed["ETag"])
            #expect(weak == "W/" + tag)
            for known in [tag, weak] {
                let headers = Self.gzip.merging(["If-None-Match": known]) { $1 }
                #expect(try await server.get("/query/\(id)", headers).status == 304)
            }
            let several = try await Self.head(server, "GET", "/query?id=\(id)", Self.gzip)
            #expect(several["Content-Encoding"] == "gzip")
            #expect(try await server.post("/query", Queries.name, Self.gzip).json().array?.count == 1)
        }
    }

    @Test("What cannot be read as a request, after one that could, is answered and ends nothing but its connection")
    func unreadable() async throws {
        try await TestServer.planner { (server) async throws in
            for start in ["", TestServer.request("GET", "/", Self.gzip)] {
                let answer = try await Connection.open(port: server.port) { (connection) async throws in
                    try await connection.send(start + "GARBAGE\r\n\r\n")
                    return try await connection.rest()
                }
                #expect(answer.contains("HTTP/1.1 400 "))
            }
            #expect(try await server.get("/health").status == 200)
        }
    }
}
