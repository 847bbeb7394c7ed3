import LIFJSON
import LIFModel
import LIFServer
import LIFTesting
import Testing

@Suite("Problem documents", .timeLimit(.minutes(1)))
struct ProblemTests {
    /// A request, and the problem that answers it.
    struct Case: Sendable, CustomTestStringConvertible {
        let method: String
        let path: String
        let body: String?
        let status: Int
        let code: String
        let detail: String

        init(_ method: String, _ path: String, _ status: Int, _ code: String) {
            self.init(method, path, nil, status, code, "")
        }

        init(
            _ method: String, _ path: String, _ body: String?, _ status: Int, _ code: String, _ detail: String = ""
        ) {
            self.method = method
            self.path = path
            self.body = body
            self.status = status
            self.code = code
            self.detail = detail
        }

        var testDescription: String { "\(method) \(path.prefix(24)) \((body ?? "").prefix(60)): \(status) \(code)" }
    }

    private static func expect(_ answer: Connection.Answer, _ expected: Case) throws {
        #expect(answer.status == expected.status)
        #expect(answer["Content-Type"] == "application/problem+json")
        let problem = try answer.json()
        let names = try #require(problem.object?.names)
        #expect(names.filter { $0 != "faults" } == ["type", "title", "status", "detail", "instance", "code"])
        if names.contains("faults") {
            let faults = try #require(problem["faults"]?.array)
            #expect(!faults.isEmpty && faults.allSatisfy { $0.object?.names == ["place", "message"] })
        }
        #expect(problem["type"] == .string("urn:lif:error:\(expected.code)"))
        #expect(problem["code"] == .string(expected.code))
        #expect(problem["status"]?.number?.int == expected.status)
        #expect(problem["title"]?.string?.isEmpty == false)
        let detail = try #require(problem["detail"]?.string)
        #expect(detail.contains(expected.detail))
        let instance = try #require(problem["instance"]?.string)
        let isKnown = !["RouteNotFound", "MethodNotAllowed"].contains(expected.code)
        #expect(instance.hasPrefix(isKnown ? "/" : "urn:lif:request:"), "\(instance)")
    }

