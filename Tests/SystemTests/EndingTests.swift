import Foundation
import LIFJSON
import LIFModel
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

    @Test("At a stop event streams end soon, and accepted jobs and owed webhooks go on after the next start")
    func order() async throws {
        try await Home.during { home in
            let (quick, slow) = (try await home.source(), try await home.source(isHolding: true))
            let port = try StandInServer.ReservedPort()
            let file = try home.configuration(
                sources: quick.yaml("quick") + slow.yaml("slow", "timeout: 60s"),
                settings: """
                    planner: {port: 0, timeout: 65s}
                    orchestrator: {port: 0, callbacks: {allowed_hosts: ["http://127.0.0.1:\(port.number)"]}}

                    """)
            let first = try await home.serve(file)
            let told = try await home.accepted(
                [CountingSource.part("quick")], at: first.orchestrator,
                ["callback": .string("http://127.0.0.1:\(port.number)/results")])
            #expect(try await home.result(told, at: first.orchestrator).status == 200)
            try await eventually("nobody takes the webhook") {
                try await home.log(of: told, at: first.orchestrator).contains("callback-failed")
            }
            let parts = ["quick", "slow"].map { CountingSource.part($0, learner: "2") }
            let job = try await home.accepted(parts, at: first.orchestrator)
            try await eventually("the source is asked") { slow.count == 1 }

            var start: ContinuousClock.Instant?
            try await home.events(of: job, at: first.orchestrator) { name, _ in
                #expect(name == "part" && start == nil)
                start = .now
                kill(first.process.identifier, SIGTERM)
                return true
            }
            #expect(await first.process.exitCode() == 0)
            let time = try #require(start).duration(to: .now)
            print("ending: with an event stream under way it took \(time.inMilliseconds) ms")
            #expect(time < .seconds(10))
            #expect(await !Self.isAnswered(home, first.orchestrator + "/health"))

            let receiver = try await CallbackReceiver.start(at: port)
            home.atEnd { await receiver.stop() }
            let second = try await home.serve(file)
            try await eventually("the webhook is delivered") { receiver.deliveries(to: "/results").count == 1 }
            slow.release()
            #expect(try await home.result(job, at: second.orchestrator).status == 200)
            // What was said last before the stop was written.
            #expect(try await home.log(of: told, at: second.orchestrator).contains("callback-failed"))
            #expect(quick.count == 2, "What had landed is not fetched again")
        }
    }

    private static func isAnswered(_ home: Home, _ url: String) async -> Bool { (try? await home.get(url)) != nil }

    @Test("What a stopped process had accepted another one on the folder takes over at once")
    func takenOver() async throws {
        try await Home.during { home in
            let source = try await home.source(isHolding: true)
            let file = try home.configuration(sources: source.yaml("hr", "timeout: 60s"))
            let (first, second) = (try await home.serve(file), try await home.serve(file))
            let job = try await home.accepted([CountingSource.part("hr")], at: first.orchestrator)
            try await eventually("the source is asked") { source.count == 1 }
            #expect(await first.process.stop() == 0)
            try await eventually("the other asks it", within: .seconds(10)) { source.count == 2 }
            source.release()
            #expect(try await home.result(job, at: second.orchestrator).status == 200)
        }
    }
}
