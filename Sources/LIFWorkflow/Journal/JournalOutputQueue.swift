public import LIFJournal
public import LIFModel

/// The output queue of accepted jobs: their outcomes are the parts of their run in the journal.
public struct JournalOutputQueue: OutputQueue {
    private let journal: any Journal
    private let maximumItemBytes: Int

    /// - Parameter maximumItemBytes: Of the data of one outcome or one task's output.
    public init(_ journal: any Journal, maximumItemBytes: Int = 256 << 20) {
        self.journal = journal
        self.maximumItemBytes = maximumItemBytes
    }

    public func write(
        _ output: TaskOutput, job: JobID, task: WorkflowTask.ID, attempt: Int, fence: Int
    ) async throws {
        try QueueRefusal.check(output.dataBytes, limit: maximumItemBytes)
        let refusal = try await journal.hand(output.handOver(from: task, attempt: attempt), of: job, epoch: fence)
        // What comes after the end changes nothing.
        if refusal == .superseded || refusal == .unknown { throw QueueRefusal.fenced }
    }

    public func output(of task: WorkflowTask.ID, job: JobID) async throws -> TaskOutput? {
        try await journal.handOver(of: task.text, of: job).map(TaskOutput.init)
    }

    public func write(_ outcome: Outcome, job: JobID, part: Int, fence: Int) async throws -> Bool {
        try QueueRefusal.check(outcome.dataBytes, limit: maximumItemBytes)
        switch try await journal.append([outcome.journaled(part: part)], to: job, epoch: fence) {
        case .kept(let first, _): return !first.isEmpty
        case .refused(.ended): return false
        case .refused: throw QueueRefusal.fenced
        }
    }

    public func raiseFence(of job: JobID, to fence: Int) async throws {
        while let run = try await journal.run(job, document: false), run.state.epoch < fence {
            var state = run.state
            state.epoch = fence
            if try await journal.commit(RunChange(run, to: state)) != nil { return }
        }
    }

    public func outcomes(of job: JobID) async throws -> [Int: Outcome] {
        try await outcomes(of: job, parts: 0..<Int.max)
    }

    public func outcomes(of job: JobID, parts: Range<Int>) async throws -> [Int: Outcome] {
        let landed = try await journal.parts(of: job, .groups(parts), data: true)
        try await checkData(of: job)
        return Dictionary(
            try landed.map { ($0.group, try Outcome($0)) }, uniquingKeysWith: { first, _ in first })
    }

    /// After they were read: what was removed meanwhile must not look like parts without data.
    private func checkData(of job: JobID) async throws {
        if try await journal.run(job, document: false)?.isDataRemoved == true { throw QueueRefusal.expired }
    }

    public func sizes(of job: JobID, parts: Range<Int>) async throws -> [Int: Int] {
        let landed = try await journal.parts(of: job, .groups(parts), data: false)
        return Dictionary(
            landed.filter { $0.content.bytes > 0 }.map { ($0.group, $0.content.bytes) },
            uniquingKeysWith: { first, _ in first })
    }

    public func landed(of job: JobID, after position: Int64, limit: Int) async throws -> [LandedOutcome] {
        let landed = try await journal.parts(
            of: job, .landed(after: position, limit: limit, bytes: .max), data: true)
        try await checkData(of: job)
        return try landed.map { LandedOutcome(position: $0.position, part: $0.group, outcome: try Outcome($0)) }
    }

    public func progress(of job: JobID) async throws -> [Int: OutcomeSummary] {
        let landed = try await journal.parts(of: job, .all, data: false)
        return Dictionary(landed.map { ($0.group, OutcomeSummary($0)) }, uniquingKeysWith: { first, _ in first })
    }

    public func reopenFailed(of job: JobID, partCount: Int, fence: Int) async throws -> [Int] {
        while let run = try await journal.run(job, document: false) {
            if run.state.epoch > fence { throw QueueRefusal.fenced }
            if run.isDataRemoved { throw QueueRefusal.expired }
            var state = run.state
            state.epoch = fence
            var change = RunChange(run, to: state)
            change.dropsFailedParts = true
            if try await journal.commit(change) != nil { break }
        }
        let landed = Set(try await journal.parts(of: job, .all, data: false).map(\.group))
        return (0..<partCount).filter { !landed.contains($0) }
    }

    public func removeData(of jobs: [JobID]) async throws { try await journal.remove(.data, of: jobs) }

    public func remove(_ jobs: [JobID]) async throws { try await journal.remove(.all, of: jobs) }
}