    private static func filtered(_ filter: String) -> String { #"{"filter":\#(filter)}"# }

    @Test(
        "The planner answers each bad request with one",
        arguments: [
            Case("POST", "/query", "", 400, "QueryNotValid", "line 1, column 1"),
            Case("POST", "/query", "{\n  \"filter\": xyz", 400, "QueryNotValid", "line 2, column 13"),
            Case("POST", "/query", "{} x", 400, "QueryNotValid", "line 1, column 4"),
            Case("POST", "/query", "\u{0}", 400, "QueryNotValid"),
            Case("POST", "/query", String(repeating: "[", count: 100_000), 400, "QueryNotValid", "deeper than 32"),
            Case("POST", "/query", "[]", 422, "QueryNotValid", "an array"),
            Case("POST", "/query", "{}", 422, "QueryNotValid", "\"filter\" is missing"),
            Case("POST", "/query", filtered("5"), 422, "QueryNotValid", "\"filter\" is a number"),
            Case("POST", "/query", filtered(#"{"Course":{}}"#), 422, "QueryNotValid", "Person"),
            Case("POST", "/query", filtered(#"{"Person":{}}"#), 422, "QueryNotValid", "Identifier"),
            Case("POST", "/query", filtered(#"{"Person":{"Identifier":[]}}"#), 400, "QueryNotValid", "at least one"),
            Case("POST", "/query", filtered(#"{"Person":{"Identifier":[5]}}"#), 422, "QueryNotValid", "Identifier[0]"),
            Case(
                "POST", "/query", filtered(#"{"Person":{"Identifier":{"identifier":1,"identifierType":"A"}}}"#), 422,
                "QueryNotValid", "Identifier[0].identifier"),
            Case(
                "POST", "/query", filtered(#"{"Person":{"Identifier":{"identifier":"a\u0000","identifierType":"A"}}}"#),
                400,
                "QueryNotValid", "control character"),
            Case("POST", "/query", Queries.query("5"), 422, "QueryNotValid", "selected_fields[0]"),
            Case("POST", "/query", Queries.query(#""Person..Name""#), 400, "QueryNotValid", "dot path"),
            Case(
                "POST", "/query", Queries.query(#""Person.CredentialAwards""#), 400, "LearnerDataNotFound",
                "Did you mean Person.CredentialAward"),
            Case("POST", "/query", Queries.query(#""Course.Name""#), 400, "LearnerDataNotFound", "Person"),
            Case("POST", "/query", #"{"query":"$.Person[?@.Identifier]"}"#, 400, "NotSupportedYet", "parametric"),
            Case("POST", "/query", #"{"updatePerson":{}}"#, 400, "NotSupportedYet"),
            Case("POST", "/query_async", "{", 400, "QueryNotValid", "line 1"),
            Case("POST", "/query_async", #"{"query":"$"}"#, 400, "QueryNotValid"),
            Case(
                "POST", "/query",
                #"{"filter":{"Person":{"Identifier":\#(Queries.identifier("1"))}},"selected_field":[]}"#,
                422, "QueryNotValid", "looks like \"selected_fields\""),
            Case(
                "POST", "/update", #"{"updatePerson":{"filter":{},"input":{}}}"#, 400, "NotSupportedYet",
                "lif_cache.url"),
            Case("POST", "/update", "{", 400, "NotSupportedYet"),
            Case("GET", "/query/0123456789abcdef0123456789abcdef", 404, "CorrelationIDNotFound"),
            Case("GET", "/query/0123456789abcdef0123456789abcdef/status", 404, "CorrelationIDNotFound"),
            Case("GET", "/query/%00", 404, "CorrelationIDNotFound"),
            Case("GET", "/query/%zz", 404, "CorrelationIDNotFound"),
            Case("GET", "/query/..", 404, "CorrelationIDNotFound"),
            Case("GET", "/query/..%2F..%2Fetc", 404, "CorrelationIDNotFound"),
            Case("GET", "/query/%C3%A9/status", 404, "CorrelationIDNotFound"),
            Case(
                "GET", "/query/' OR 1=1--".split(separator: " ").joined(separator: "%20"), 404, "CorrelationIDNotFound"),
            Case("GET", "/query/" + String(repeating: "a", count: 20_000), 404, "CorrelationIDNotFound"),
            Case("GET", "/query", 400, "QueryNotValid"),
            Case("DELETE", "/query", 405, "MethodNotAllowed"),
            Case("GET", "/nothing/100001", 404, "RouteNotFound"),
            Case("PATCH", "/query", 405, "MethodNotAllowed"),
            Case("POST", "/jobs", "{}", 404, "RouteNotFound"),
        ])
    func planner(_ expected: Case) async throws {
        try await TestServer.planner { (server) async throws in
            let answer = try await server.send(expected.method, expected.path, body: expected.body)
            try Self.expect(answer, expected)
        }
    }

    @Test(
        "The orchestrator answers each bad request with one",
        arguments: [
            Case("POST", "/jobs", "{\"lif_query_plan\":[\n,", 400, "QueryParseException", "line 2, column 1"),
            Case("POST", "/jobs", "[]", 422, "QueryParseException", "an array"),
            Case("POST", "/jobs", "{}", 422, "QueryParseException", "\"lif_query_plan\" is missing"),
            Case(
                "POST", "/jobs", #"{"lif_query_plan":{}}"#, 422, "QueryParseException",
                "\"lif_query_plan\" is an object"),
            Case("POST", "/jobs", #"{"lif_query_plan":[]}"#, 400, "QueryParseException", "no parts"),
            Case(
                "POST", "/jobs", #"{"lif_query_plan":[\#(Jobs.part())],"async":"no"}"#, 422, "QueryParseException",
                "\"async\""),
            Case("POST", "/jobs", Jobs.job(workflow: "5"), 422, "QueryParseException", "\"workflow\""),
            Case("POST", "/jobs", Jobs.job(workflow: #"{"retry":1}"#), 422, "QueryParseException", "retries"),
            Case("POST", "/jobs", Jobs.job(workflow: #"{"retries":99}"#), 400, "QueryParseException", "from 0 to 20"),
            Case(
                "POST", "/jobs", Jobs.job(workflow: #"{"schedule":{"interval":"1h"}}"#), 400, "QueryParseException",
                "POST /schedules"),
            Case(
                "POST", "/jobs", #"{"lif_query_plan":[\#(Jobs.part())],"callback":"u"}"#, 400,
                "OperatorNotFoundException", "What exists: none"),
            Case(
                "POST", "/jobs", #"{"lif_query_plan":[\#(Jobs.part())],"callback":"https://u.example/"}"#, 400,
                "QueryParseException", "callbacks.allowed_hosts"),
            Case("POST", "/orchestrator/post_job/", "[]", 422, "QueryParseException"),
            Case("GET", "/jobs/0123456789abcdef0123456789abcdef", 404, "JobNotFoundException"),
            Case("GET", "/jobs/0123456789abcdef0123456789abcdef/result", 404, "JobNotFoundException"),
            Case("GET", "/jobs/%00", 404, "JobNotFoundException"),
            Case("GET", "/jobs/../result", 404, "JobNotFoundException"),
            Case("GET", "/jobs/" + String(repeating: "a", count: 20_000) + "/result", 404, "JobNotFoundException"),
            Case("GET", "/orchestrator/get_job_status/nothing_", 404, "JobNotFoundException"),
            Case("GET", "/orchestrator/get_job_result/0123456789abcdef", 404, "JobNotFoundException"),
            Case("GET", "/jobs/0123456789abcdef0123456789abcdef/events", 404, "JobNotFoundException"),
            Case("GET", "/jobs/0123456789abcdef0123456789abcdef/graph", 404, "JobNotFoundException"),
            Case("GET", "/jobs/0123456789abcdef0123456789abcdef/log", 404, "JobNotFoundException"),
            Case("DELETE", "/jobs/0123456789abcdef0123456789abcdef", 404, "JobNotFoundException"),
            Case("DELETE", "/jobs/0123456789abcdef0123456789abcdef/result", 404, "JobNotFoundException"),
            Case("DELETE", "/jobs/%00/result", 404, "JobNotFoundException"),
            Case("POST", "/jobs/0123456789abcdef0123456789abcdef/retry", 404, "JobNotFoundException"),
            Case("DELETE", "/schedules/0123456789abcdef0123456789abcdef", nil, 404, "JobNotFoundException", "schedule"),
            Case("DELETE", "/schedules/%00", nil, 404, "JobNotFoundException", "schedule"),
            Case("POST", "/schedules", "{", 400, "QueryParseException", "line 1"),
            Case("POST", "/schedules", Jobs.job(), 422, "QueryParseException", "workflow.schedule"),
            Case("DELETE", "/jobs", 405, "MethodNotAllowed"),
            Case("PUT", "/jobs/0123456789abcdef0123456789abcdef", 405, "MethodNotAllowed"),
            Case("POST", "/jobs/0123456789abcdef0123456789abcdef/cancel", 404, "RouteNotFound"),
            Case("GET", "/jobs/0123456789abcdef0123456789abcdef/retry", 405, "MethodNotAllowed"),
            Case("GET", "/schedules/0123456789abcdef0123456789abcdef", 405, "MethodNotAllowed"),
            Case("POST", "/metrics", "", 405, "MethodNotAllowed"),
            Case("OPTIONS", "/jobs", 405, "MethodNotAllowed"),
            Case("POST", "/query", "{}", 404, "RouteNotFound"),
        ])
    func orchestrator(_ expected: Case) async throws {
        try await TestServer.orchestrator { (server) async throws in
            let answer = try await server.send(expected.method, expected.path, body: expected.body)
            try Self.expect(answer, expected)
        }
    }

    @Test("A body that is too large is 413, whether its length is given or not")
    func tooLarge() async throws {
        let listener = ListenerConfiguration(port: 0, maximumBodyBytes: 200)
        try await TestServer.planner(TestSystem(), listener) { (server) async throws in
            let expected = Case("POST", "/query", nil, 413, "RequestTooLarge", "200 bytes")
            let long = String(repeating: " ", count: 201)
            try Self.expect(try await server.post("/query", long), expected)
            let chunked = try await Connection.open(port: server.port) { (connection) async throws in
                try await connection.send(
                    "POST /query HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nc9\r\n\(long)\r\n0\r\n\r\n"
                )
                return try await connection.answer()
            }
            try Self.expect(chunked, expected)
            let fitting = Queries.name
            #expect(fitting.utf8.count <= 200)
            #expect(try await server.post("/query", fitting).status == 200)
        }
    }

    @Test("A target in absolute form and a query string do not matter")
    func targets() async throws {
        try await TestServer.planner { (server) async throws in
            #expect(try await server.get("/health?x=%zz&y").status == 200)
            #expect(try await server.get("/health/").status == 200)
            #expect(try await server.get("http://127.0.0.1/health").status < 500)
        }
    }

    @Test("What is no HTTP is refused by 400, and the server goes on")
    func noHTTP() async throws {
        try await TestServer.planner { (server) async throws in
            for garbage in ["\u{16}\u{3}\u{1}\r\n\r\n", "GET\r\n\r\n", "GET / HTTP/1.1\r\nA b: c\r\n\r\n"] {
                let rest = try await Connection.open(port: server.port) { (connection) async throws in
                    try await connection.send(garbage)
                    return try await connection.rest()
                }
                #expect(rest.hasPrefix("HTTP/1.1 400"))
            }
            #expect(try await server.get("/").body == #"{"message":"LIF Query Planner"}"#)
        }
    }
}
