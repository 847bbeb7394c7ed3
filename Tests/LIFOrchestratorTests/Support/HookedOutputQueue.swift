import LIFModel
import LIFWorkflow

/// An output queue that calls back before and after writes of the one behind it.
struct HookedOutputQueue: OutputQueue {
    enum Write: Sendable, Hashable {
        case output(WorkflowTask.ID)
        case outcome(part: Int)
        case other
    }

    let base: any OutputQueue
    var before: @Sendable (Write) async throws -> Void = { _ in }
    var after: @Sendable (Write) async throws -> Void = { _ in }
    /// Called with the limit when what has landed was read, and before it is given.
    var afterRead: @Sendable (Int) async throws -> Void = { _ in }

    private func call<Value>(_ write: Write, _ body: () async throws -> Value) async throws -> Value {
        try await before(write)
        let value = try await body()
        try await after(write)
        return value
    }

    func write(_ output: TaskOutput, job: JobID, task: WorkflowTask.ID, attempt: Int, fence: Int) async throws {
        try await call(.output(task)) {
            try await base.write(output, job: job, task: task, attempt: attempt, fence: fence)
        }
    }

    func output(of task: WorkflowTask.ID, job: JobID) async throws -> TaskOutput? {
        try await base.output(of: task, job: job)
    }

    func write(_ outcome: Outcome, job: JobID, part: Int, fence: Int) async throws -> Bool {
        try await call(.outcome(part: part)) {
            try await base.write(outcome, job: job, part: part, fence: fence)
        }
    }

    func raiseFence(of job: JobID, to fence: Int) async throws {
        try await call(.other) { try await base.raiseFence(of: job, to: fence) }
    }

    func outcomes(of job: JobID) async throws -> [Int: Outcome] { try await base.outcomes(of: job) }

    func landed(of job: JobID, after position: Int64, limit: Int) async throws -> [LandedOutcome] {
        let landed = try await base.landed(of: job, after: position, limit: limit)
        try await afterRead(limit)
        return landed
    }

    func sizes(of job: JobID, parts: Range<Int>) async throws -> [Int: Int] {
        try await base.sizes(of: job, parts: parts)
    }

    func progress(of job: JobID) async throws -> [Int: OutcomeSummary] { try await base.progress(of: job) }

    func reopenFailed(of job: JobID, partCount: Int, fence: Int) async throws -> [Int] {
        try await call(.other) { try await base.reopenFailed(of: job, partCount: partCount, fence: fence) }
    }

    func removeData(of jobs: [JobID]) async throws { try await call(.other) { try await base.removeData(of: jobs) } }

    func remove(_ jobs: [JobID]) async throws { try await call(.other) { try await base.remove(jobs) } }
}
