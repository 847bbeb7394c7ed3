import Foundation
import LIFModel
import Synchronization

/// Works on one promised query: page by page, several at a time, each part kept as it lands. What has landed before, here or in
/// a process that died, is not done again.
struct ProcessedRequestWorker: Sendable {
    /// Pages of one query that are worked on at the same time.
    static let pagesAtOnce = 8

    let metadata: SourceMetadataLoader
    let runner: QueryRunner
    let store: any ProcessedRequestStore
    let gate: PageGate
    let metrics: PlannerMetrics
    /// Told after each part.
    let landed: @Sendable (RandomID) -> Void

    /// The request is another process's now.
    struct TakenOver: Error {}

    /// - Returns: How the request ends.
    /// - Throws: `CancellationError`, `TakenOver`; `LIFError` when a store fails.
    func work(on request: ProcessedRequest) async throws -> ProcessedRequest.State {
        let pages: [Question]
        let refusals = Refusals()
        do {
            let catalogue = try await metadata.catalogue()
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
                group.addTask { try await gate.pass { try await work(on: page, of: request, refusals) } }
            }
            try await group.waitForAll()
        }
    }

    private func work(on page: Question, of request: ProcessedRequest, _ refusals: Refusals) async throws {
        let done = try await store.landed(of: request.id, learners: page.learners)
        let delta = try await runner.delta(of: page, without: done)
        let refusal = try await runner.run(page, delta: delta) { parts in
            guard try await store.append(parts, to: request.id, fence: request.fence) else { throw TakenOver() }
            metrics.parts(parts.lazy.map(\.part))
            landed(request.id)
        }
        if let refusal { refusals.note(refusal) }
    }

    /// Why plans could not be run.
    private final class Refusals: Sendable {
        private let noted: Mutex<LIFError?> = Mutex(nil)

        var first: LIFError? { noted.withLock { $0 } }

        func note(_ error: LIFError) { noted.withLock { $0 = $0 ?? error } }
    }
}
