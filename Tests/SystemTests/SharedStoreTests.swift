import Foundation
import LIFJSON
import LIFModel
import Testing

@Suite("Two orchestrators on one state folder")
struct SharedStoreTests {
    private static let isLong = ProcessInfo.processInfo.environment["LIF_LONG_TESTS"] == "1"

    /// Two processes, a quick source, and one whose answers wait.
    private struct Setup {
        let home: Home
        let quick: CountingSource
        let slow: CountingSource
        let first: Home.Server
        let second: Home.Server

        init(_ home: Home) async throws {
            self.home = home
            (quick, slow) = (try await home.source(), try await home.source(isHolding: true))
            let file = try home.configuration(
                sources: quick.yaml("quick") + slow.yaml("slow", "timeout: 10m"),
                settings: "planner: {port: 0, timeout: 11m}\n")
            async let one = home.serveOrchestrator(file)
            async let other = home.serveOrchestrator(file)
            (first, second) = try await (one, other)
        }

        /// A job of the first process, one part of which has landed and the other is being fetched.
        func job() async throws -> String {
            let parts = ["quick", "slow"].map { CountingSource.part($0) }
            let job = try await home.accepted(parts, at: first.orchestrator)
            try await home.untilLanded(1, of: job, at: first.orchestrator)
            try await eventually("the slow source is asked") { slow.count == 1 }
            return job
        }

        /// Both parts have data, each asked for so often.
        func expectComplete(_ job: String, at url: String, slowCount: Int) async throws {
            let result = try await home.result(job, at: url)
            #expect(result.status == 200)
            #expect(result.json.results.count == 2)
            #expect(result.json.results.allSatisfy { $0["error"] == .null && $0["fragments"]?.array?.count == 1 })
            #expect((quick.count, slow.count) == (1, slowCount))
        }
    }

    @Test("What one accepts is read through the other: status, events as they come, and a result that is waited for")
    func reads() async throws {
        try await Home.during { home in
            let setup = try await Setup(home)
            let job = try await setup.job()
            let other = setup.second.orchestrator
            let status = try await home.status(job, at: other)
            #expect(status["status"] == "RUNNING")
            #expect(status.landed.count == 1)
            #expect(try await home.get(other + "/jobs/\(job)/result").json["code"] == "JobNotFinished")

            async let result = home.result(job, at: other)
            var parts: [Int] = []
            var end: JSONValue?
            try await home.events(of: job, at: other) { name, data in
                if name == "end" { end = data["status"] }
                if name == "part", let part = data["part"]?.number?.int { parts.append(part) }
                // The second part lands after the first was told here.
                setup.slow.release()
                return true
            }
            #expect(parts == [0, 1])
            #expect(end == "COMPLETED")
            #expect(try await result.status == 200)
            try await setup.expectComplete(job, at: other, slowCount: 1)
        }
    }

    @Test("A cancellation through one reaches the connection to the source that the other holds")
    func cancels() async throws {
        try await Home.during { home in
            let setup = try await Setup(home)
            let job = try await setup.job()
            let start = ContinuousClock.now
            let cancelled = try await home.delete(setup.second.orchestrator + "/jobs/\(job)")
            #expect(cancelled.status == 200)
            #expect(cancelled.json.landed.count == 2)
            try await eventually("the source's connection is closed") { setup.slow.left == ["100001"] }
            let time = ContinuousClock.now - start
            print("shared store: a cancellation reached the source's connection after \(time.inMilliseconds) ms")
            #expect(try await home.status(job, at: setup.first.orchestrator).landed.last?["reason"] == "cancelled")
            #expect(setup.slow.count == 1)
        }
    }

    @Test("When one is killed the other takes its jobs up at once, and fetches nothing again that had landed")
    func takesOver() async throws {
        try await Home.during { home in
            let setup = try await Setup(home)
            let job = try await setup.job()
            let start = ContinuousClock.now
            await setup.first.process.killHard()
            try await eventually("the other asks the slow source") { setup.slow.count == 2 }
            let time = ContinuousClock.now - start
            print("shared store: a killed process's job was taken up after \(time.inMilliseconds) ms")
            #expect(time < .seconds(10), "A lease expires after 30 s only")
            setup.slow.release()
            try await setup.expectComplete(job, at: setup.second.orchestrator, slowCount: 2)
        }
    }

    @Test(
        "When one hangs the other takes its jobs up as its lease expires, and what it writes late changes nothing",
        .enabled(if: isLong, "it takes a minute; LIF_LONG_TESTS=1 runs it"))
    func hangs() async throws {
        try await Home.during { home in
            let setup = try await Setup(home)
            let job = try await setup.job()
            kill(setup.first.process.identifier, SIGSTOP)
            let time = try await eventually("the other asks the slow source", within: .seconds(90)) {
                setup.slow.count == 2
            }
            print("shared store: a hanging process's job was taken up after \(time.inMilliseconds) ms")
            #expect(time > .seconds(20))
            setup.slow.release()
            try await setup.expectComplete(job, at: setup.second.orchestrator, slowCount: 2)
            kill(setup.first.process.identifier, SIGCONT)
            // It answers again, so it has had the time to write what it had fetched.
            try await setup.expectComplete(job, at: setup.first.orchestrator, slowCount: 2)
            var landed: [Int] = []
            try await home.events(of: job, at: setup.first.orchestrator) { name, data in
                if name == "part", let part = data["part"]?.number?.int { landed.append(part) }
                return true
            }
            #expect(landed == [0, 1])
        }
    }
}
