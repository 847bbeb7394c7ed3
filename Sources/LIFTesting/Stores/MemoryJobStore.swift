public import Foundation
public import LIFModel
public import LIFWorkflow
import Synchronization

/// A job store that forgets everything with its process.
public final class MemoryJobStore: JobStore {
    private struct Entry {
        var job: Job
        let position: Int
        var acknowledgedAt: Date?
        var isDataRemoved = false
    }

    private struct State {
        var entries: [JobID: Entry] = [:]
        var keys: [String: JobID] = [:]
        var lastPosition = 0
        var error: LIFError?
    }

    private let state = Mutex(State())

    public init() {}

    /// Each job from now on is refused with this; `nil` ends that.
    public func refuse(with error: LIFError?) {
        state.withLock { $0.error = error }
    }

    public func accept(_ job: Job) async throws -> Job {
        try state.withLock { state in
            if let error = state.error { throw error }
            let key = job.submission.idempotencyKey
            let earlier = state.entries[job.id] == nil ? key.flatMap { state.keys[$0] } : job.id
            if let earlier, let kept = state.entries[earlier] { return kept.job }
            state.lastPosition += 1
            state.entries[job.id] = Entry(job: job, position: state.lastPosition)
            if let key { state.keys[key] = job.id }
            return job
        }
    }

    public func job(_ id: JobID) async throws -> Job? { state.withLock { $0.entries[id]?.job } }

    public func jobs(_ filter: JobFilter) async throws -> [Job] {
        state.withLock { state in
            let after = filter.after.map { state.entries[$0]?.position ?? 0 }
            let found = state.entries.values
                .filter { after == nil || $0.position < after ?? 0 }
                .filter { Self.fits($0.job, filter) }
                .sorted { $0.position > $1.position }
            return found.prefix(min(max(filter.limit, 1), 1_000)).map(\.job)
        }
    }

    private static func fits(_ job: Job, _ filter: JobFilter) -> Bool {
        if let status = filter.status, job.finalStatus != (status.isFinal ? status : nil) { return false }
        if let schedule = filter.schedule, job.submission.scheduleID != schedule { return false }
        if let key = filter.idempotencyKey, job.submission.idempotencyKey != key { return false }
        if let source = filter.source { return job.plan.parts.contains { $0.informationSourceID == source } }
        return true
    }

    public func claim(for holder: HolderID, living: Set<HolderID>, limit: Int) async throws -> [Job] {
        state.withLock { state in
            Self.oldestFirst(state) { !living.contains($0.holder) }.prefix(max(limit, 0)).compactMap { job in
                Self.change(job.id, &state) { entry in
                    entry.job.holder = holder
                    entry.job.fence += 1
                    return true
                }
            }
        }
    }

    public func held(by holder: HolderID) async throws -> [Job] {
        state.withLock { state in Self.oldestFirst(state) { $0.holder == holder } }
    }

    private static func oldestFirst(_ state: State, _ isWanted: (Job) -> Bool) -> [Job] {
        state.entries.values.filter { $0.job.finalStatus == nil && isWanted($0.job) }
            .sorted { ($0.job.acceptedAt, $0.position) < ($1.job.acceptedAt, $1.position) }.map(\.job)
    }

    public func cancel(_ id: JobID, at date: Date, by holder: HolderID) async throws -> Job? {
        change(id) { entry in
            guard entry.job.finalStatus == nil else { return false }
            entry.job.cancelledAt = entry.job.cancelledAt ?? date
            entry.job.holder = holder
            entry.job.fence += 1
            return true
        }
    }

    public func fail(_ id: JobID, _ failure: Failure, fence: Int) async throws -> Job? {
        change(id) { entry in
            guard entry.job.finalStatus == nil, entry.job.fence <= fence else { return false }
            entry.job.engineFailure = failure
            return true
        }
    }

    public func reopen(_ id: JobID, at date: Date, by holder: HolderID) async throws -> Job? {
        change(id) { entry in
            guard entry.job.finalStatus != nil, !entry.isDataRemoved else { return false }
            entry.acknowledgedAt = nil
            (entry.job.finishedAt, entry.job.finalStatus) = (nil, nil)
            (entry.job.cancelledAt, entry.job.engineFailure) = (nil, nil)
            entry.job.holder = holder
            entry.job.startedAt = date
            entry.job.fence += 1
            return true
        }
    }

    public func finish(_ id: JobID, status: JobStatus, fence: Int, at date: Date) async throws -> Bool {
        change(id) { entry in
            guard entry.job.finalStatus == nil, status.isFinal, entry.job.fence <= fence else { return false }
            (entry.job.finishedAt, entry.job.finalStatus) = (date, status)
            return true
        } != nil
    }

    public func acknowledge(_ id: JobID, at date: Date) async throws -> Bool {
        change(id) { entry in
            guard entry.job.finalStatus != nil else { return false }
            entry.acknowledgedAt = entry.acknowledgedAt ?? date
            return true
        } != nil
    }

    private func change(_ id: JobID, _ body: (inout Entry) -> Bool) -> Job? {
        state.withLock { Self.change(id, &$0, body) }
    }

    /// - Parameter body: Tells whether it has changed the entry.
    private static func change(_ id: JobID, _ state: inout State, _ body: (inout Entry) -> Bool) -> Job? {
        guard var entry = state.entries[id], body(&entry) else { return nil }
        state.entries[id] = entry
        return entry.job
    }

    public func withExpiredData(
        finishedBefore: Date?, acknowledgedBefore: Date?, limit: Int
    ) async throws -> [JobID] {
        finished(limit) { entry in
            if entry.isDataRemoved { return false }
            let isOld = finishedBefore.map { (entry.job.finishedAt ?? $0) < $0 } ?? false
            let isTaken = acknowledgedBefore.map { (entry.acknowledgedAt ?? $0) < $0 } ?? false
            return isOld || isTaken
        }
    }

    public func markDataRemoved(_ jobs: [JobID]) async throws {
        state.withLock { state in
            for id in jobs where state.entries[id]?.job.finalStatus != nil { state.entries[id]?.isDataRemoved = true }
        }
    }

    public func finished(before date: Date, limit: Int) async throws -> [JobID] {
        finished(limit) { ($0.job.finishedAt ?? date) < date }
    }

    private func finished(_ limit: Int, _ isWanted: (Entry) -> Bool) -> [JobID] {
        state.withLock { state in
            let found = state.entries.values.filter { $0.job.finalStatus != nil && isWanted($0) }
            let oldestFirst = found.sorted {
                ($0.job.finishedAt ?? .distantPast, $0.position) < ($1.job.finishedAt ?? .distantPast, $1.position)
            }
            return oldestFirst.prefix(max(limit, 0)).map(\.job.id)
        }
    }

    public func remove(_ jobs: [JobID]) async throws {
        state.withLock { state in
            for id in jobs {
                let entry = state.entries.removeValue(forKey: id)
                if let key = entry?.job.submission.idempotencyKey { state.keys[key] = nil }
            }
        }
    }

    /// There are no others.
    public func changesByOthers() -> AsyncStream<Void> { AsyncStream { _ in } }
}

extension JobStore {
    /// Finishes a job whoever holds it.
    public func finish(_ id: JobID, status: JobStatus, at date: Date) async throws -> Bool {
        try await finish(id, status: status, fence: .max, at: date)
    }
}
