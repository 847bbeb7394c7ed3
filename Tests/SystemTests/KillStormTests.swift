import Foundation
import LIFHTTP
import LIFJSON
import LIFModel
import LIFSQLite
import Synchronization
import Testing

/// `scripts/kill-storm` runs this with 200 kills.
@Suite("Many kill -9 at random moments under load") struct KillStormTests {
    private static let kills = ProcessInfo.processInfo.environment["LIF_KILLS"].flatMap { Int($0) } ?? 6
    private static let partsPerJob = 3
    private static let clients = 4

    @Test(
        "No accepted job is lost, each part has one outcome, and none that has landed is fetched again",
        .timeLimit(.minutes(30)))
    func storm() async throws {
        let home = try Home()
        let source = try await CountingSource.start(delay: 5...60)
        let file = home.folder.appending(path: "lif.yaml")
        let sources = (0..<Self.partsPerJob).map { source.yaml("s\($0)") }.joined()
        try Data(
            """
            state_dir: \(home.folder.appending(path: "state").path)
            planner: {port: 0}
            orchestrator: {port: 0}
            log: {level: error}
            information_sources:
            \(sources)
            """.utf8
        ).write(to: file)

        let load = StormLoad()
        var refetched = 0
        var landedBefore: [String: Int] = [:]
        for kill in 0...Self.kills {
            let server = try await home.serve(file.path)
            // What had landed before the kill must not have been fetched again by the end.
            if kill == Self.kills {
                try await load.finish(at: server.orchestrator, home)
                let events = try await load.landings(at: server.orchestrator, home)
                await server.process.stop()
                refetched = landedBefore.count { source.counts[$0.key] != $0.value }
                report(load, source, events: events, refetched: refetched)
                check(load, events: events, refetched: refetched)
            } else {
                let clients = Task { [orchestrator = server.orchestrator] in
                    await withTaskGroup(of: Void.self) { group in
                        for _ in 0..<Self.clients { group.addTask { await load.submit(at: orchestrator, home) } }
                    }
                }
                // The moment of the kill is a matter of chance by design.
                try await Task.sleep(for: .milliseconds(Int.random(in: 20...500)))
                await server.process.killHard()
                clients.cancel()
                await clients.value
                try await note(load, source, &landedBefore, home)
            }
        }
        await source.stop()
        try await home.close()
    }

    /// Looks into the store of the killed process: what has landed, and how often it was fetched by then.
    private func note(
        _ load: StormLoad, _ source: CountingSource, _ landed: inout [String: Int], _ home: Home
    ) async throws {
        let database = try LIFDatabase(folder: home.folder.appending(path: "state"))
        let queue = SQLiteOutputQueue(database)
        for job in load.accepted where !load.isSettled(job.id) {
            let id = try #require(RandomID(job.id))
            let parts = try await queue.progress(of: id).keys
            for part in parts {
                let learner = job.learner(part)
                if landed[learner] == nil { landed[learner] = source.counts[learner] ?? 0 }
            }
            if parts.count == Self.partsPerJob { load.settle(job.id) }
        }
        try await database.close()
    }

    private func report(_ load: StormLoad, _ source: CountingSource, events: [String: [Int]], refetched: Int) {
        let twice = source.counts.values.count { $0 > 1 }
        let doubled = events.values.count { Set($0).count != $0.count }
        print(
            "kill storm: \(Self.kills) kills, \(load.accepted.count) jobs accepted, \(load.completed) completed, "
                + "\(load.accepted.count - load.completed) lost; \(source.counts.count) parts fetched, \(twice) of them "
                + "more than once (in flight at a kill), \(refetched) after they had landed; \(doubled) jobs with a doubled outcome"
        )
    }

    private func check(_ load: StormLoad, events: [String: [Int]], refetched: Int) {
        #expect(load.accepted.count >= Self.kills, "there was load")
        #expect(load.completed == load.accepted.count, "no accepted job is lost")
        #expect(refetched == 0, "no part that had landed was fetched again")
        #expect(events.values.allSatisfy { $0.sorted() == Array(0..<Self.partsPerJob) }, "each part has one outcome")
    }
}

/// Submits jobs with keys of their own, again when the server died before it answered.
final class StormLoad: Sendable {
    struct Submitted: Sendable {
        let id: String
        let number: Int

        func learner(_ part: Int) -> String { "j\(number)-p\(part)" }
    }

    private struct State {
        var next = 0
        /// Submissions whose answer was not seen.
        var open: [Int] = []
        var accepted: [Submitted] = []
        var settled: Set<String> = []
        var completed = 0
    }

    private let state = Mutex(State())

    var accepted: [Submitted] { state.withLock { $0.accepted } }
    var completed: Int { state.withLock { $0.completed } }

    func isSettled(_ id: String) -> Bool { state.withLock { $0.settled.contains(id) } }
    func settle(_ id: String) { state.withLock { _ = $0.settled.insert(id) } }

    /// Submits one job after another until the server is gone.
    func submit(at url: String, _ home: Home) async {
        while !Task.isCancelled {
            let number = state.withLock { state in
                if !state.open.isEmpty { return state.open.removeFirst() }
                state.next += 1
                return state.next
            }
            guard await submit(number, at: url, home) else {
                state.withLock { $0.open.append(number) }
                return
            }
        }
    }

    private func submit(_ number: Int, at url: String, _ home: Home) async -> Bool {
        let plan: JSONValue = [
            "lif_query_plan": .array(
                (0..<3).map { CountingSource.part("s\($0)", learner: "j\(number)-p\($0)") })
        ]
        guard
            let answer = try? await home.post(
                url + "/jobs", Array(RawJSON(plan).bytes), headers: [("Idempotency-Key", "storm-\(number)")]),
            answer.status == 200, let id = answer.json["run_id"]?.string
        else { return false }
        state.withLock { $0.accepted.append(Submitted(id: id, number: number)) }
        return true
    }

    /// Waits for the end of every accepted job.
    func finish(at url: String, _ home: Home) async throws {
        for job in accepted {
            let answer = try await home.get(url + "/jobs/\(job.id)/result", headers: [("Prefer", "wait=15")])
            if answer.status == 200 { state.withLock { $0.completed += 1 } }
        }
    }

    /// The parts in the order in which they landed, by job, as the events tell.
    func landings(at url: String, _ home: Home) async throws -> [String: [Int]] {
        var landings: [String: [Int]] = [:]
        for job in accepted {
            let response = try await home.http.send(
                OutgoingRequest(.get, url: url + "/jobs/\(job.id)/events", timeout: .seconds(30)))
            let data = String(decoding: response.body, as: UTF8.self).split(separator: "\n")
                .filter { $0.hasPrefix("data: ") }
            landings[job.id] = data.compactMap { line in
                (try? JSONParser.parse(Array(line.dropFirst(6).utf8)))?["part"]?.number?.int
            }
        }
        return landings
    }
}
