import Foundation
import LIFModel
import LIFTesting
import LIFWorkflow

/// A job store in memory that tells when it was read.
final class CountingJobStore: JobStore {
    let reads = Tally()
    private let store = JournalJobStore()

    func refuse(with error: LIFError?) { store.refuse(with: error) }

    func job(_ id: JobID) async throws -> Job? {
        defer { reads.add() }
        return try await store.job(id)
    }

    func accept(_ job: Job) async throws -> Job { try await store.accept(job) }

    func jobs(_ filter: JobFilter) async throws -> [Job] { try await store.jobs(filter) }

    func claim(for holder: HolderID, living: Set<HolderID>, limit: Int) async throws -> [Job] {
        try await store.claim(for: holder, living: living, limit: limit)
    }

    func held(by holder: HolderID) async throws -> [Job] { try await store.held(by: holder) }

    func cancel(_ id: JobID, at date: Date, by holder: HolderID) async throws -> Job? {
        try await store.cancel(id, at: date, by: holder)
    }

    func fail(_ id: JobID, _ failure: Failure, fence: Int) async throws -> Job? {
        try await store.fail(id, failure, fence: fence)
    }

    func reopen(_ id: JobID, at date: Date, by holder: HolderID) async throws -> Job? {
        try await store.reopen(id, at: date, by: holder)
    }

    func finish(_ id: JobID, status: JobStatus, fence: Int, at date: Date) async throws -> Bool {
        try await store.finish(id, status: status, fence: fence, at: date)
    }

    func acknowledge(_ id: JobID, at date: Date) async throws -> Bool { try await store.acknowledge(id, at: date) }

    func withExpiredData(finishedBefore: Date?, acknowledgedBefore: Date?, limit: Int) async throws -> [JobID] {
        try await store.withExpiredData(
            finishedBefore: finishedBefore, acknowledgedBefore: acknowledgedBefore, limit: limit)
    }

    func markDataRemoved(_ jobs: [JobID]) async throws { try await store.markDataRemoved(jobs) }

    func finished(before date: Date, limit: Int) async throws -> [JobID] {
        try await store.finished(before: date, limit: limit)
    }

    func remove(_ jobs: [JobID]) async throws { try await store.remove(jobs) }

    func changesByOthers() -> AsyncStream<Void> { store.changesByOthers() }
}
