import LIFJSON
public import LIFModel
import LIFWorkflow

/// The results of a job, read from the output queue some parts at a time, however large they are.
public struct KeptResults: Sendable {
    private static let partsAtOnce = 4
    /// Smaller pieces are written together.
    private static let pieceBytes = 64 << 10

    private let job: Job
    private let queue: any OutputQueue
    private let first: [Int: Outcome]

    /// - Throws: `LIFError` `ResultExpired`, `OutputReadException`.
    init(_ job: Job, in queue: any OutputQueue) async throws {
        self.job = job
        self.queue = queue
        first = try await queue.outcomes(of: job.id, parts: 0..<Self.partsAtOnce)
    }

    /// All of the results when they are few; else `nil`.
    public var whole: JobResults? {
        job.plan.parts.count <= Self.partsAtOnce ? JobResults(job: job, outcomes: first) : nil
    }

    /// Writes the document of `JobResults.json`, in pieces.
    ///
    /// - Throws: `LIFError` `ResultExpired` when the results are removed meanwhile, `OutputReadException`; what `write` throws.
    ///   What was written is then no whole document.
    public func write(to write: (ArraySlice<UInt8>) async throws -> Void) async throws {
        var head = JobResults(job: job.id, parts: []).json.bytes
        head.removeLast(2)
        var piece = Array(head)
        var isFirst = true
        for start in stride(from: 0, to: job.plan.parts.count, by: Self.partsAtOnce) {
            let parts = start..<min(start + Self.partsAtOnce, job.plan.parts.count)
            let outcomes = start == 0 ? first : try await queue.outcomes(of: job.id, parts: parts)
            for index in parts {
                guard let outcome = outcomes[index] else { continue }
                if !isFirst { piece.append(UInt8(ascii: ",")) }
                isFirst = false
                let result = JobResults.Part(part: job.plan.parts[index], outcome: outcome).json
                piece += result.bytes
                guard piece.count >= Self.pieceBytes else { continue }
                try await write(piece[...])
                piece.removeAll(keepingCapacity: false)
            }
        }
        piece += Array("]}".utf8)
        try await write(piece[...])
    }
}
