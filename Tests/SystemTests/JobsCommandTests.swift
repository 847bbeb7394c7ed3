import Foundation
import LIFJSON
import Testing

@Suite("lif jobs and lif schedules")
struct JobsCommandTests {
    /// A server with a quick source, one whose answers wait, and one that is down.
    private struct Setup {
        let home: Home
        let process: LIFProcess
        let url: String
        let quick: CountingSource
        let slow: CountingSource

        init(_ home: Home) async throws {
            (quick, slow) = (try await home.source(), try await home.source(isHolding: true))
            let down = try await home.source()
            let file = try home.configuration(
                sources: quick.yaml("quick") + slow.yaml("slow") + down.yaml("down", "retries: 0"))
            await down.stop()
            self.home = home
            let server = try await home.serveOrchestrator(file)
            (process, url) = (server.process, server.orchestrator)
        }

        func job(_ sources: String...) async throws -> String {
            try await home.accepted(sources.map { CountingSource.part($0) }, at: url)
        }

        func lif(_ arguments: String...) async throws -> (code: Int32, output: String, errors: String) {
            try await LIFProcess.run(arguments + ["--url", url], folder: home.folder)
        }
    }

    @Test("list, show and result print tables for people, and JSON for programs")
    func look() async throws {
        try await Home.during { home in
            let setup = try await Setup(home)
            let job = try await setup.job("quick", "down")
            #expect(try await home.result(job, at: setup.url).status == 200)

            let list = try await setup.lif("jobs")
            #expect(list.code == 0, "\(list.errors)")
            let row = try #require(list.output.split(separator: "\n").first { $0.hasPrefix(job) })
            #expect(row.contains("COMPLETED") && row.contains("2/2") && row.hasSuffix("quick, down"))
            let json = try JSONParser.parse(try await setup.lif("jobs", "list", "--json", "--source", "down").output)
            #expect(json["jobs"]?.array?.map { $0["job_id"] } == [.string(job)])
            #expect(try await setup.lif("jobs", "list", "--status", "FAILED").output == "No jobs found.\n")

            let show = try await setup.lif("jobs", "show", job, "--log", "--graph")
            #expect(show.code == 0)
            #expect(show.output.contains("unreachable: "))
            #expect(show.output.contains("info accepted"))
            #expect(show.output.contains("flowchart TD"))
            let shown = try JSONParser.parse(try await setup.lif("jobs", "show", job, "--json").output)
            #expect(shown["parts"]?.array?.map { $0["outcome"] } == ["data", "failed"])

            let result = try await setup.lif("jobs", "result", job, "--acknowledge")
            let document = try JSONParser.parse(result.output)
            #expect(document["run_id"]?.string == job)
            #expect(document["query_plan_part_results"]?.array?.count == 2)
        }
    }

    @Test("watch shows each part as it lands, and its exit code how the job ended")
    func watch() async throws {
        try await Home.during { home in
            let setup = try await Setup(home)
            let job = try await setup.job("quick", "slow")
            let watch = try home.begin(["jobs", "watch", job, "--url", setup.url])
            #expect(try await watch.said("1/2  part 0").contains("quick  data"))
            #expect(watch.isRunning)
            setup.slow.release()
            #expect(try await watch.said("2/2  part 1").contains("slow  data"))
            #expect(await watch.exitCode() == 0)
            #expect(watch.output.hasSuffix("COMPLETED\n"))

            let failed = try await setup.lif("jobs", "watch", try await setup.job("down"), "--json")
            #expect(failed.code == 1)
            let lines = try failed.output.split(separator: "\n").map { try JSONParser.parse(String($0)) }
            #expect(lines.first?["reason"] == "unreachable")
            #expect(lines.last?["status"] == "FAILED")
        }
    }

    @Test("watch says so when the server stops before the job's end, with exit code 1")
    func brokenOff() async throws {
        try await Home.during { home in
            let setup = try await Setup(home)
            let watch = try home.begin(["jobs", "watch", try await setup.job("quick", "slow"), "--url", setup.url])
            _ = try await watch.said("1/2  part 0")
            await setup.process.stop()
            #expect(await watch.exitCode() == 1)
            try await eventually("the error is read") { watch.errors.hasSuffix("\n") }
            #expect(watch.errors.isOneSentence)
            #expect(watch.errors.contains("watch the job then"))
        }
    }

