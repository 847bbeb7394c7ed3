import Foundation
import LIFJSON
import LIFModel
import Testing

@Suite("A command that hangs is stopped with all that it has started")
struct CommandSourceTests {
    /// A shell that starts another program, notes both ids, and waits. It does not hear SIGTERM.
    private static func configuration(_ home: Home, _ settings: String = "") throws -> String {
        let script = """
            trap '' TERM
            sleep 600 &
            echo "$$ $!" > pids.new && mv pids.new pids
            wait
            """
        try Data(script.utf8).write(to: home.folder.appending(path: "hang.sh"))
        return try home.configuration(
            sources: """
                  - information_source_id: export
                    adapter_id: command
                    retries: 0
                    command: {run: [/bin/sh, hang.sh], working_directory: ".", termination_grace: 200ms}
                    lif_fragment_paths: [Person.Name]
                \(settings.isEmpty ? "" : "    \(settings)\n")
                """)
    }

    /// The shell and the program that it started.
    private static func processes(_ home: Home) async throws -> [pid_t] {
        let file = home.folder.appending(path: "pids")
        try await eventually("the command runs") { FileManager.default.fileExists(atPath: file.path) }
        let pids = try String(contentsOf: file, encoding: .utf8).split(whereSeparator: \.isWhitespace)
            .compactMap { pid_t($0) }
        #expect(pids.count == 2)
        home.atEnd { for pid in pids where ProcessState(pid).isAlive { kill(pid, SIGKILL) } }
        return pids
    }

    @Test("when its job is cancelled")
    func cancelled() async throws {
        try await Home.during { home in
            let server = try await home.serveOrchestrator(try Self.configuration(home))
            let job = try await home.accepted(
                [CountingSource.part("export", adapter: "command")], at: server.orchestrator)
            let pids = try await Self.processes(home)
            #expect(pids.allSatisfy { ProcessState($0).isAlive })
            let start = ContinuousClock.now
            #expect(try await home.delete(server.orchestrator + "/jobs/\(job)").status == 200)
            try await eventually("both are gone") { pids.allSatisfy { !ProcessState($0).isAlive } }
            let time = ContinuousClock.now - start
            print("command: a cancelled command and its child were gone after \(time.inMilliseconds) ms")
            #expect(try await home.status(job, at: server.orchestrator).landed.first?["reason"] == "cancelled")
        }
    }

    @Test("when its time is up")
    func timedOut() async throws {
        try await Home.during { home in
            let server = try await home.serveOrchestrator(try Self.configuration(home, "timeout: 3s"))
            let job = try await home.accepted(
                [CountingSource.part("export", adapter: "command")], at: server.orchestrator)
            let pids = try await Self.processes(home)
            #expect(try await home.result(job, at: server.orchestrator).status == 502)
            #expect(try await home.status(job, at: server.orchestrator).landed.first?["reason"] == "timeout")
            try await eventually("both are gone") { pids.allSatisfy { !ProcessState($0).isAlive } }
        }
    }

    @Test("when the server stops")
    func stopped() async throws {
        try await Home.during { home in
            let server = try await home.serveOrchestrator(try Self.configuration(home))
            _ = try await home.accepted(
                [CountingSource.part("export", adapter: "command")], at: server.orchestrator)
            let pids = try await Self.processes(home)
            #expect(pids.allSatisfy { ProcessState($0).isAlive })
            #expect(await server.process.stop() == 0)
            #expect(pids.allSatisfy { !ProcessState($0).isAlive })
        }
    }
}
