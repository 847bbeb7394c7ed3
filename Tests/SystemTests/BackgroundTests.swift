import Foundation
import LIFJSON
import TestProcesses
import Testing

@Suite("lif start and lif stop")
struct BackgroundTests {
    @Test("start returns when the server answers, a second start is refused, and stop ends it")
    func startAndStop() async throws {
        try await Home.during { home in
            let source = try await home.source()
            let background = try Background(home, try home.configuration(sources: source.yaml("hr")))
            let started = try await background.lif("start")
            #expect(started.code == 0, "\(started.errors)")
            let orchestrator = try #require(started.address("Orchestrator"))
            #expect(started.address("Query Planner") != nil)
            #expect(try await home.get(orchestrator + "/health").status == 200)
            let pid = try #require(background.pid)
            #expect(started.output.contains("Started as process \(pid)"))
            let log = home.folder.appending(path: "state/lif.log")
            #expect(started.output.contains(log.path))
            let mode = try FileManager.default.attributesOfItem(atPath: log.path)[.posixPermissions] as? Int
            #expect(mode == 0o600)

            let second = try await background.lif("start")
            #expect(second.code == 1)
            #expect(second.errors.contains("running already (process \(pid))"))
            #expect(second.errors.isOneSentence)

            let stopped = try await background.lif("stop")
            #expect(stopped.code == 0)
            #expect(stopped.output.contains("\(pid)"))
            try await eventually("it is gone") { !Background.isAlive(pid) }
            await #expect(throws: (any Error).self) { try await home.get(orchestrator + "/health") }
            #expect(background.pid == nil, "The pid file goes with the server")

            let again = try await background.lif("stop")
            #expect(again.code == 1)
            #expect(again.errors.isOneSentence)
        }
    }

    @Test("One component alone is started and stopped by its role")
    func role() async throws {
        try await Home.during { home in
            let source = try await home.source()
            let file = try home.configuration(sources: source.yaml("hr"))
            let background = try Background(home, file, role: "orchestrator")
            let log = home.folder.appending(path: "elsewhere.log")
            let started = try await background.lif("start", ["--log", log.path])
            #expect(started.code == 0, "\(started.errors)")
            #expect(started.address("Orchestrator") != nil)
            #expect(started.address("Query Planner") == nil)
            #expect(FileManager.default.fileExists(atPath: log.path))
            #expect(try await Background(home, file).lif("stop").code == 1, "There is no server of both")
            #expect(try await background.lif("stop").code == 0)
        }
    }

    @Test("A server that cannot listen is reported with the end of its log, and exit code 1")
    func portInUse() async throws {
        try await Home.during { home in
            let source = try await home.source()
            let file = try home.configuration(
                sources: source.yaml("hr"), settings: "orchestrator: {port: \(source.port)}\n")
            let background = try Background(home, file)
            let started = try await background.lif("start")
            #expect(started.code == 1)
            #expect(started.errors.contains("The end of its log"))
            #expect(started.errors.contains("cannot listen"))
            #expect(background.pid == nil)
        }
    }

    @Test("A server that was killed is not taken for running, and start works again")
    func killed() async throws {
        try await Home.during { home in
            let source = try await home.source()
            let background = try Background(home, try home.configuration(sources: source.yaml("hr")))
            #expect(try await background.lif("start").code == 0)
            let pid = try #require(background.pid)
            kill(pid, SIGKILL)
            try await eventually("it is gone") { !Background.isAlive(pid) }
            let stopped = try await background.lif("stop")
            #expect(stopped.code == 1)
            #expect(stopped.errors.contains("No server"))
            #expect(try await background.lif("start").code == 0)
            #expect(try await background.lif("stop").code == 0)
        }
    }

    @Test("What stop leaves goes on with the next start")
    func acceptedWork() async throws {
        try await Home.during { home in
            let (quick, slow) = (try await home.source(), try await home.source(isHolding: true))
            let file = try home.configuration(sources: quick.yaml("quick") + slow.yaml("slow"))
            let background = try Background(home, file)
            let first = try #require(try await background.lif("start").address("Orchestrator"))
            let job = try await home.accepted(["quick", "slow"].map { CountingSource.part($0) }, at: first)
            try await home.untilLanded(1, of: job, at: first)
            try await eventually("the slow source is asked") { slow.count == 1 }
            #expect(try await background.lif("stop").code == 0)

            slow.release()
            let second = try #require(try await background.lif("start").address("Orchestrator"))
            let result = try await home.result(job, at: second)
            #expect(result.status == 200)
            #expect(result.json.results.allSatisfy { $0["error"] == .null })
            #expect(quick.count == 1, "What had landed was not fetched again")
            #expect(try await background.lif("stop").code == 0)
        }
    }
}

/// `lif start` and `lif stop` on a home. A server that is still there when the test ends, or dies, is killed.
private struct Background {
    struct Run {
        let code: Int32
        let output: String
        let errors: String

        func address(_ component: String) -> String? {
            output.split(separator: "\n").first { $0.hasPrefix("\(component) at ") }
                .map { String($0.dropFirst(component.count + 4)) }
        }
    }

    private let home: Home
    private let options: [String]
    private let pidFile: URL

    init(_ home: Home, _ file: String, role: String? = nil) throws {
        self.home = home
        options = ["--config", file] + (role.map { ["--role", $0] } ?? [])
        pidFile = home.folder.appending(path: "state/lif\(role.map { "-\($0)" } ?? "").pid")
        let reaper = try ChildProcess(
            "/bin/sh", ["-c", #"read -r line; test -s "$0" && kill -9 "$(cat "$0")""#, pidFile.path])
        home.atEnd {
            // With the test's process the pipe would close by itself.
            reaper.closeInput()
            _ = await reaper.exitCode()
        }
    }

    func lif(_ command: String, _ more: [String] = []) async throws -> Run {
        let (code, output, errors) = try await LIFProcess.run([command] + options + more, folder: home.folder)
        return Run(code: code, output: output, errors: errors)
    }

    /// What the pid file says; `nil` without one.
    var pid: pid_t? {
        (try? String(contentsOf: pidFile, encoding: .utf8)).flatMap { pid_t($0.trimmingCharacters(in: .newlines)) }
    }

    static func isAlive(_ pid: pid_t) -> Bool { ProcessState(pid).isAlive }
}
