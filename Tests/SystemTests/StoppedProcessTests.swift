import Foundation
import LIFJSON
import LIFModel
import Testing

@testable import LIFSQLite

@Suite("A process that is stopped (SIGSTOP) while it holds the lock of a shared store")
struct StoppedProcessTests {
    private static func store(_ home: Home) -> URL { home.folder.appending(path: "state/lif.sqlite") }

    /// The health of a component that cannot write, as it names the process that keeps it from that.
    private static func expectNamed(_ pid: pid_t, _ url: String, _ home: Home) async throws {
        let health = try await home.get(url + "/health")
        health.expect(503, "OutputQueueNotAvailableException", "Process \(pid), which is stopped, holds the lock")
    }

    private static func untilWell(_ url: String, _ home: Home) async throws {
        try await eventually("it is well again") { try await home.get(url + "/health").status == 200 }
    }

    @Test(
        "Health and log of all servers name it within seconds, reading goes on, and all is well when it is gone",
        .enabled(if: OtherProgram.isPossible, "there is no /usr/bin/python3"))
    func otherProgram() async throws {
        try await Home.during { home in
            let source = try await home.source()
            let file = try home.configuration(sources: source.yaml("hr"))
            let servers = [try await home.serve(file), try await home.serve(file)]
            let urls = servers.flatMap { [$0.planner, $0.orchestrator] }
            let kept = try await home.accepted([CountingSource.part("hr")], at: servers[0].orchestrator)
            #expect(try await home.result(kept, at: servers[0].orchestrator).status == 200)

            let locker = try OtherProgram(
                "store.execute('BEGIN IMMEDIATE'); print('locked', flush=True); sys.stdin.read()",
                store: Self.store(home))
            let pid = locker.identifier
            home.atEnd { kill(pid, SIGKILL) }
            #expect(await locker.line() == "locked")
            kill(pid, SIGSTOP)
            let start = ContinuousClock.now
            for url in urls { try await Self.expectNamed(pid, url, home) }
            let time = ContinuousClock.now - start
            print("stopped: that the store is locked was told of after \(time.inMilliseconds) ms")
            // Each process looks for three seconds, and the test asks them one after the other.
            #expect(time < .seconds(20))
            for server in servers {
                try await eventually("the log names it") {
                    server.process.errors.contains("Process \(pid), which is stopped, holds the lock")
                }
                #expect(try await home.result(kept, at: server.orchestrator).status == 200)
            }

            kill(pid, SIGKILL)
            for url in urls { try await Self.untilWell(url, home) }
            let job = try await home.accepted([CountingSource.part("hr", learner: "2")], at: servers[1].orchestrator)
            #expect(try await home.result(job, at: servers[0].orchestrator).status == 200)
        }
    }

    @Test("It is one of two servers: the other names it, and takes its query over when it is killed")
    func server() async throws {
        try await Home.during { home in
            let source = try await home.source(bytes: 2_000)
            let file = try home.configuration(sources: source.yaml("hr", "max_concurrency: 16"))
            let (first, second) = (try await home.serve(file), try await home.serve(file))
            let accepted = try await home.post(
                first.planner + "/query", Home.query((0..<200).map { "\($0)" }), headers: [("Prefer", "respond-async")])
            let query = try #require(accepted.json["query_id"]?.string)
            try await eventually("it writes") { source.count > 10 }
            let pid = first.process.identifier
            // Each part is written as it lands, so the lock is held for much of the time.
            try await eventually("it is stopped while it holds the lock") {
                kill(pid, SIGSTOP)
                while !Self.isStopped(pid) { try await Task.sleep(for: .milliseconds(1)) }
                if LockOwner.ofStore(Self.store(home).path)?.pid == pid { return true }
                kill(pid, SIGCONT)
                return false
            }
            for url in [second.planner, second.orchestrator] { try await Self.expectNamed(pid, url, home) }
            await first.process.killHard()
            try await Self.untilWell(second.planner, home)
            try await eventually("the other one completes the query", within: .seconds(60)) {
                try await home.get(second.planner + "/query/\(query)/status").json["status"] == "COMPLETED"
            }
        }
    }

    private static func isStopped(_ pid: pid_t) -> Bool {
        LockOwner.isStopped((try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8)) ?? "")
    }
}
