import Foundation
import LIFJSON
import Testing

@Suite("A clock that is wrong for a while, in processes of their own")
struct ClockTests {
    private static func hasNotice(_ home: Home, _ url: String) async throws -> Bool {
        let notices = try await home.get(url + "/health").json["notices"]?.array ?? []
        return notices.contains { $0.string?.contains("No expired data is removed") == true }
    }

    @Test("31 days ahead for a moment: no job is removed, health says so, and whoever confirms the time ends the pause")
    func ahead() async throws {
        try await Home.during { home in
            let clock = try await MovedClock(home)
            let source = try await home.source()
            let file = try home.configuration(
                sources: source.yaml("hr"), settings: "orchestrator: {port: 0, retention: {jobs: 30d}}\n")
            let server = try await home.serve(file, environment: clock.environment)
            let job = try await home.accepted([CountingSource.part("hr")], at: server.orchestrator)
            #expect(try await home.result(job, at: server.orchestrator).status == 200)
            #expect(try await !Self.hasNotice(home, server.orchestrator))
            try clock.move(31 * 86_400)
            try await eventually("health tells") { try await Self.hasNotice(home, server.planner) }
            // The housekeeping removes what is too old every ten seconds.
            try await Task.sleep(for: .seconds(11))
            #expect(try await home.result(job, at: server.orchestrator).status == 200)
            try clock.move(0)
            #expect(try await Self.hasNotice(home, server.orchestrator))
            #expect(server.process.errors.contains("No expired data is removed"))
            let told = try home.begin(["retention", "--config", file], environment: clock.environment)
            #expect(await told.exitCode() == 2)
            let resumed = try home.begin(["retention", "resume", "--config", file], environment: clock.environment)
            #expect(await resumed.exitCode() == 0)
            #expect(try await !Self.hasNotice(home, server.orchestrator))
        }
    }

    @Test("A schedule that was made while the clock was an hour ahead goes on when it is set right")
    func schedule() async throws {
        try await Home.during { home in
            let clock = try await MovedClock(home)
            try clock.move(3_600)
            let source = try await home.source()
            let server = try await home.serve(
                try home.configuration(sources: source.yaml("hr")), environment: clock.environment)
            let made = try await home.submit(
                [CountingSource.part("hr")], at: server.orchestrator,
                ["workflow": ["schedule": ["interval": "1s"]]], path: "/schedules")
            #expect(made.status == 201)
            try await eventually("it fires") { source.count >= 2 }
            try clock.move(0)
            let count = source.count
            try await eventually("it fires on") { source.count >= count + 3 }
        }
    }

    @Test("A schedule that catches up goes on when a clock that was two minutes ahead is set right")
    func catchingUp() async throws {
        try await Home.during { home in
            let clock = try await MovedClock(home)
            let source = try await home.source()
            let server = try await home.serve(
                try home.configuration(sources: source.yaml("hr")), environment: clock.environment)
            func fired() -> Int {
                server.process.errors.split(separator: "\n").count { $0.contains("A schedule has fired") }
            }
            let made = try await home.submit(
                [CountingSource.part("hr")], at: server.orchestrator,
                ["workflow": ["schedule": ["interval": "2s", "catch_up": true]]], path: "/schedules")
            #expect(made.status == 201)
            try clock.move(120)
            try await eventually("it makes up for the two minutes") { source.count >= 60 }
            try clock.move(0)
            try await eventually("it is set back") { server.process.errors.contains("The clock was set back") }
            try await eventually("all that has fired is done") { source.count == fired() }
            let count = source.count
            try await eventually("it fires on") { source.count >= count + 3 }
            // A job is begun before the log says so.
            try await eventually("no firing was a job twice") { source.count <= fired() }
        }
    }
}
