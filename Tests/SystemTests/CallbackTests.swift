import Foundation
import LIFJSON
import LIFModel
import Testing

@Suite("Callbacks")
struct CallbackTests {
    private static let key = "a secret of at least 24 bytes"

    /// An orchestrator whose callbacks may go to one port, where nobody is at first.
    private struct Setup {
        let home: Home
        let port: StandInServer.ReservedPort
        let source: CountingSource
        let file: String

        init(_ home: Home) async throws {
            self.home = home
            port = try StandInServer.ReservedPort()
            source = try await home.source()
            let secret = Data(CallbackTests.key.utf8).base64EncodedString()
            file = try home.configuration(
                sources: source.yaml("hr"),
                settings: """
                    orchestrator:
                      port: 0
                      callbacks: {allowed_hosts: ["http://127.0.0.1:\(port.number)"], secret: "whsec_\(secret)"}

                    """)
        }

        func receiver() async throws -> CallbackReceiver {
            let receiver = try await CallbackReceiver.start(at: port)
            home.atEnd { await receiver.stop() }
            return receiver
        }

        func url(_ path: String) -> JSONValue { .string("http://127.0.0.1:\(port.number)/\(path)") }
    }

    @Test("The results, a completion and a success are delivered once each, and signed")
    func delivered() async throws {
        try await Home.during { home in
            let setup = try await Setup(home)
            let receiver = try await setup.receiver()
            let server = try await home.serveOrchestrator(setup.file)
            let job = try await home.accepted(
                [CountingSource.part("hr")], at: server.orchestrator,
                [
                    "callback": setup.url("results"),
                    "workflow": [
                        "callbacks": [
                            "completion": setup.url("completion"), "success": setup.url("success"),
                            "failure": setup.url("failure"),
                        ]
                    ],
                ])
            let result = try await home.result(job, at: server.orchestrator)
            try await eventually("all is delivered") {
                ["/results", "/completion", "/success"].allSatisfy { receiver.deliveries(to: $0).count == 1 }
            }
            let results = try #require(receiver.deliveries(to: "/results").first)
            #expect(results.json == result.json["result"])
            #expect(results.isSigned(with: Self.key))
            #expect(!results.isSigned(with: "another key"))
            let notice = try #require(receiver.deliveries(to: "/completion").first)
            #expect(notice.isSigned(with: Self.key))
            #expect(notice.json["event"] == "completion")
            #expect(notice.json["job_id"]?.string == job)
            #expect(notice.json["status"] == "COMPLETED")
            #expect(!String(decoding: notice.body, as: UTF8.self).contains("100001"), "A notice names no learner")
            #expect(receiver.deliveries(to: "/failure").isEmpty)
        }
    }

    @Test("A callback whose receiver is away survives kill -9, and is delivered once it is back")
    func overRestart() async throws {
        try await Home.during { home in
            let setup = try await Setup(home)
            let first = try await home.serveOrchestrator(setup.file)
            let job = try await home.accepted(
                [CountingSource.part("hr")], at: first.orchestrator, ["callback": setup.url("results")])
            let result = try await home.result(job, at: first.orchestrator)
            try await eventually("a delivery has failed") {
                try await home.log(of: job, at: first.orchestrator).contains("callback-failed")
            }
            await first.process.killHard()

            let second = try await home.serveOrchestrator(setup.file)
            let receiver = try await setup.receiver()
            let time = try await eventually("it is delivered") { !receiver.deliveries(to: "/results").isEmpty }
            print("callback: delivered \(time.inMilliseconds) ms after the receiver came back")
            #expect(receiver.deliveries(to: "/results").map(\.json) == [result.json["result"]])
            try await eventually("the job's log says so") {
                try await home.log(of: job, at: second.orchestrator).contains("callback-delivered")
            }
            #expect(setup.source.count == 1)
        }
    }

    @Test("A callback to a host that is not allowed is refused with the job")
    func otherHost() async throws {
        try await Home.during { home in
            let setup = try await Setup(home)
            let server = try await home.serveOrchestrator(setup.file)
            let documents: [JSONValue] = [
                ["callback": "http://127.0.0.1:1/results"],
                ["callback": "https://127.0.0.1:\(setup.port.number)/results".json],
                ["callback": "https://attacker.example/results"],
                ["workflow": ["callbacks": ["completion": "http://localhost:\(setup.port.number)/".json]]],
            ]
            for document in documents {
                let refused = try await home.submit([CountingSource.part("hr")], at: server.orchestrator, document)
                #expect(refused.status == 400)
                #expect(refused.json["code"] == "QueryParseException")
                #expect(refused.json["faults"]?.array?.first?["place"]?.string?.contains("callback") == true)
            }
            #expect(setup.source.count == 0)
        }
    }
}

extension String {
    fileprivate var json: JSONValue { .string(self) }
}
