import Foundation
import LIFModel
import LIFWorkflow

/// A job store that calls back before and after each call of the one behind it.
struct HookedJobStore: JobStore {
    enum Call: Sendable, Hashable {
        case accept, job, jobs, claim, held, cancel, fail, reopen, finish, acknowledge, withExpiredData,
            markDataRemoved,
            finished, remove

        var isWrite: Bool {
            switch self {
            case .accept, .claim, .cancel, .fail, .reopen, .finish, .acknowledge, .markDataRemoved, .remove: true
            case .job, .jobs, .held, .withExpiredData, .finished: false
            }
        }
    }

    let base: any JobStore
    var before: @Sendable (Call) async throws -> Void = { _ in }
    var after: @Sendable (Call) async throws -> Void = { _ in }
    var changes: @Sendable () -> AsyncStream<Void> = { AsyncStream { _ in } }

    private func call<Value>(_ call: Call, _ body: () async throws -> Value) async throws -> Value {
        try await before(call)
        let value = try await body()
        try await after(call)
        return value
    }

    func accept(_ job: Job) async throws -> Job { try await call(.accept) { try await base.accept(job) } }

    func job(_ id: JobID) async throws -> Job? { try await call(.job) { try await base.job(id) } }

    func jobs(_ filter: JobFilter) async throws -> [Job] { try await call(.jobs) { try await base.jobs(filter) } }

    func claim(for holder: HolderID, living: Set<HolderID>, limit: Int) async throws -> [Job] {
        try await call(.claim) { try await base.claim(for: holder, living: living, limit: limit) }
    }

    func held(by holder: HolderID) async throws -> [Job] {
        try await call(.held) { try await base.held(by: holder) }
    }

    func cancel(_ id: JobID, at date: Date, by holder: HolderID) async throws -> Job? {
        try await call(.cancel) { try await base.cancel(id, at: date, by: holder) }
    }

    func fail(_ id: JobID, _ failure: Failure, fence: Int) async throws -> Job? {
        try await call(.fail) { try await base.fail(id, failure, fence: fence) }
    }

    func reopen(_ id: JobID, at date: Date, by holder: HolderID) async throws -> Job? {
        try await call(.reopen) { try await base.reopen(id, at: date, by: holder) }
    }

    func finish(_ id: JobID, status: JobStatus, fence: Int, at date: Date) async throws -> Bool {
        try await call(.finish) { try await base.finish(id, status: status, fence: fence, at: date) }
    }

    func acknowledge(_ id: JobID, at date: Date) async throws -> Bool {
        try await call(.acknowledge) { try await base.acknowledge(id, at: date) }
    }

    func withExpiredData(finishedBefore: Date?, acknowledgedBefore: Date?, limit: Int) async throws -> [JobID] {
        try await call(.withExpiredData) {
            try await base.withExpiredData(
                finishedBefore: finishedBefore, acknowledgedBefore: acknowledgedBefore, limit: limit)
        }
    }

    func markDataRemoved(_ jobs: [JobID]) async throws {
        try await call(.markDataRemoved) { try await base.markDataRemoved(jobs) }
    }

    func finished(before date: Date, limit: Int) async throws -> [JobID] {
        try await call(.finished) { try await base.finished(before: date, limit: limit) }
    }

    func remove(_ jobs: [JobID]) async throws { try await call(.remove) { try await base.remove(jobs) } }

    func changesByOthers() -> AsyncStream<Void> { changes() }
}
