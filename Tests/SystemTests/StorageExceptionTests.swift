import Foundation
import LIFJSON
import LIFModel
import TestProcesses
import Testing

@Suite("The exceptions of the store, for real")
struct StorageExceptionTests {
    private static let noDisk: Comment = "mounting a file system of its own takes the rights of an administrator"
    private static let noProgram: Comment = "there is no /usr/bin/python3"

    private static func onDisk(_ mebibytes: Int, _ work: (Home, SmallDisk) async throws -> Void) async throws {
        let disk = try SmallDisk(mebibytes: mebibytes)
        try await Home.during { try await work($0, disk) }
    }

    private static func state(_ disk: SmallDisk) -> String {
        "state_dir: \(disk.state.path)\n"
    }

    @Test(
        "JobPostException: on a full disk no job is accepted; when there is room again, the next one is",
        .enabled(if: SmallDisk.isPossible, noDisk))
    func jobPost() async throws {
        try await Self.onDisk(2) { home, disk in
            let source = try await home.source()
            let server = try await home.serveOrchestrator(
                try home.configuration(sources: source.yaml("hr"), settings: Self.state(disk)))
            try disk.fill()
            let refused = try await home.submit([CountingSource.part("hr")], at: server.orchestrator)
            refused.expect(503, "JobPostException", "the disk is full. Free space on the disk of the state folder.")
            try disk.empty()
            let job = try await home.accepted([CountingSource.part("hr")], at: server.orchestrator)
            #expect(try await home.result(job, at: server.orchestrator).status == 200)
            #expect(source.count == 1)
        }
    }

