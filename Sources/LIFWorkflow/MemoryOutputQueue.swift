public import LIFModel
import Synchronization

/// An output queue for runs that nobody was promised: a synchronous query's, which is over when its answer is.
public final class MemoryOutputQueue: OutputQueue {
    private let outcomes = Mutex<[JobID: [Int: Outcome]]>([:])

    public init() {}

    public func write(_ outcome: Outcome, job: JobID, part: Int) async throws -> Bool {
        outcomes.withLock { outcomes in
            if outcomes[job]?[part] != nil { return false }
            outcomes[job, default: [:]][part] = outcome
            return true
        }
    }

    public func outcomes(of job: JobID) async throws -> [Int: Outcome] {
        outcomes.withLock { $0[job] ?? [:] }
    }

    /// Whether it holds no outcome of any run.
    public var isEmpty: Bool { outcomes.withLock(\.isEmpty) }

    /// Forgets a run.
    public func remove(_ job: JobID) {
        outcomes.withLock { $0[job] = nil }
    }
}
