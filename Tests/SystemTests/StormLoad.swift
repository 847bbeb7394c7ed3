import LIFJSON
import Synchronization

/// Submits jobs with keys of their own, again when the server died before it answered.
final class StormLoad: Sendable {
    static let partsPerJob = 3

    struct Accepted: Sendable {
        let id: String
        let number: Int

        func learner(_ part: Int) -> String { "j\(number)-p\(part)" }
    }

    /// What a job came to.
    struct End: Sendable {
        let isComplete: Bool
        /// The parts, as the events tell them.
        let landed: [Int]
    }

    private struct State {
        var next = 0
        /// Submissions whose answer was not seen.
        var open: [Int] = []
        var accepted: [Accepted] = []
        var settled: Set<String> = []
    }

    private let state = Mutex(State())

    /// How many were submitted.
    var submitted: Int { state.withLock { $0.next } }

    /// Jobs that may have parts without outcome.
    var unsettled: [Accepted] { state.withLock { state in state.accepted.filter { !state.settled.contains($0.id) } } }

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

    /// Submits again what was not answered.
    func submitOpen(at url: String, _ home: Home) async throws {
        for number in state.withLock({ $0.open }) {
            guard await submit(number, at: url, home) else { throw NotInTime(description: "Job \(number) is refused.") }
        }
    }

    private func submit(_ number: Int, at url: String, _ home: Home) async -> Bool {
        let parts = (0..<Self.partsPerJob).map { CountingSource.part("s\($0)", learner: "j\(number)-p\($0)") }
        guard
            let answer = try? await home.submit(parts, at: url, headers: [("Idempotency-Key", "storm-\(number)")]),
            answer.status == 200, let id = answer.json["run_id"]?.string
        else { return false }
        state.withLock { $0.accepted.append(Accepted(id: id, number: number)) }
        return true
    }

    /// Waits for the end of every accepted job.
    func ends(at url: String, _ home: Home) async throws -> [End] {
        var ends: [End] = []
        for job in state.withLock({ $0.accepted }) {
            let answer = try await home.result(job.id, at: url)
            let isComplete =
                answer.json.results.count == Self.partsPerJob
                && answer.json.results.allSatisfy { $0["error"] == .null && $0["fragments"]?.array?.count == 1 }
            var landed: [Int] = []
            try await home.events(of: job.id, at: url) { name, data in
                if name == "part", let part = data["part"]?.number?.int { landed.append(part) }
                return true
            }
            ends.append(End(isComplete: isComplete, landed: landed))
        }
        return ends
    }

    /// How many jobs there are in the store.
    func countJobs(at url: String, _ home: Home) async throws -> Int {
        var count = 0
        var next: String? = ""
        while let after = next {
            let page = try await home.get(url + "/jobs?limit=1000" + (after.isEmpty ? "" : "&after=\(after)")).json
            count += page["jobs"]?.array?.count ?? 0
            next = page["next"]?.string
        }
        return count
    }
}
