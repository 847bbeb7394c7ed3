import Foundation
import LIFConcurrency
import LIFModel
import Synchronization

/// Works on one promised query: page by page, several at a time, each part kept as it lands. What has landed before, here or in
/// a process that died, is not done again.
struct ProcessedRequestWorker: Sendable {
    /// Pages of one query that are worked on at the same time.
    static let pagesAtOnce = 8
    /// How many faults of a neighbour in a row end the wait for it.
    static let neighbourFaults = 5
    /// How long plans are offered to an orchestrator elsewhere that is full or away.
    static let refusalTolerance = Duration.seconds(86_400)

    let metadata: SourceMetadataLoader
    let runner: QueryRunner
    let store: ProcessedRequestStore
    /// The pages that are worked on at a time, of all queries: they take memory. Places are reserved for queries of one page, so
    /// that large queries of a slow source do not hold these up.
    let gate: TaskSemaphore<PlaceLedger>
    /// Bounds the pages that are looked up in the cache while they wait for a place.
    let looks = TaskSemaphore(places: 2)
    let metrics: PlannerMetrics
    /// Told after each part.
    let landed: @Sendable (RandomID) -> Void
    var retry = RetryPolicy.storage

    /// The request is another process's now.
    struct TakenOver: Error {}

    /// - Returns: How the request ends.
    /// - Throws: `CancellationError`, `TakenOver`; `LIFError` when a store fails.
    func work(on request: ProcessedRequest) async throws -> ProcessedRequest.State {
        let pages: [Question]
        let refusals = Refusals()
        do {
            let catalogue = try await retrying { try await metadata.catalogue() }
            let query = try CanonicalQuery(request.query, catalogue: catalogue)
            pages = Question.pages(
                of: query, catalogue: catalogue, asOf: request.asOf, via: try FederationPath(request.via))
            try await work(on: pages, of: request, refusals)
        } catch let error as LIFError where !error.isStorageFault {
            return .failed(code: error.code.rawValue, message: error.message)
        }
        let progress = try await store.progress(of: request.id)
        guard progress.count > 0, progress.landed[.missing] == progress.count else { return .completed }
        let parts = try await store.outcomes(of: request.id, after: 0, limit: 100).map(\.landed.part)
        guard let error = Availability.fault(of: parts, refusal: refusals.first) else { return .completed }
        return .failed(code: error.code.rawValue, message: error.message)
    }