    @Test("cancel stops what runs, and retry runs the failed parts again")
    func cancelAndRetry() async throws {
        try await Home.during { home in
            let setup = try await Setup(home)
            let job = try await setup.job("quick", "slow")
            try await home.untilLanded(1, of: job, at: setup.url)
            try await eventually("the slow source is asked") { setup.slow.count == 1 }
            let cancelled = try await setup.lif("jobs", "cancel", job)
            #expect(cancelled.code == 0, "\(cancelled.errors)")
            #expect(cancelled.output.contains("cancelled: "))
            try await eventually("the slow source's connection is closed") { setup.slow.left == ["100001"] }

            setup.slow.release()
            #expect(try await setup.lif("jobs", "retry", job).code == 0)
            let result = try await home.result(job, at: setup.url)
            #expect(result.json.results.allSatisfy { $0["error"] == .null })
            #expect((setup.quick.count, setup.slow.count) == (1, 2))
        }
    }

    @Test("Without --url the file in the folder says where the orchestrator is, and without a file the environment")
    func configured() async throws {
        try await Home.during { home in
            let setup = try await Setup(home)
            let job = try await setup.job("quick")
            let folder = home.folder.appending(path: "of-the-command")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
            let port = try #require(URL(string: setup.url)?.port)
            func lists(_ environment: [String: String]) async throws {
                let list = try await LIFProcess.run(["jobs"], environment: environment, folder: folder)
                #expect(list.code == 0 && list.output.contains(job), "\(list.errors)")
            }
            let sources = folder.appending(path: "sources.yml")
            try Data("information_sources:\n".utf8).write(to: sources)
            try await lists([
                "LIF_QUERY_PLANNER_INFORMATION_SOURCES_CONFIG_PATH": sources.path,
                "LIF_QUERY_PLANNER_INFORMATION_SOURCES_CONFIG_YAML_SSM": "information_sources:\n",
                "LIF_ORCHESTRATOR_LISTEN_PORT": "\(port)",
            ])
            let text = "orchestrator: {port: \(port)}\ninformation_sources:\n" + setup.quick.yaml("quick")
            try Data(text.utf8).write(to: folder.appending(path: "lif.yaml"))
            try await lists([:])
        }
    }

    @Test("What cannot be done is reported in one sentence, with exit code 1")
    func errors() async throws {
        try await Home.during { home in
            let setup = try await Setup(home)
            let nobody = try StandInServer.ReservedPort().number
            let failures = [
                try await setup.lif("jobs", "show", "0123456789abcdef0123456789abcdef"),
                try await setup.lif("jobs", "watch", "no-id"), try await setup.lif("jobs", "result", "a/b?c"),
                try await setup.lif("jobs", "cancel", "no-id"), try await setup.lif("jobs", "retry", "no-id"),
                try await setup.lif("jobs", "list", "--status", "BROKEN"),
                try await setup.lif("jobs", "list", "--limit", "0"),
                try await setup.lif("jobs", "result", try await setup.job("slow")),
                try await setup.lif("schedules", "remove", "no-id"),
                try await setup.lif("schedules", "add", "there-is-no-file.json"),
                try await LIFProcess.run(["jobs", "--url", "http://127.0.0.1:\(nobody)"], folder: home.folder),
                try await LIFProcess.run(
                    ["jobs", "--url", "http://127.0.0.1:\(setup.quick.port)"], folder: home.folder),
                try await LIFProcess.run(["jobs", "--url", "no url at all"], folder: home.folder),
            ]
            for failure in failures {
                print("command: \(failure.errors)", terminator: "")
                #expect(failure.code == 1)
                #expect(failure.output.isEmpty)
                #expect(failure.errors.isOneSentence, "\(failure.errors)")
            }
        }
    }

    @Test("schedules adds a plan from a file, lists it with its jobs, and removes it")
    func schedules() async throws {
        try await Home.during { home in
            let setup = try await Setup(home)
            let plan: JSONValue = [
                "lif_query_plan": [CountingSource.part("quick")], "workflow": ["schedule": ["interval": "1s"]],
            ]
            let file = home.folder.appending(path: "schedule.json")
            try Data(RawJSON(plan).bytes).write(to: file)
            let added = try await setup.lif("schedules", "add", file.path, "--json")
            #expect(added.code == 0, "\(added.errors)")
            let schedule = try #require(try JSONParser.parse(added.output)["schedule_id"]?.string)
            #expect(try await setup.lif("schedules").output.contains("every 1s"))

            try await eventually("its job has run") {
                let jobs = try await home.get(setup.url + "/jobs?schedule=\(schedule)").json["jobs"]?.array ?? []
                return jobs.contains { $0["status"] == "COMPLETED" }
            }
            #expect(setup.quick.count >= 1)
            #expect(try await setup.lif("schedules", "remove", schedule).output == "Removed.\n")
            #expect(try await setup.lif("schedules", "list").output == "There are no schedules.\n")
        }
    }
}
