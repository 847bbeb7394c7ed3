public import Foundation
public import LIFWorkflow
import Synchronization

/// A job log that forgets everything with its process.
public final class MemoryJobLog: JobLog {
    private let entries = Mutex<[JobLogEntry]>([])

    /// Makes an empty log.
    public init() {}

    /// All entries, in their order.
    public var all: [JobLogEntry] { entries.withLock { $0 } }

    /// Keeps the entry at once.
    public func append(_ entry: JobLogEntry) { entries.withLock { $0.append(entry) } }

    /// The last entries of a job, in the order in which they were appended.
    public func entries(of job: JobID, limit: Int) async throws -> [JobLogEntry] {
        entries.withLock { entries in entries.filter { $0.job == job }.suffix(max(limit, 0)) }
    }

    /// Does nothing: every entry is kept already.
    public func flush() async {}

    /// Removes the oldest entries from before the date, and returns how many.
    public func remove(before date: Date, limit: Int) async throws -> Int {
        entries.withLock { entries in
            let old = entries.indices.filter { entries[$0].at < date }
                .sorted { (entries[$0].at, $0) < (entries[$1].at, $1) }.prefix(max(limit, 0))
            for index in old.sorted(by: >) { entries.remove(at: index) }
            return old.count
        }
    }

    /// Removes all entries of the jobs.
    public func remove(_ jobs: [JobID]) async throws {
        entries.withLock { entries in entries.removeAll { jobs.contains($0.job) } }
    }
}