    private func work(on pages: [Question], of request: ProcessedRequest, _ refusals: Refusals) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            defer { group.cancelAll() }
            for (number, page) in pages.enumerated() {
                if number >= Self.pagesAtOnce { try await group.next() }
                let place: PlaceLedger.Request = pages.count == 1 ? .preferred : .common
                group.addTask { try await settle(page, in: place, of: request, refusals) }
            }
            try await group.waitForAll()
        }
    }

    /// Works on a page until each of its parts has landed. Where a neighbour that the whole page needs stays away, as the
    /// Identity Mapper, they are missing.
    private func settle(
        _ page: Question, in place: PlaceLedger.Request, of request: ProcessedRequest, _ refusals: Refusals
    ) async throws {
        do {
            try await retrying { try await admit(page, in: place, of: request, refusals) }
        } catch let error as LIFError where !error.isStorageFault {
            // A stop makes neighbours fail.
            try Task.checkCancellation()
            let page = await current(page, of: request)
            let done = try await store.landed(of: request.id, learners: page.learners)
            if error.blame != .caller { refusals.note(error) }
            try await land(runner.unidentified(page, without: done, because: error), of: request)
        }
    }

    /// Tries again, after longer and longer pauses: always what this process refused itself, for a day what an orchestrator
    /// elsewhere refuses for now, and some times what a neighbour's fault, or its other configuration, has ended.
    ///
    /// - Throws: What does not pass, or has not; `CancellationError`. Faults of the store are left to the caller.
    private func retrying<Value: Sendable>(_ body: () async throws -> Value) async throws -> Value {
        var (refusals, faults) = (0, 0)
        let start = ContinuousClock.now
        var (offers, neighbours) = (retry, retry)
        (offers.time, offers.longestRetryAfter) = (Self.refusalTolerance, .seconds(60))
        neighbours.attempts = Self.neighbourFaults
        while true {
            let step: RetryPolicy.Step
            let last: any Error
            do {
                return try await body()
            } catch let error as LIFError where error.isOwnRefusal && !error.isStorageFault {
                refusals += 1
                (step, last) = (retry.step(after: refusals), error)
            } catch let refusal as PlanRefusal where refusal.mayPass {
                let error = refusal.error
                if error.isStorageFault { throw error }
                refusals += 1
                let elapsed = error.isOwnRefusal ? .zero : .now - start
                (step, last) = (offers.step(after: refusals, elapsed: elapsed, retryAfter: error.retryAfter), error)
            } catch let error where (error as? LIFError)?.isPassingFault ?? (error is PlanRefusal) {
                faults += 1
                (step, last) = (neighbours.step(after: faults), (error as? PlanRefusal)?.error ?? error)
            }
            guard case .again(let pause) = step else { throw last }
            try await Task.sleep(for: pause)
        }
    }

    /// Works on a page when it has a place. One that would wait, though it needs no fetch, passes without.
    private func admit(
        _ page: Question, in place: PlaceLedger.Request, of request: ProcessedRequest, _ refusals: Refusals
    ) async throws {
        if gate.ledger.isFull(for: place) {
            let isDone = try await looks.inPlace { try await work(on: page, of: request, refusals, onlyKept: true) }
            if isDone { return }
        }
        _ = try await gate.withPermit(place) { try await work(on: page, of: request, refusals) }
    }

    /// The page as the sources are configured now: a reload while a large query is worked on holds for what is left of it.
    private func current(_ page: Question, of request: ProcessedRequest) async -> Question {
        // The fields alone: the learners of the whole query may be very many.
        let fields = LIFQuery(learners: [], selectedFields: request.query.selectedFields)
        guard let catalogue = try? await metadata.catalogue(), catalogue != page.catalogue,
            let query = try? CanonicalQuery(fields, catalogue: catalogue)
        else { return page }
        return page.asked(of: catalogue, query)
    }

    /// - Parameter onlyKept: Lands nothing of a page that the cache does not have wholly.
    /// - Returns: Whether the page is done.
    private func work(
        on page: Question, of request: ProcessedRequest, _ refusals: Refusals, onlyKept: Bool = false
    ) async throws -> Bool {
        let page = await current(page, of: request)
        let done = try await store.landed(of: request.id, learners: page.learners)
        let delta = try await runner.delta(of: page, without: done)
        if onlyKept, !runner.canKeep(delta, of: page) { return false }
        // The LIF Cache's rules need all parts of a learner.
        let before =
            done.isEmpty || runner.records == nil ? [] : try await store.parts(of: request.id, learners: page.learners)
        let refusal = try await runner.run(page, delta: delta, before: before, patience: nil) { parts in
            try await land(parts, of: request)
        }
        if let refusal { refusals.note(refusal) }
        return true
    }

    private func land(_ parts: [LandedPart], of request: ProcessedRequest) async throws {
        guard try await store.append(parts, to: request.id, fence: request.fence) else { throw TakenOver() }
        metrics.parts(parts.lazy.map(\.part))
        landed(request.id)
    }

    /// Why plans could not be run.
    private final class Refusals: Sendable {
        private let noted: Mutex<LIFError?> = Mutex(nil)

        var first: LIFError? { noted.withLock { $0 } }

        func note(_ error: LIFError) { noted.withLock { $0 = $0 ?? error } }
    }
}

extension LIFError {
    /// A fault of a neighbour that may pass.
    fileprivate var isPassingFault: Bool { isRetryable && !isStorageFault }
}
