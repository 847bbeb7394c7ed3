public import LIFModel
public import LIFWorkflow
import Synchronization

/// An output queue whose storage fails when told so, and else does as the one behind it.
public final class FailingOutputQueue: OutputQueue {
    private struct State {
        var writeError: LIFError?
        var readError: LIFError?
        var failedWrites = 0
    }

    private let queue: any OutputQueue
    private let state = Mutex(State())

    public init(_ queue: any OutputQueue = MemoryOutputQueue()) { self.queue = queue }

    public static let diskFull = LIFError(.outputWriteException, "The disk is full.", blame: .us)
    public static let damaged = LIFError(.outputReadException, "The store is damaged.", blame: .us)

    /// Each write from now on throws this; `nil` ends that.
    public func failWrites(with error: LIFError? = FailingOutputQueue.diskFull) {
        state.withLock { $0.writeError = error }
    }

    /// Each read from now on throws this; `nil` ends that.
    public func failReads(with error: LIFError? = FailingOutputQueue.damaged) {
        state.withLock { $0.readError = error }
    }

    /// How many writes have failed.
    public var failedWriteCount: Int { state.withLock { $0.failedWrites } }

    public func write(_ outcome: Outcome, job: JobID, part: Int) async throws -> Bool {
        let error = state.withLock { state in
            if state.writeError != nil { state.failedWrites += 1 }
            return state.writeError
        }
        if let error { throw error }
        return try await queue.write(outcome, job: job, part: part)
    }

    public func outcomes(of job: JobID) async throws -> [Int: Outcome] {
        if let error = state.withLock({ $0.readError }) { throw error }
        return try await queue.outcomes(of: job)
    }
}
