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

    public func append(_ entry: JobLogEntry) { entries.withLock { $0.append(entry) } }

    public func entries(of job: JobID, limit: Int) async throws -> [JobLogEntry] {
        entries.withLock { entries in entries.filter { $0.job == job }.suffix(max(limit, 0)) }
    }

    public func flush() async {}

    public func remove(before date: Date, limit: Int) async throws -> Int {
        entries.withLock { entries in
            let old = entries.indices.filter { entries[$0].at < date }
                .sorted { (entries[$0].at, $0) < (entries[$1].at, $1) }.prefix(max(limit, 0))
            for index in old.sorted(by: >) { entries.remove(at: index) }
            return old.count
        }
    }

    public func remove(_ jobs: [JobID]) async throws {
        entries.withLock { entries in entries.removeAll { jobs.contains($0.job) } }
    }
}