    @Test(
        "OutputWriteException: when the disk fills while a source is fetched, the waiter hears it soon; with room again the job completes by itself",
        .enabled(if: SmallDisk.isPossible, noDisk))
    func outputWrite() async throws {
        try await Self.onDisk(4) { home, disk in
            let (quick, slow) = (try await home.source(), try await home.source(isHolding: true))
            let server = try await home.serveOrchestrator(
                try home.configuration(sources: quick.yaml("quick") + slow.yaml("slow"), settings: Self.state(disk)))
            let parts = ["quick", "slow"].map { CountingSource.part($0) }
            async let waiter = home.submit(parts, at: server.orchestrator, ["async": false])
            try await eventually("the slow source is asked") { slow.count == 1 }
            let job = try #require(
                try await home.get(server.orchestrator + "/jobs").json["jobs"]?.array?.first?["job_id"]?.string)
            try await home.untilLanded(1, of: job, at: server.orchestrator)
            try disk.fill()
            let start = ContinuousClock.now
            slow.release()
            let answer = try await waiter
            print(
                "exception: the waiter heard of the full disk after \((ContinuousClock.now - start).inMilliseconds) ms")
            #expect(ContinuousClock.now - start < .seconds(10))
            answer.expect(500, "OutputWriteException", "the disk is full. Free space on the disk of the state folder.")
            #expect(try await home.status(job, at: server.orchestrator)["status"] == "RUNNING", "It is not lost")

            try disk.empty()
            let time = try await eventually("the job completes by itself") {
                try await home.status(job, at: server.orchestrator)["status"] == "COMPLETED"
            }
            print("exception: with room again the job was complete after \(time.inMilliseconds) ms")
            #expect(quick.count == 1, "The part that had landed is not fetched again")
            #expect(server.process.isRunning)
        }
    }

    @Test(
        "What was fetched and kept when the disk filled is not fetched again, though its outcome could not be filed",
        .enabled(if: SmallDisk.isPossible, noDisk))
    func keptOutput() async throws {
        try await Self.onDisk(4) { home, disk in
            let source = try await home.source(bytes: 200_000, isHolding: true)
            let server = try await home.serveOrchestrator(
                try home.configuration(sources: source.yaml("hr"), settings: Self.state(disk)))
            let job = try await home.accepted([CountingSource.part("hr")], at: server.orchestrator)
            try await eventually("the source is asked") { source.count == 1 }
            // There is room for the data once, as the fetch's output, and not for a second time, as the outcome.
            try disk.fill(leaving: 330_000)
            source.release()
            try await eventually("the job has stopped") {
                server.process.errors.contains("A job stopped before its end")
            }
            try disk.empty()
            #expect(try await home.result(job, at: server.orchestrator).status == 200)
            #expect(source.count == 1)
        }
    }

    @Test(
        "On an almost full disk nothing is fetched again before it can be kept, health says so, and with room all is done",
        .enabled(if: SmallDisk.isPossible, noDisk))
    func almostFull() async throws {
        try await Self.onDisk(32) { home, disk in
            let source = try await home.source(bytes: 100_000)
            let server = try await home.serveOrchestrator(
                try home.configuration(sources: source.yaml("hr"), settings: Self.state(disk)))
            try disk.fill(leaving: 600_000)
            let parts = (1...30).map { CountingSource.part("hr", learner: "\($0)") }
            let job = try await home.accepted(parts, at: server.orchestrator)
            try await eventually("health tells") {
                let health = try await home.get(server.orchestrator + "/health")
                return health.json["notices"]?.array?.contains { $0.string?.contains("Nothing is fetched") == true }
                    == true
            }
            let fetched = source.count
            #expect(fetched <= 30)
            // The housekeeping takes stopped jobs up every ten seconds.
            try await Task.sleep(for: .seconds(12))
            #expect(source.count <= fetched + 1)
            try disk.empty()
            try await eventually("the job completes by itself", within: .seconds(90)) {
                try await home.status(job, at: server.orchestrator)["status"] == "COMPLETED"
            }
            print("exception: on an almost full disk 30 parts took \(source.count) fetches")
            #expect(source.count <= 60)
        }
    }

    @Test(
        "On a full disk an asynchronous query waits, health of either component says so, and with room it ends",
        .enabled(if: SmallDisk.isPossible, noDisk))
    func waitingQuery() async throws {
        try await Self.onDisk(8) { home, disk in
            let source = try await home.source(isHolding: true)
            let server = try await home.serve(
                try home.configuration(sources: source.yaml("hr", "timeout: 60s"), settings: Self.state(disk)))
            let accepted = try await home.post(
                server.planner + "/query", Home.query(["100001"]), headers: [("Prefer", "respond-async")])
            let query = try #require(accepted.json["query_id"]?.string)
            try await eventually("the source is asked") { source.count == 1 }
            #expect(try await home.get(server.planner + "/health").json["notices"] == nil)
            try disk.fill()
            source.release()
            for url in [server.planner, server.orchestrator] {
                try await eventually("health tells") {
                    let notices = try await home.get(url + "/health").json["notices"]?.array ?? []
                    return notices.contains {
                        $0.string?.hasPrefix("An asynchronous query waits") == true
                            && $0.string?.contains("the disk is full") == true
                    }
                }
            }
            try disk.empty()
            let result = try await home.get(server.planner + "/query/\(query)", headers: [("Prefer", "wait=60")])
            #expect(result.status == 200)
            try await eventually("health tells it no more") {
                try await home.get(server.planner + "/health").json["notices"] == nil
            }
        }
    }

    @Test(
        "OutputQueueNotAvailableException: a database that another program holds locked",
        .enabled(if: OtherProgram.isPossible, noProgram))
    func locked() async throws {
        try await Home.during { home in
            let source = try await home.source()
            let server = try await home.serveOrchestrator(try home.configuration(sources: source.yaml("hr")))
            let job = try await home.accepted([CountingSource.part("hr")], at: server.orchestrator)
            #expect(try await home.result(job, at: server.orchestrator).status == 200)
            let locker = try OtherProgram(
                "store.execute('BEGIN EXCLUSIVE'); print('locked', flush=True); sys.stdin.read()",
                store: home.folder.appending(path: "state/lif.sqlite"))
            #expect(await locker.line() == "locked")
            let refused = try await home.delete(server.orchestrator + "/jobs/\(job)/result")
            refused.expect(503, "OutputQueueNotAvailableException", "another process holds it. Try again.")
            let health = try await home.get(server.orchestrator + "/health")
            health.expect(503, "OutputQueueNotAvailableException", "holds the lock of lif.sqlite")
            #expect(try await home.result(job, at: server.orchestrator).status == 200, "Reading goes on")
            await locker.finish()
            #expect(try await home.delete(server.orchestrator + "/jobs/\(job)/result").status == 204)
        }
    }

    @Test("OutputQueueNotAvailableException: a store that has reached its limit takes no more jobs")
    func full() async throws {
        try await Home.during { home in
            let source = try await home.source()
            let server = try await home.serveOrchestrator(
                try home.configuration(
                    sources: source.yaml("hr"), settings: "orchestrator: {port: 0, store_limit: 1KiB}\n"))
            let refused = try await home.submit([CountingSource.part("hr")], at: server.orchestrator)
            refused.expect(503, "OutputQueueNotAvailableException", "Acknowledge results")
        }
    }

    @Test(
        "OutputReadException: a damaged outcome costs its own job, and no other",
        .enabled(if: OtherProgram.isPossible, noProgram))
    func outputRead() async throws {
        try await Home.during { home in
            let source = try await home.source()
            let file = try home.configuration(sources: source.yaml("hr"))
            let first = try await home.serveOrchestrator(file)
            var jobs: [String] = []
            for learner in ["1", "2"] {
                let part = CountingSource.part("hr", learner: learner)
                jobs.append(try await home.accepted([part], at: first.orchestrator))
                #expect(try await home.result(jobs[jobs.count - 1], at: first.orchestrator).status == 200)
            }
            await first.process.stop()
            let other = try OtherProgram(
                "store.execute(\"UPDATE part SET data = X'5B7B' WHERE run = (SELECT position FROM run WHERE id = '\(jobs[0])')\"); print('damaged', flush=True)",
                store: home.folder.appending(path: "state/lif.sqlite"))
            #expect(await other.line() == "damaged")
            await other.finish()

            let second = try await home.serveOrchestrator(file)
            let damaged = try await home.result(jobs[0], at: second.orchestrator)
            damaged.expect(500, "OutputReadException", "damaged. Restore the store from a backup.")
            #expect(try await home.result(jobs[1], at: second.orchestrator).status == 200)
            #expect(try await home.get(second.orchestrator + "/jobs").json["jobs"]?.array?.count == 2)
        }
    }
}
