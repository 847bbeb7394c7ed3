import Foundation
import LIFJournal
import LIFModel
import LIFWorkflow

/// A journal's output queue that accepts a job when it first hears of it, as the suite of output queues knows no acceptance.
struct OpenedOutputQueue: OutputQueue {
    private let journal: any Journal
    private let queue: JournalOutputQueue

    init(_ journal: any Journal, maximumItemBytes: Int = .max) {
        self.journal = journal
        queue = JournalOutputQueue(journal, maximumItemBytes: maximumItemBytes)
    }

    private func open(_ job: JobID) async throws {
        let state = JournalRun.State(startedAt: .distantPast, holder: HolderID(), epoch: 0)
        let run = JournalRun(
            id: job, kind: .job, acceptedAt: .distantPast, expectedParts: 9, document: Array("{}".utf8), state: state)
        _ = try await journal.accept(run, index: RunIndex(), parts: [])
    }

    func write(_ output: TaskOutput, job: JobID, task: WorkflowTask.ID, attempt: Int, fence: Int) async throws {
        try await open(job)
        try await queue.write(output, job: job, task: task, attempt: attempt, fence: fence)
    }

    func output(of task: WorkflowTask.ID, job: JobID) async throws -> TaskOutput? {
        try await queue.output(of: task, job: job)
    }

    func write(_ outcome: Outcome, job: JobID, part: Int, fence: Int) async throws -> Bool {
        try await open(job)
        return try await queue.write(outcome, job: job, part: part, fence: fence)
    }

    func outcomes(of job: JobID) async throws -> [Int: Outcome] { try await queue.outcomes(of: job) }

    func outcomes(of job: JobID, parts: Range<Int>) async throws -> [Int: Outcome] {
        try await queue.outcomes(of: job, parts: parts)
    }

    func sizes(of job: JobID, parts: Range<Int>) async throws -> [Int: Int] {
        try await queue.sizes(of: job, parts: parts)
    }

    func landed(of job: JobID, after position: Int64, limit: Int) async throws -> [LandedOutcome] {
        try await queue.landed(of: job, after: position, limit: limit)
    }

    func progress(of job: JobID) async throws -> [Int: OutcomeSummary] { try await queue.progress(of: job) }
}
