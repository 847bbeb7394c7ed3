import LIFJSON
import LIFServer
import LIFTesting
import Testing

/// Numbers from outside that no arithmetic takes, wherever a route reads one: each is answered, and the server lives.
@Suite("Numbers that cannot be", .timeLimit(.minutes(2)))
struct HostileNumberTests {
    private static let numbers = [
        "9223372036854775807", "-9223372036854775808", "9223372036854775808", "18446744073709551616",
        "9300000000000000", "1e400", "-1e400", "1e-400", "0.0000000000000000000001", "-0", "00", "+1", "NaN",
        "Infinity",
        "0x7fffffffffffffff", String(repeating: "9", count: 400), "", " ", "1 2", "\u{661}",
    ]

    /// Not all pairs of a request and a number: which ones, a seed says.
    private static func some(of count: Int, seed: UInt64) -> [String] {
        var generator = SeededGenerator(seed: seed)
        return Array(numbers.shuffled(using: &generator).prefix(count))
    }

    private static func isToken(_ text: String) -> Bool { text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f } }

    private static func escaped(_ text: String) -> String {
        text.utf8.map { "%" + String(UInt16($0) + 0x100, radix: 16).dropFirst() }.joined()
    }

    @Test("The Query Planner answers them", arguments: 0..<4)
    func planner(_ round: Int) async throws {
        let numbers = Self.some(of: 8, seed: UInt64(round))
        try await TestServer.planner { (server) async throws in
            let promised = try await server.post("/query_async", Queries.name)
            let id = try promised.json()["query_id"]?.string ?? "0123456789abcdef0123456789abcdef"
            for number in numbers {
                let escaped = Self.escaped(number)
                var answers = [
                    try await server.get("/query/\(id)/status?after=\(escaped)"),
                    try await server.get("/query/\(escaped)"), try await server.get("/query?id=\(escaped)"),
                ]
                if Self.isToken(number) {
                    for headers in [
                        ["Prefer": "respond-async, wait=\(number)"], ["Prefer": "wait=\"\(number)\""],
                        ["Cache-Control": "max-age=\(number)"], ["Cache-Control": "max-age=\"\(number)\", no-cache"],
                        ["Accept": "application/vnd.lif.result+json;q=\(number), */*;q=\(number)"],
                        ["LIF-Via": number], ["If-None-Match": number],
                    ] {
                        answers.append(try await server.post("/query", Queries.name, headers))
                    }
                    answers.append(try await server.get("/query/\(id)", ["Prefer": "wait=0\(number)"]))
                    let events = ["Last-Event-ID": number]
                    answers.append(try await server.get("/query/\(id)/events", events))
                    answers.append(try await server.get("/query/00000000000000000000000000000000/events", events))
                }
                let body = #"{"filter":\#(number),"selected_fields":[\#(number)]}"#
                answers.append(try await server.post("/query", body))
                let path = #"{"query":"$.Person[?@.Identifier[?@.identifier==\#(number)]].Name[\#(number)]"}"#
                answers.append(try await server.post("/query", path))
                for answer in answers { #expect((200..<500).contains(answer.status), "\(number): \(answer.body)") }
            }
            #expect(try await server.get("/health").status == 200)
        }
    }

    @Test("The Orchestrator answers them", arguments: 0..<4)
    func orchestrator(_ round: Int) async throws {
        let numbers = Self.some(of: 8, seed: UInt64(100 + round))
        try await TestServer.orchestrator { (server) async throws in
            let job = try await server.finish(Jobs.job())
            for number in numbers {
                let escaped = Self.escaped(number)
                var answers = [
                    try await server.get("/jobs?limit=\(escaped)"), try await server.get("/jobs?after=\(escaped)"),
                    try await server.get("/jobs/\(escaped)"),
                ]
                if Self.isToken(number) {
                    answers.append(try await server.get("/jobs/\(job)/result", ["Prefer": "wait=\(number)"]))
                    answers.append(try await server.get("/jobs/\(job)/events", ["Last-Event-ID": number]))
                    answers.append(
                        try await server.post("/jobs", Jobs.job(async: false), ["Prefer": "wait=\(number)"]))
                }
                for name in ["retries", "retry_backoff", "timeout", "sla", "priority", "pool_slots"] {
                    for value in [number, "\"\(number)\"", "\"\(number)d\""] {
                        let workflow = #"{"defaults":{"\#(name)":\#(value)},"\#(name)":\#(value)}"#
                        answers.append(try await server.post("/jobs", Jobs.job(workflow: workflow)))
                        let alone = #"{"defaults":{"\#(name)":\#(value)}}"#
                        answers.append(try await server.post("/jobs", Jobs.job(workflow: alone)))
                    }
                }
                for rule in [
                    #"{"interval":"\#(number)s"}"#, #"{"interval":\#(number)}"#, #"{"cron":"\#(number) * * * *"}"#,
                    #"{"cron":"*/\#(number) 1-\#(number) * * *","time_zone":"\#(number)"}"#,
                ] {
                    answers.append(try await server.post("/schedules", Jobs.job(workflow: #"{"schedule":\#(rule)}"#)))
                }
                for answer in answers { #expect((200..<500).contains(answer.status), "\(number): \(answer.body)") }
            }
            #expect(try await server.get("/health").status == 200)
        }
    }
}
