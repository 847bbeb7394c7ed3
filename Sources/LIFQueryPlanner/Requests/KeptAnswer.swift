public import Foundation
public import LIFModel

/// The answer to an asynchronous query, read from the store.
public struct KeptAnswer: StreamedAnswer {
    /// Parts of a native result that are read at a time.
    private static let partsAtOnce = 1_000
    /// Learners whose records are made at a time; a record may have hundreds of kilobytes.
    private static let learnersAtOnce = 5

    /// Completed.
    public let request: ProcessedRequest
    /// What has landed of it, counted when the answer was asked for.
    public let progress: RequestProgress
    private let store: ProcessedRequestStore

    init(_ request: ProcessedRequest, _ progress: RequestProgress, store: ProcessedRequestStore) {
        self.request = request
        self.progress = progress
        self.store = store
    }

    /// Whether a source knows one of the learners, or failed and may. Also `true` where nobody could say: no source supplies the
    /// paths, or the query came through a partner.
    public var mayKnowLearner: Bool {
        request.expectedParts == 0 || !request.via.isEmpty || progress.mayKnowLearner
    }

    /// When the oldest data in it was fetched; `nil` when it has none.
    public var oldestData: Date? { progress.oldestData }

    /// The gaps, each kind once, without learners.
    ///
    /// - Throws: `LIFError` `OutputReadException`.
    public func gaps() async throws -> [AnswerPart] { try await store.gaps(of: request.id) }

    /// Calls with the records of five learners at a time, in the order asked.
    ///
    /// - Throws: `LIFError` `OutputReadException`; what `body` throws. Parts that were removed meanwhile are not noticed
    ///   here, but in ``check()``.
    public func records(_ body: ([LIFRecord]) async throws -> Void) async throws {
        let projection = Projection(selecting: request.query.selectedFields)
        let count = request.query.learners.count
        for first in stride(from: 0, to: count, by: Self.learnersAtOnce) {
            let learners = first..<min(first + Self.learnersAtOnce, count)
            let landed = try await store.parts(of: request.id, learners: learners)
            try await body(RecordAssembly.records(of: learners, from: landed, projection: projection))
        }
    }

    /// In the order in which they landed.
    public func parts(_ body: ([AnswerPart]) async throws -> Void) async throws {
        var position = 0
        while true {
            let parts = try await store.outcomes(of: request.id, after: position, limit: Self.partsAtOnce)
            guard let last = parts.last else { return }
            position = last.position
            try await body(parts.map(\.landed.part))
        }
    }

    /// What was removed while it was read must not look like learners without data.
    public func check() async throws {
        if try await store.status(of: request.id)?.state != .completed { throw QueryPlanner.expired }
    }
}
