import Foundation
import LIFJSON
import LIFModel
import Testing

@Suite("Answers that take long to read")
struct LargeAnswerTests {
    private static let schema: String = {
        func field(_ name: String, _ type: String, _ arguments: String = "") -> String {
            #"{"name":"\#(name)","args":[\#(arguments)],"type":{"kind":"OBJECT","name":"\#(type)","ofType":null}}"#
        }
        let types = [
            #"{"kind":"OBJECT","name":"Query","fields":[\#(field("person", "Human", field("filter", "Filter")))]}"#,
            #"{"kind":"INPUT_OBJECT","name":"Filter","inputFields":[\#(field("Identifier", "Who"))]}"#,
            #"{"kind":"INPUT_OBJECT","name":"Who","inputFields":[\#(field("identifier", "String"))]}"#,
            #"{"kind":"OBJECT","name":"Human","fields":[\#(field("Name", "Name"))]}"#,
            #"{"kind":"OBJECT","name":"Name","fields":[\#(field("firstName", "String"))]}"#,
            #"{"kind":"SCALAR","name":"String"}"#,
        ]
        let schema = #"{"queryType":{"name":"Query"},"types":[\#(types.joined(separator: ","))]}"#
        return #"{"data":{"__schema":\#(schema)}}"#
    }()

    @Test("While partners' answers with very many errors are read, everything else is answered")
    func health() async throws {
        try await Home.during { home in
            let message = "Cannot return null for non-nullable field. " + String(repeating: "x", count: 64)
            let errors = (0..<50_000).map {
                #"{"message":"\#(message)","path":["person",0,"Name",\#($0),"firstName"]}"#
            }
            let body = #"{"data":{"person":[{"Name":null}]},"errors":[\#(errors.joined(separator: ","))]}"#
            let partner = try await StandInServer.start { exchange in
                let query = String(decoding: exchange.request.body, as: UTF8.self)
                exchange.answer(query.contains("__schema") ? Self.schema : body)
            }
            home.atEnd { await partner.stop() }
            let source = """
                  - information_source_id: large
                    adapter_id: lif-to-lif
                    ttl_hours: 24
                    max_concurrency: 8
                    timeout: 12s
                    retries: 0
                    connection: {scheme: http, host: "127.0.0.1:\(partner.port)"}
                    lif_fragment_paths: [Person.Name]

                """
            let server = try await home.serve(try home.configuration(sources: source))
            let clock = ContinuousClock()
            let slowest = try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<8 {
                    group.addTask {
                        _ = try await home.post(server.planner + "/query", Home.query(["\(number)"]))
                    }
                }
                var slowest = Duration.zero
                for _ in 0..<40 {
                    let start = clock.now
                    let answer = try await home.get(server.planner + "/health")
                    slowest = max(slowest, clock.now - start)
                    #expect(answer.status == 200)
                    try await Task.sleep(for: .milliseconds(50))
                }
                try await group.waitForAll()
                return slowest
            }
            print("slowest health check beside large answers: \(slowest.inMilliseconds) ms")
            #expect(slowest < .seconds(4))
        }
    }

    @Test("While one source's large answers are read, another source is answered, and the time-out of each part holds")
    func healthySource() async throws {
        try await Home.during { home in
            let item =
                #"{"names":[{"lang":"en","text":"Welding"}],"dates":[{"kind":"issued","at":"2025-06-30"}],"codes":[7]}"#
            let body = #"{"items":[\#(Array(repeating: item, count: 40_000).joined(separator: ","))]}"#
            let large = try await StandInServer.start { $0.answer(body) }
            home.atEnd { await large.stop() }
            let small = try await home.source()
            let source = """
                  - information_source_id: large
                    adapter_id: rest
                    ttl_hours: 24
                    max_concurrency: 8
                    timeout: 6s
                    retries: 0
                    rest:
                      url: "http://127.0.0.1:\(large.port)/users/{identifier}"
                      mapping:
                        Person.CredentialAward:
                          from: items
                          fields:
                            name: "@.names[?@.lang=='en'].text"
                            awardIssueDate: "@.dates[?@.kind=='issued'].at"
                            identifier: "codes[*]"
                    lif_fragment_paths: [Person.CredentialAward]

                """
            let server = try await home.serve(
                try home.configuration(sources: source + small.yaml("small", "timeout: 4s")))
            let clock = ContinuousClock()
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<6 {
                    group.addTask {
                        let start = clock.now
                        let answer = try await home.post(
                            server.planner + "/query",
                            Home.query(["large-\(number)"], fields: ["Person.CredentialAward"]))
                        #expect(answer.status != 408)
                        #expect(clock.now - start < .seconds(11))
                    }
                }
                for number in 0..<200 {
                    let start = clock.now
                    let answer = try await home.post(
                        server.planner + "/query", Home.query(["small-\(number)"], fields: ["Person.Name"]))
                    #expect(answer.json.person?.count("Name") == 1, "\(answer.status) after \(clock.now - start)")
                }
                try await group.waitForAll()
            }
        }
    }
}
