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

    private func checkWrite() throws {
        let error = state.withLock { state in
            if state.writeError != nil { state.failedWrites += 1 }
            return state.writeError
        }
        if let error { throw error }
    }

    private func checkRead() throws {
        if let error = state.withLock({ $0.readError }) { throw error }
    }

    public func write(
        _ output: TaskOutput, job: JobID, task: WorkflowTask.ID, attempt: Int, fence: Int
    ) async throws {
        try checkWrite()
        try await queue.write(output, job: job, task: task, attempt: attempt, fence: fence)
    }

    public func output(of task: WorkflowTask.ID, job: JobID) async throws -> TaskOutput? {
        try checkRead()
        return try await queue.output(of: task, job: job)
    }

    public func write(_ outcome: Outcome, job: JobID, part: Int, fence: Int) async throws -> Bool {
        try checkWrite()
        return try await queue.write(outcome, job: job, part: part, fence: fence)
    }

    public func raiseFence(of job: JobID, to fence: Int) async throws {
        try checkWrite()
        try await queue.raiseFence(of: job, to: fence)
    }

    public func outcomes(of job: JobID) async throws -> [Int: Outcome] {
        try checkRead()
        return try await queue.outcomes(of: job)
    }

    public func sizes(of job: JobID, parts: Range<Int>) async throws -> [Int: Int] {
        try checkRead()
        return try await queue.sizes(of: job, parts: parts)
    }

    public func landed(of job: JobID, after position: Int64, limit: Int) async throws -> [LandedOutcome] {
        try checkRead()
        return try await queue.landed(of: job, after: position, limit: limit)
    }

    public func progress(of job: JobID) async throws -> [Int: OutcomeSummary] {
        try checkRead()
        return try await queue.progress(of: job)
    }

    public func reopenFailed(of job: JobID, partCount: Int, fence: Int) async throws -> [Int] {
        try checkWrite()
        return try await queue.reopenFailed(of: job, partCount: partCount, fence: fence)
    }

    public func removeData(of jobs: [JobID]) async throws {
        try checkWrite()
        try await queue.removeData(of: jobs)
    }

    public func remove(_ jobs: [JobID]) async throws {
        try checkWrite()
        try await queue.remove(jobs)
    }
}
