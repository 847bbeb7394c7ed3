import LIFJSON
import LIFServer
import LIFTesting
import Testing

/// The server's side of RFC 9110 and RFC 9112, to the byte.
@Suite("HTTP exchanges", .timeLimit(.minutes(1)))
struct HTTPExchangeTests {
    private static func head(
        _ line: String, _ fields: String..., host: String = "Host: localhost\r\n"
    ) -> String {
        "\(line)\r\n\(host)\(fields.map { $0 + "\r\n" }.joined())\r\n"
    }

    @Test("A client that waits for it is asked for its body, and then answered, more than once on a connection")
    func expectsContinue() async throws {
        try await TestServer.planner { (server) async throws in
            try await Connection.open(port: server.port) { (connection) async throws in
                for field in ["Expect: 100-continue", "expect: 100-Continue"] {
                    try await connection.send(
                        Self.head("POST /query HTTP/1.1", field, "Content-Length: \(Queries.name.utf8.count)"))
                    let word = try await connection.head()
                    #expect(word.status == 100 && word.headers.isEmpty)
                    try await connection.send(Queries.name)
                    let answer = try await connection.answer()
                    #expect(answer.status == 200 && answer["Connection"] == nil)
                }
                try await connection.send(
                    Self.head("POST /query HTTP/1.1", "Expect: 100-continue", "Transfer-Encoding: chunked"))
                #expect(try await connection.head().status == 100)
                try await connection.send("2\r\n{}\r\n0\r\n\r\n")
                #expect(try await connection.answer().status == 422)
            }
        }
    }

    @Test(
        "A client that waits to be asked, and is refused for its head alone, gets its answer at once and then the end",
        arguments: [
            ("POST /query", 101, "X-API-Key: t", 413), ("POST /update", 101, "X-API-Key: t", 400),
            ("POST /orchestration/results", 67_108_865, "X-API-Key: t", 413),
            ("POST /identity_mappings/import", 1_073_741_825, "X-API-Key: t\r\nContent-Type: text/csv", 413),
            ("POST /identity_mappings/import", 5, "X-API-Key: t", 400), ("POST /query", 5, "X-API-Key: wrong", 401),
            ("POST /nothing", 5, "X-API-Key: t", 404), ("PUT /query", 5, "X-API-Key: t", 405),
        ])
    func refusesUnread(request: String, length: Int, fields: String, status: Int) async throws {
        let listener = ListenerConfiguration(port: 0, token: "t", maximumBodyBytes: 100)
        try await TestServer.planner(TestSystem(), listener, identities: MemoryIdentityStore()) {
            (server) async throws in
            try await Connection.open(port: server.port) { (connection) async throws in
                try await connection.send(
                    Self.head("\(request) HTTP/1.1", "Expect: 100-continue", "Content-Length: \(length)", fields))
                let answer = try await connection.answer()
                #expect(answer.status == status && answer["Connection"] == "close")
                #expect(try await connection.rest() == "")
            }
        }
    }

    @Test("A body that is announced as too long is refused before it comes, also where nobody waits to be asked")
    func refusesLong() async throws {
        let listener = ListenerConfiguration(port: 0, maximumBodyBytes: 100)
        try await TestServer.planner(TestSystem(), listener) { (server) async throws in
            try await Connection.open(port: server.port) { (connection) async throws in
                try await connection.send(Self.head("POST /query HTTP/1.1", "Content-Length: 101"))
                #expect(try await connection.answer().status == 413)
                // What is sent all the same is dropped, and the connection can be used again.
                try await connection.send(String(repeating: " ", count: 101) + TestServer.request("GET", "/health"))
                #expect(try await connection.answer().status == 200)
            }
        }
    }

