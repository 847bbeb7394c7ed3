import Foundation
import LIFEmbeddedEngine
import LIFJSON
import LIFJournal
import LIFModel
import LIFSQLite
import LIFTesting
import LIFWorkflow
import Synchronization
import TestProcesses
import Testing

/// An orchestrator's process, an engine that goes on without it, and a process for each task.
@Suite("An engine elsewhere")
struct EngineElsewhereTests {
    /// The workers that the engine has started.
    private final class Workers: Sendable {
        struct Ended: Error, CustomStringConvertible { let description: String }

        private let running: Mutex<[(task: String, process: ChildProcess)]> = Mutex([])
        private let arguments: Mutex<[String]> = Mutex([])

        func use(_ words: [String]) { arguments.withLock { $0 = words } }

        func work(_ job: JobID, _ task: WorkflowTask.ID, _ epoch: Int) async throws {
            let words = arguments.withLock { $0 } + [job.text, task.text, "\(epoch)"]
            let process = try ChildProcess(
                Setup.executable.path, ["task"] + words, environment: ["PATH": "/usr/bin:/bin"])
            running.withLock { $0.append((task.text, process)) }
            let code = await withTaskCancellationHandler {
                await process.exitCode()
            } onCancel: {
                process.send(SIGTERM)
            }
            running.withLock { $0.removeAll { $0.process === process } }
            try Task.checkCancellation()
            if code != 0 { throw Ended(description: "a worker ended with \(code): \(process.errors)") }
        }

        /// kill -9 for the worker of a task.
        func kill(_ task: String) {
            for (name, process) in running.withLock({ $0 }) where name == task { process.send(SIGKILL) }
        }
    }

    private struct Setup {
        static let executable = LIFProcess.checkout.appending(path: ".build/debug/engine-trial")

        let home: Home
        let (quick, slow): (CountingSource, CountingSource)
        let workers = Workers()
        let engine: LoopbackServer
        let arguments: [String]

        init(_ home: Home) async throws {
            self.home = home
            (quick, slow) = (try await home.source(), try await home.source(isHolding: true))
            let engine = LoopbackServer(on: EmbeddedEngine()) { [workers] in try await workers.work($0, $1, $2) }
            self.engine = engine
            let link = try await StandInServer.start { exchange in
                Task {
                    do {
                        let answer = try await engine.answer(try JSONParser.parse(exchange.request.body))
                        exchange.answer(RawJSON(answer).text)
                    } catch LoopbackServer.Silence.away {
                        exchange.answer(status: 503)
                    } catch {
                        exchange.answer(status: 504)
                    }
                }
            }
            home.atEnd { await link.stop() }
            home.atEnd { await engine.shutdown() }
            let file = try home.configuration(sources: quick.yaml("quick") + slow.yaml("slow", "timeout: 10m"))
            arguments = [file, "http://127.0.0.1:\(link.port)/"]
            workers.use(arguments)
        }

        /// An orchestrator's process with its address.
        func serve() async throws -> (process: ChildProcess, url: String) {
            let process = try ChildProcess(
                Self.executable.path, ["orchestrator"] + arguments, environment: ["PATH": "/usr/bin:/bin"])
            home.atEnd {
                process.send(SIGKILL)
                _ = await process.exitCode()
            }
            let url = await process.line(after: "Orchestrator at ")
            return (process, try #require(url, "\(process.errors)"))
        }

        /// A job one part of which has landed, and the other is being fetched by a worker.
        func job(at url: String) async throws -> String {
            let job = try await home.accepted(["quick", "slow"].map { CountingSource.part($0) }, at: url)
            try await home.untilLanded(1, of: job, at: url)
            try await eventually("the slow source is asked") { slow.count == 1 }
            return job
        }

        /// The job as it is kept.
        func kept(_ job: String) async throws -> Job {
            let database = try LIFDatabase(folder: home.folder.appending(path: "state"))
            let kept = try await JobStore(SQLiteJournal(database)).job(try #require(JobID(job)))
            try await database.close()
            return try #require(kept)
        }
    }

    @Test("A worker that is killed is replaced: the job goes on under another epoch, and what had landed stays")
    func workerKilled() async throws {
        try await Home.during { home in
            let setup = try await Setup(home)
            let (_, url) = try await setup.serve()
            let job = try await setup.job(at: url)
            #expect(try await setup.kept(job).fence == 1)
            setup.workers.kill("part-1/fetch")
            try await eventually("the slow source is asked again") { setup.slow.count == 2 }
            setup.slow.release()
            let result = try await home.result(job, at: url)
            #expect(result.json.results.count == 2)
            #expect(result.json.results.allSatisfy { $0["error"] == .null })
            #expect(setup.quick.count == 1)
            #expect(try await setup.kept(job).fence == 2)
            #expect(try await home.status(job, at: url)["status"] == "COMPLETED")
        }
    }

    @Test("An orchestrator that is killed leaves the run to the next one: the same run, and nothing is fetched twice")
    func orchestratorKilled() async throws {
        try await Home.during { home in
            let setup = try await Setup(home)
            let (first, url) = try await setup.serve()
            let job = try await setup.job(at: url)
            try await eventually("the handle is kept") { try await setup.kept(job).engine?.run != nil }
            let before = try await setup.kept(job)
            first.send(SIGKILL)
            _ = await first.exitCode()
            let (_, next) = try await setup.serve()
            try await eventually("it is adopted") { try await setup.kept(job).holder != before.holder }
            #expect(try await home.status(job, at: next)["status"] == "RUNNING")
            setup.slow.release()
            let result = try await home.result(job, at: next)
            #expect(result.json.results.count == 2)
            #expect(result.json.results.allSatisfy { $0["error"] == .null })
            let after = try await setup.kept(job)
            #expect((after.fence, after.engine) == (1, before.engine))
            #expect((setup.quick.count, setup.slow.count) == (1, 1))
            #expect(setup.engine.runs.count == 1)
        }
    }

    @Test("A cancellation while the engine does not answer ends the job, and reaches its worker afterwards")
    func cancelledWhileAway() async throws {
        try await Home.during { home in
            let setup = try await Setup(home)
            let (_, url) = try await setup.serve()
            let job = try await setup.job(at: url)
            try await eventually("the handle is kept") { try await setup.kept(job).engine?.run != nil }
            setup.engine.beAway(true)
            let cancelled = try await home.delete(url + "/jobs/\(job)")
            #expect(cancelled.status == 200)
            #expect(cancelled.json["status"] == "FAILED")
            #expect(setup.slow.left.isEmpty)
            setup.engine.beAway(false)
            try await eventually("the worker lets go of the source") { setup.slow.left == ["100001"] }
            try await eventually("the engine's run has ended") {
                setup.engine.runs.map(\.state) == [.ended(.cancelled)]
            }
            #expect(setup.slow.count == 1)
        }
    }
}
