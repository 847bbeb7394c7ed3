import LIFJSON
public import LIFModel
import Synchronization

/// An output queue in the process, for runs that were not accepted as jobs: a synchronous query's, which is over when its answer
/// is. Only one process writes, so that no writer has a lower fence than another.
public final class MemoryOutputQueue: OutputQueue {
    private let entries = Mutex<[JobID: MemoryOutputs]>([:])
    private let maximumItemBytes: Int

    /// An empty queue.
    ///
    /// - Parameter maximumItemBytes: Of the data of one outcome or one task's output.
    public init(maximumItemBytes: Int = .max) { self.maximumItemBytes = maximumItemBytes }

    /// See ``OutputQueue/write(_:job:task:attempt:fence:)``. Only `maximumItemBytes` and the fence can refuse it.
    public func write(
        _ output: TaskOutput, job: JobID, task: WorkflowTask.ID, attempt: Int, fence: Int
    ) async throws {
        try QueueRefusal.check(output.dataBytes, limit: maximumItemBytes)
        change(job) { $0.keep(output, task: task, attempt: attempt) }
    }

    /// See ``OutputQueue/output(of:job:)``. Never throws.
    public func output(of task: WorkflowTask.ID, job: JobID) async throws -> TaskOutput? {
        entries.withLock { $0[job]?.output(of: task) }
    }

    /// See ``OutputQueue/write(_:job:part:fence:)``. Only `maximumItemBytes` and the fence can refuse it.
    public func write(_ outcome: Outcome, job: JobID, part: Int, fence: Int) async throws -> Bool {
        try QueueRefusal.check(outcome.dataBytes, limit: maximumItemBytes)
        return change(job) { $0.file(outcome, part: part) }
    }

    /// See ``OutputQueue/outcomes(of:)``.
    public func outcomes(of job: JobID) async throws -> [Int: Outcome] {
        entries.withLock { $0[job]?.outcomes ?? [:] }
    }

    /// See ``OutputQueue/sizes(of:parts:)``. Exact: the bytes of the fragments' items.
    public func sizes(of job: JobID, parts: Range<Int>) async throws -> [Int: Int] {
        entries.withLock { $0[job]?.sizes(parts) ?? [:] }
    }

    /// See ``OutputQueue/landed(of:after:limit:)``. Takes time for what it returns, not for what landed before.
    public func landed(of job: JobID, after position: Int64, limit: Int) async throws -> [LandedOutcome] {
        entries.withLock { $0[job]?.landed(after: position, limit: limit) ?? [] }
    }

    /// See ``OutputQueue/progress(of:)``.
    public func progress(of job: JobID) async throws -> [Int: OutcomeSummary] {
        entries.withLock { $0[job]?.summaries ?? [:] }
    }

    /// Whether it holds nothing of any run.
    public var isEmpty: Bool { entries.withLock(\.isEmpty) }

    /// Forgets a run.
    public func remove(_ job: JobID) { entries.withLock { $0[job] = nil } }

    /// In place: a copy of what a job of thousands of parts has would cost more with each part.
    private func change<Value: Sendable>(
        _ job: JobID, _ body: (inout MemoryOutputs) -> Value
    ) -> Value {
        entries.withLock { body(&$0[job, default: MemoryOutputs()]) }
    }
}
