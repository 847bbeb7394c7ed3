import Foundation
import LIFJSON
import LIFModel
import LIFSQLite
import LIFWorkflow
import Testing

/// `scripts/kill-storm` runs this with 200 kills.
@Suite("Many kill -9 at random moments under load")
struct KillStormTests {
    private static let kills = ProcessInfo.processInfo.environment["LIF_KILLS"].flatMap { Int($0) } ?? 6
    private static let clients = 4

    @Test(
        "No accepted job is lost, each part has one outcome, and what was fetched and kept is not fetched again",
        .timeLimit(.minutes(60)))
    func storm() async throws {
        try await Home.during { home in
            let source = try await home.source(delay: 5...60)
            let sources = (0..<StormLoad.partsPerJob).map { source.yaml("s\($0)") }.joined()
            let file = try home.configuration(sources: sources, settings: "log: {level: error}\n")
            let load = StormLoad()
            var kept = KeptFetches()
            for _ in 0..<Self.kills {
                let server = try await home.serveOrchestrator(file)
                let clients = Task {
                    await withTaskGroup(of: Void.self) { group in
                        for _ in 0..<Self.clients { group.addTask { await load.submit(at: server.orchestrator, home) } }
                    }
                }
                // The moment of the kill is a matter of chance by design.
                try await Task.sleep(for: .milliseconds(Int.random(in: 20...500)))
                await server.process.killHard()
                clients.cancel()
                await clients.value
                try await kept.look(into: home.folder.appending(path: "state"), load, source)
            }
            let server = try await home.serveOrchestrator(file)
            try await load.submitOpen(at: server.orchestrator, home)
            let ends = try await load.ends(at: server.orchestrator, home)
            let jobs = try await load.countJobs(at: server.orchestrator, home)
            await server.process.stop()
            check(load, source, ends, jobs: jobs, refetched: kept.refetched(source))
        }
    }

    private func check(
        _ load: StormLoad, _ source: CountingSource, _ ends: [StormLoad.End], jobs: Int, refetched: Int
    ) {
        let completed = ends.count { $0.isComplete }
        let doubled = ends.count { Set($0.landed).count != $0.landed.count }
        print(
            """
            kill storm: \(Self.kills) kills; \(ends.count) jobs accepted, \(completed) completed, \
            \(ends.count - completed) lost, \(jobs - load.submitted) made twice; \(source.counts.count) parts fetched, \
            \(source.counts.values.count { $0 > 1 }) of them more than once (in flight at a kill), \
            \(refetched) after their data was kept; \(doubled) jobs with a doubled outcome
            """)
        #expect(!ends.isEmpty, "there was load")
        #expect(completed == ends.count, "no accepted job is lost")
        #expect(jobs == load.submitted, "one job for each Idempotency-Key")
        #expect(refetched == 0, "nothing that was fetched and kept is fetched again")
        #expect(
            ends.allSatisfy { $0.landed.sorted() == Array(0..<StormLoad.partsPerJob) }, "each part has one outcome")
    }
}

/// How often those parts had been fetched whose data was in the store of a killed process.
private struct KeptFetches {
    private var counts: [String: Int] = [:]

    mutating func look(into folder: URL, _ load: StormLoad, _ source: CountingSource) async throws {
        let database = try LIFDatabase(folder: folder)
        let queue = JournalOutputQueue(database)
        for job in load.unsettled {
            let id = try #require(RandomID(job.id))
            let landed = try await queue.progress(of: id).keys
            for part in 0..<StormLoad.partsPerJob {
                var isKept = landed.contains(part)
                if !isKept {
                    isKept = try await queue.output(of: WorkflowTask.ID("part-\(part)/fetch"), job: id) != nil
                }
                let learner = job.learner(part)
                if isKept, counts[learner] == nil { counts[learner] = source.counts[learner] ?? 0 }
            }
            if landed.count == StormLoad.partsPerJob { load.settle(job.id) }
        }
        try await database.close()
    }

    /// How many of them were fetched again since.
    func refetched(_ source: CountingSource) -> Int {
        let now = source.counts
        return counts.count { now[$0.key] != $0.value }
    }
}
