import Foundation
import LIFJSON
import Testing

@Suite("Limits of a source over two orchestrators on one state folder")
struct SharedLimitTests {
    private static func parts(_ learners: Range<Int>) -> [JSONValue] {
        learners.map { CountingSource.part("hr", learner: "1000\($0)") }
    }

    /// Two processes with the same source.
    private static func serve(
        _ home: Home, _ source: CountingSource, _ settings: String
    ) async throws -> (Home.Server, Home.Server) {
        let file = try home.configuration(sources: source.yaml("hr", settings))
        async let one = home.serveOrchestrator(file)
        async let other = home.serveOrchestrator(file)
        return try await (one, other)
    }

    @Test("Both together send no more requests at once than max_concurrency says, and both get on")
    func places() async throws {
        try await Home.during { home in
            let source = try await home.source(delay: 20...60)
            let (one, other) = try await Self.serve(home, source, "max_concurrency: 4")
            async let first = home.accepted(Self.parts(10..<50), at: one.orchestrator)
            async let second = home.accepted(Self.parts(50..<90), at: other.orchestrator)
            let jobs = try await [first, second]
            for (job, server) in zip(jobs, [one, other]) {
                let result = try await home.result(job, at: server.orchestrator)
                #expect(result.json.results.count == 40)
                #expect(result.json.results.allSatisfy { $0["error"] == .null })
            }
            #expect(source.count == 80)
            #expect(source.mostAtOnce == 4)
        }
    }

    @Test("Both together start no more requests in a second than rate_limit says")
    func starts() async throws {
        try await Home.during { home in
            let source = try await home.source()
            let (one, other) = try await Self.serve(home, source, "rate_limit: 5/s")
            async let first = home.accepted(Self.parts(10..<20), at: one.orchestrator)
            async let second = home.accepted(Self.parts(20..<30), at: other.orchestrator)
            let jobs = try await [first, second]
            for (job, server) in zip(jobs, [one, other]) {
                let result = try await home.result(job, at: server.orchestrator)
                #expect(result.json.results.allSatisfy { $0["error"] == .null })
            }
            #expect(source.count == 20)
            // A request takes its time from the process to the source, one longer than another.
            for arrival in source.arrivals {
                let count = source.arrivals.count { $0 >= arrival && $0 - arrival < .milliseconds(700) }
                #expect(count <= 5)
            }
        }
    }

    @Test("What a process had of a limit that is killed is the other's at once, also where there is one place only")
    func killed() async throws {
        try await Home.during { home in
            let source = try await home.source(isHolding: true)
            let (one, other) = try await Self.serve(home, source, "max_concurrency: 1\n    timeout: 5m")
            _ = try await home.accepted(Self.parts(10..<12), at: one.orchestrator)
            try await eventually("the source is asked") { source.count == 1 }
            let job = try await home.accepted(Self.parts(20..<21), at: other.orchestrator)
            await one.process.killHard()
            try await eventually("the other asks the source", within: .seconds(15)) { source.count == 2 }
            source.release()
            #expect(try await home.result(job, at: other.orchestrator).status == 200)
        }
    }

    @Test(
        "What a process had of a limit that stands still is the other's after half a minute, and it does not go beyond when it goes on",
        .enabled(if: ProcessInfo.processInfo.environment["LIF_LONG_TESTS"] == "1", "it takes a minute"))
    func stopped() async throws {
        try await Home.during { home in
            let source = try await home.source(isHolding: true)
            let (one, other) = try await Self.serve(home, source, "max_concurrency: 2\n    timeout: 5m")
            let first = try await home.accepted(Self.parts(10..<16), at: one.orchestrator)
            try await eventually("the source is asked") { source.count == 2 }
            kill(one.process.identifier, SIGSTOP)
            let second = try await home.accepted(Self.parts(20..<26), at: other.orchestrator)
            try await eventually("the other asks the source", within: .seconds(60)) { source.count == 4 }
            kill(one.process.identifier, SIGCONT)
            source.release()
            for (job, server) in [(first, one), (second, other)] {
                #expect(try await home.result(job, at: server.orchestrator).status == 200)
            }
            #expect(source.mostAtOnce == 4, "only what was under way when it was stopped goes on beside")
        }
    }
}