    @Test(
        "A request that was answered while its body trickles in is cut off, however often a byte comes",
        arguments: [("POST /nothing", 404), ("PATCH /query", 405), ("POST /query", 413), ("GET /metrics", 200)])
    func cutsOffTrickle(request: String, status: Int) async throws {
        let listener = ListenerConfiguration(port: 0, maximumBodyBytes: 100, idleTimeout: .seconds(1))
        try await TestServer.planner(TestSystem(), listener) { (server) async throws in
            try await Connection.open(port: server.port) { (connection) async throws in
                try await connection.send(Self.head("\(request) HTTP/1.1", "Content-Length: 100000"))
                #expect(try await connection.answer().status == status)
                var bytes = 0
                // The writes fail when the server has closed.
                while bytes < 200, (try? await connection.send(" ")) != nil {
                    bytes += 1
                    try await Task.sleep(for: .milliseconds(50))
                }
                #expect(bytes < 200)
            }
        }
    }

    @Test("HTTP/1.0 needs no Host, gets no chunks and no 100, and its connection ends with the answer")
    func version10() async throws {
        try await TestServer.orchestrator { (server) async throws in
            let id = try await server.finish(Jobs.job())
            func ask(_ text: String) async throws -> String {
                try await Connection.open(port: server.port) { (connection) async throws in
                    try await connection.send(text)
                    return try await connection.rest()
                }
            }
            let body = Jobs.job()
            let texts = [
                try await ask("GET /jobs/\(id)/result HTTP/1.0\r\n\r\n"),
                try await ask("GET /jobs/\(id)/events HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"),
                try await ask(
                    "POST /jobs HTTP/1.0\r\nHost: localhost\r\nExpect: 100-continue\r\n"
                        + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)"),
            ]
            for (text, end) in zip(texts, ["}", "\n\n", "\"}"]) {
                #expect(text.hasPrefix("HTTP/1.0 200 OK\r\n"), "\(text)")
                let lines = text.lowercased()
                #expect(lines.contains("\r\nconnection: close\r\n") && !lines.contains("transfer-encoding"), "\(text)")
                #expect(text.hasSuffix(end), "\(text)")
            }
            #expect(texts[1].contains("\r\n\r\nid: 1\nevent: part\n"))
        }
    }

    @Test("A client that asks for it in any spelling has the connection closed, and the answer says so")
    func closes() async throws {
        try await TestServer.planner { (server) async throws in
            for field in ["Connection: Close", "Connection: x, close"] {
                try await Connection.open(port: server.port) { (connection) async throws in
                    try await connection.send(Self.head("GET /health HTTP/1.1", field))
                    #expect(try await connection.answer()["Connection"] == "close")
                    #expect(try await connection.rest() == "")
                }
            }
        }
    }

    @Test(
        "HTTP/1.1 without a Host, with two, or with one that is none is 400; other hosts are not",
        arguments: [
            ("", 400), ("Host:\r\n", 400), ("Host: localhost\r\nHost: localhost\r\n", 400),
            ("Host: localhost\r\nhost: elsewhere\r\n", 400), ("Host: a b\r\n", 400), ("Host: localhost/\r\n", 400),
            ("Host: me@localhost\r\n", 400), ("Host: localhost:80x\r\n", 400), ("Host: [::1\r\n", 400),
            ("Host: :80\r\n", 400), ("Host: localhost\r\n", 200), ("Host: localhost:8002\r\n", 200),
            ("Host: LocalHost:\r\n", 200), ("Host: [::1]:80\r\n", 200), ("Host: 127.0.0.1\r\n", 200),
            ("Host: some_service-1.example\r\n", 421),
        ])
    func hosts(host: String, status: Int) async throws {
        try await TestServer.planner { (server) async throws in
            for path in ["/metrics", "/health"] {
                let answer = try await Connection.open(port: server.port) { (connection) async throws in
                    try await connection.send(Self.head("GET \(path) HTTP/1.1", host: host))
                    return try await connection.answer()
                }
                // Health is told under any name.
                #expect(answer.status == (path == "/health" && status == 421 ? 200 : status), "\(path)")
                if status == 400 { #expect(try answer.json()["code"] == "QueryNotValid") }
            }
        }
    }
}
