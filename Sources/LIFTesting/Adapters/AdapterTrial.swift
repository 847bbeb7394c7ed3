import LIFModel
public import LIFWorkflow
import Synchronization

/// An adapter and the source that it asks, for the length of one check.
public struct AdapterTrial: Sendable {
    let operation: any TaskOperator
    let requestCount: (@Sendable () async throws -> Int)?
    let isLeft: (@Sendable () async throws -> Bool)?

    /// One trial: an adapter, and the source that it asks.
    ///
    /// - Parameters:
    ///   - operation: The adapter's operator, which nobody has used before.
    ///   - requestCount: How often the source was asked for a learner's data; `nil` where it cannot know.
    ///   - isLeft: Whether the adapter holds nothing of the source any more after a cancelled fetch: no connection, no
    ///     process. `nil` where it cannot know.
    public init(
        _ operation: any TaskOperator, requestCount: (@Sendable () async throws -> Int)? = nil,
        isLeft: (@Sendable () async throws -> Bool)? = nil
    ) {
        self.operation = operation
        self.requestCount = requestCount
        self.isLeft = isLeft
    }

    /// What one fetch gave.
    struct Answer {
        let fragments: [Fragment]
        let report: OperatorReport
    }

    func fetch(
        _ learner: LearnerIdentifier, _ paths: [FragmentPath], log: @escaping @Sendable (String) -> Void = { _ in },
        take: @Sendable () throws -> Void = {}
    ) async throws -> Answer {
        let part = QueryPlanPart(
            informationSourceID: "source", adapterID: "adapter", learner: learner, fragmentPaths: paths,
            translation: nil)
        let fragments = Mutex<[Fragment]>([])
        let report = try await operation.run(part, context: OperatorContext(log: log)) { item in
            try take()
            if case .fragment(let fragment) = item { fragments.withLock { $0.append(fragment) } }
        }
        return Answer(fragments: fragments.withLock { $0 }, report: report)
    }
}
