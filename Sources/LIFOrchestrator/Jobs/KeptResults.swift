import LIFConcurrency
import LIFJSON
import LIFModel
import LIFWorkflow

/// The results of a job, read from the output queue some parts at a time, however large they are.
///
/// A large part is in memory as a whole until the client has taken it, so those of all answers together have a limit.
public struct KeptResults: Sendable {
    private static let partsAtOnce = 4
    /// Smaller pieces are written together.
    private static let pieceBytes = 64 << 10
    /// Answers whose parts are smaller need no room of their own.
    private static let largeBytes = 1 << 20

    private let job: Job
    private let queue: any OutputQueue
    private let first: [Int: Outcome]
    /// Held for as long as the results are.
    private let room: Room?

    /// Waits until there is room for the largest parts.
    ///
    /// - Parameter patience: How long it waits at most.
    /// - Throws: `LIFError` `ResultExpired`, `OutputReadException`, `Overloaded`; `CancellationError`.
    init(_ job: Job, in queue: any OutputQueue, room: WeightedSemaphore, patience: Duration = .seconds(60)) async throws
    {
        self.job = job
        self.queue = queue
        let sizes = try await queue.sizes(of: job.id, parts: job.plan.parts.indices)
        let largest = Self.groups(of: job.plan).map { $0.reduce(0) { $0 + (sizes[$1] ?? 0) } }.max() ?? 0
        self.room = largest >= Self.largeBytes ? try await Room(largest, of: room, within: patience) : nil
        first = try await queue.outcomes(of: job.id, parts: 0..<Self.partsAtOnce)
    }

    /// All of the results when they are few; else `nil`.
    public var whole: JobResults? {
        room == nil && job.plan.parts.count <= Self.partsAtOnce ? JobResults(job: job, outcomes: first) : nil
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
        for parts in Self.groups(of: job.plan) {
            let outcomes = parts.lowerBound == 0 ? first : try await queue.outcomes(of: job.id, parts: parts)
            for index in parts {
                guard let outcome = outcomes[index] else { continue }
                if !isFirst { piece.append(UInt8(ascii: ",")) }
                isFirst = false
                piece += JobResults.Part(part: job.plan.parts[index], outcome: outcome).json.bytes
                guard piece.count >= Self.pieceBytes else { continue }
                try await write(piece[...])
                piece.removeAll(keepingCapacity: false)
            }
        }
        piece += Array("]}".utf8)
        try await write(piece[...])
    }

    private static func groups(of plan: QueryPlan) -> [Range<Int>] {
        stride(from: 0, to: plan.parts.count, by: partsAtOnce).map { $0..<min($0 + partsAtOnce, plan.parts.count) }
    }

    /// What an answer has of the room for large parts, until it is gone.
    private final class Room: Sendable {
        private let room: WeightedSemaphore

        init(_ bytes: Int, of room: WeightedSemaphore, within patience: Duration) async throws {
            self.room = room
            guard try await room.take(bytes, for: self, within: patience) else {
                throw LIFError(
                    .overloaded, "Too many large results are being read. Try again in a minute.", blame: .us,
                    isRetryable: true)
            }
        }

        deinit { room.give(of: self) }
    }
}
