public import Foundation
public import LIFModel

/// The answer to a promised query, read from the store.
public struct KeptAnswer: StreamedAnswer {
    /// Parts of a native result that are read at a time.
    private static let partsAtOnce = 1_000
    /// Learners whose records are made at a time; a record may have hundreds of kilobytes.
    private static let learnersAtOnce = 5

    /// Completed.
    public let request: ProcessedRequest
    public let progress: RequestProgress
    private let store: any ProcessedRequestStore

    init(_ request: ProcessedRequest, _ progress: RequestProgress, store: any ProcessedRequestStore) {
        self.request = request
        self.progress = progress
        self.store = store
    }

    public var mayKnowLearner: Bool {
        request.expectedParts == 0 || !request.via.isEmpty || progress.mayKnowLearner
    }

    public var oldestData: Date? { progress.oldestData }

    public func gaps() async throws -> [AnswerPart] { try await store.gaps(of: request.id) }

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
