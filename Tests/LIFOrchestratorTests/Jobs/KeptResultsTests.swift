import Foundation
import LIFConcurrency
import LIFJSON
import LIFModel
import LIFTesting
import LIFWorkflow
import Testing

@testable import LIFOrchestrator

@Suite("Results of a job that are read from the queue")
struct KeptResultsTests {
    private let queue = MemoryOutputQueue()
    private let job = Job(
        submission: JobSubmission(
            plan: QueryPlan(parts: (0..<6).map { ParserSetup.part($0 % 2) })), acceptedAt: Date(), holder: HolderID())

    /// - Parameter bytes: Of each part's data.
    private func land(_ bytes: Int) async throws {
        let items = RawJSON(unchecked: Array("[\"\(String(repeating: "x", count: bytes))\"]".utf8)[...])
        let content = FragmentContent(items: items, count: 1, isScalar: false)
        for (index, part) in job.plan.parts.enumerated() {
            let outcome = Outcome(
                .data([Fragment(path: part.fragmentPaths[0], content: content)]), finishedAt: Date(), duration: .zero)
            _ = try await queue.write(outcome, job: job.id, part: index, fence: 1)
        }
    }

    private func room() -> WeightedSemaphore { WeightedSemaphore(size: 6 << 20) }

    private func document(_ results: KeptResults) async throws -> JSONValue {
        var bytes: [UInt8] = []
        try await results.write { bytes += $0 }
        return try JSONParser.parse(bytes)
    }

    @Test("are the same document, however they are read")
    func document() async throws {
        for size in [1, 200 << 10, 2 << 20] {
            queue.remove(job.id)
            try await land(size)
            let results = try await KeptResults(job, in: queue, room: room())
            let whole = JobResults(job: job, outcomes: try await queue.outcomes(of: job.id))
            #expect(try await document(results) == JSONParser.parse(Array(whole.json.bytes)), "\(size) bytes a part")
        }
    }

    @Test("wait while others have the room for large parts, and give it back when they are read")
    func largeParts() async throws {
        try await land(1 << 20)
        let room = room()
        do {
            let first = try await KeptResults(job, in: queue, room: room)
            await #expect(throws: LIFError.self) {
                _ = try await KeptResults(job, in: queue, room: room, patience: .zero)
            }
            #expect(first.whole == nil)
        }
        _ = try await document(KeptResults(job, in: queue, room: room))
        _ = try await document(KeptResults(job, in: queue, room: room))
    }

    @Test("need no room when the parts are small")
    func smallParts() async throws {
        try await land(200 << 10)
        let room = room()
        let all = [
            try await KeptResults(job, in: queue, room: room), try await KeptResults(job, in: queue, room: room),
            try await KeptResults(job, in: queue, room: room),
        ]
        for results in all { _ = try await document(results) }
    }
}
