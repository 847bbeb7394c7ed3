public import LIFJournal
public import LIFModel

/// The output queue of accepted jobs: their outcomes are the parts of their run in the journal.
public struct JournalOutputQueue: OutputQueue {
    private let journal: any Journal
    private let maximumItemBytes: Int

    /// A queue on the runs of this journal. It keeps nothing itself.
    ///
    /// - Parameter maximumItemBytes: Of the data of one outcome or one task's output.
    public init(_ journal: any Journal, maximumItemBytes: Int = 256 << 20) {
        self.journal = journal
        self.maximumItemBytes = maximumItemBytes
    }

    /// Hands a task's output over to the next task. After the job's end it does nothing.
    ///
    /// - Throws: `LIFError` with reason `cancelled` for a fence lower than the job's, or an unknown job;
    ///   `OutputWriteException` for an output that is too large.
    public func write(
        _ output: TaskOutput, job: JobID, task: WorkflowTask.ID, attempt: Int, fence: Int
    ) async throws {
        try QueueRefusal.check(output.dataBytes, limit: maximumItemBytes)
        let refusal = try await journal.hand(output.handOver(from: task, attempt: attempt), of: job, epoch: fence)
        // What comes after the end changes nothing.
        if refusal == .superseded || refusal == .unknown { throw QueueRefusal.fenced }
    }

    /// What the last attempt at a task has handed over; `nil` for nothing, or when the part has its outcome.
    public func output(of task: WorkflowTask.ID, job: JobID) async throws -> TaskOutput? {
        try await journal.handOver(of: task.text, of: job).map(TaskOutput.init)
    }

    /// Appends the outcome as a part of the job's run; the first one of a part stays. After the job's end nothing is kept.
    ///
    /// - Returns: Whether this was the first.
    /// - Throws: As for an output.
    public func write(_ outcome: Outcome, job: JobID, part: Int, fence: Int) async throws -> Bool {
        switch try await journal.append([try self.part(part, outcome)], to: job, epoch: fence) {
        case .kept(let first, _): return !first.isEmpty
        case .refused(.ended): return false
        case .refused: throw QueueRefusal.fenced
        }
    }

    /// The outcomes of all parts that have landed, with their data.
    public func outcomes(of job: JobID) async throws -> [Int: Outcome] {
        try await outcomes(of: job, parts: 0..<Int.max)
    }

    /// The outcomes of some parts, with their data; parts that have not landed are left out.
    ///
    /// - Throws: `LIFError` `ResultExpired` when the data was removed, also while it was read.
    public func outcomes(of job: JobID, parts: Range<Int>) async throws -> [Int: Outcome] {
        let landed = try await journal.parts(of: job, .groups(parts), data: true)
        try await checkData(of: job)
        return Dictionary(
            try landed.map { ($0.group, try Outcome($0)) }, uniquingKeysWith: { first, _ in first })
    }

    /// What is kept of a part's outcome.
    ///
    /// - Throws: `LIFError` `OutputWriteException` for one that is too large.
    package func part(_ part: Int, _ outcome: Outcome) throws(LIFError) -> JournalPart {
        try QueueRefusal.check(outcome.dataBytes, limit: maximumItemBytes)
        return outcome.journaled(part: part)
    }

    /// After they were read: what was removed meanwhile must not look like parts without data.
    private func checkData(of job: JobID) async throws {
        if try await journal.run(job, document: false)?.isDataRemoved == true { throw QueueRefusal.expired }
    }

    /// The bytes of data that parts have brought; parts without data are left out. No data is read.
    public func sizes(of job: JobID, parts: Range<Int>) async throws -> [Int: Int] {
        let landed = try await journal.parts(of: job, .groups(parts), data: false)
        return Dictionary(
            landed.filter { $0.content.bytes > 0 }.map { ($0.group, $0.content.bytes) },
            uniquingKeysWith: { first, _ in first })
    }

    /// What has landed after a position, in the order of landing, with data.
    ///
    /// - Throws: `LIFError` `ResultExpired` when the data was removed, also while it was read.
    public func landed(of job: JobID, after position: Int64, limit: Int) async throws -> [LandedOutcome] {
        let landed = try await journal.parts(
            of: job, .landed(after: position, limit: limit, bytes: .max), data: true)
        try await checkData(of: job)
        return try landed.map { LandedOutcome(position: $0.position, part: $0.group, outcome: try Outcome($0)) }
    }

    /// What became of each part that has landed; no data is read.
    public func progress(of job: JobID) async throws -> [Int: OutcomeSummary] {
        let landed = try await journal.parts(of: job, .all, data: false)
        return Dictionary(landed.map { ($0.group, OutcomeSummary($0)) }, uniquingKeysWith: { first, _ in first })
    }
}
