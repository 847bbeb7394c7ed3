import LIFJSON
public import LIFModel
import Synchronization

/// An output queue in the process: for runs that nobody was promised (a synchronous query's, which is over when its answer
/// is), and for tests.
public final class MemoryOutputQueue: OutputQueue {
    private struct Entry {
        var fence = 0
        var outputs: [WorkflowTask.ID: (attempt: Int, output: TaskOutput)] = [:]
        var landed: [LandedOutcome] = []
        var summaries: [Int: OutcomeSummary] = [:]
        var nextPosition: Int64 = 1
        var isDataRemoved = false
    }

    private let entries = Mutex<[JobID: Entry]>([:])
    private let maximumItemBytes: Int

    /// - Parameter maximumItemBytes: Of one outcome.
    public init(maximumItemBytes: Int = .max) { self.maximumItemBytes = maximumItemBytes }

    public func write(
        _ output: TaskOutput, job: JobID, task: WorkflowTask.ID, attempt: Int, fence: Int
    ) async throws {
        try entries.withLock { entries in
            try Self.admit(fence, entries[job])
            if let known = entries[job]?.outputs[task], known.attempt >= attempt { return }
            entries[job, default: Entry()].outputs[task] = (attempt, output)
        }
    }

    public func output(of task: WorkflowTask.ID, job: JobID) async throws -> TaskOutput? {
        entries.withLock { $0[job]?.outputs[task]?.output }
    }

    public func write(_ outcome: Outcome, job: JobID, part: Int, fence: Int) async throws -> Bool {
        try entries.withLock { entries in
            try Self.admit(fence, entries[job])
            let bytes = outcome.fragments.reduce(0) { $0 + $1.content.items.bytes.count }
            if bytes > maximumItemBytes { throw QueueRefusal.tooLarge(bytes, limit: maximumItemBytes) }
            if entries[job]?.summaries[part] != nil { return false }
            var entry = entries[job] ?? Entry()
            entry.summaries[part] = OutcomeSummary(outcome)
            entry.landed.append(LandedOutcome(position: entry.nextPosition, part: part, outcome: outcome))
            entry.nextPosition += 1
            let prefix = "part-\(part)/"
            entry.outputs = entry.outputs.filter { !$0.key.text.hasPrefix(prefix) }
            entries[job] = entry
            return true
        }
    }

    private static func admit(_ fence: Int, _ entry: Entry?) throws(LIFError) {
        if let entry, fence < entry.fence { throw QueueRefusal.fenced }
    }

    public func raiseFence(of job: JobID, to fence: Int) async throws {
        entries.withLock { entries in
            entries[job, default: Entry()].fence = max(entries[job]?.fence ?? 0, fence)
        }
    }

    public func outcomes(of job: JobID) async throws -> [Int: Outcome] {
        try entries.withLock { entries in
            let entry = entries[job]
            if entry?.isDataRemoved == true { throw QueueRefusal.expired }
            return Dictionary(
                (entry?.landed ?? []).map { ($0.part, $0.outcome) }, uniquingKeysWith: { first, _ in first })
        }
    }

    public func landed(of job: JobID, after position: Int64, limit: Int) async throws -> [LandedOutcome] {
        try entries.withLock { entries in
            let entry = entries[job]
            if entry?.isDataRemoved == true { throw QueueRefusal.expired }
            return Array((entry?.landed ?? []).filter { $0.position > position }.prefix(limit))
        }
    }

    public func progress(of job: JobID) async throws -> [Int: OutcomeSummary] {
        entries.withLock { $0[job]?.summaries ?? [:] }
    }

    public func reopenFailed(of job: JobID, partCount: Int, fence: Int) async throws -> [Int] {
        try entries.withLock { entries in
            try Self.admit(fence, entries[job])
            var entry = entries[job] ?? Entry()
            entry.fence = max(entry.fence, fence)
            let failed = Set(entry.summaries.filter { $0.value.failure != nil }.keys)
            entry.landed.removeAll { failed.contains($0.part) }
            for part in failed { entry.summaries[part] = nil }
            entries[job] = entry
            return (0..<partCount).filter { entry.summaries[$0] == nil }
        }
    }

    public func removeData(of jobs: [JobID]) async throws {
        entries.withLock { entries in
            for job in jobs where entries[job] != nil {
                entries[job]?.landed = []
                entries[job]?.isDataRemoved = true
            }
        }
    }

    public func remove(_ jobs: [JobID]) async throws {
        entries.withLock { entries in for job in jobs { entries[job] = nil } }
    }

    /// Whether it holds nothing of any run.
    public var isEmpty: Bool { entries.withLock(\.isEmpty) }

    /// Forgets a run.
    public func remove(_ job: JobID) { entries.withLock { $0[job] = nil } }
}
