public import LIFModel

/// A step of a data pipeline, which changes what the adapter brought before it is stored (Orchestrator seed, "Data
/// Pipelines"). The rules for a `TaskOperator` hold.
public protocol PipelineStep: Sendable {
    /// The word for it in graphs and logs: `remove`, `keep`, `command`.
    var name: String { get }

    /// Whether what it makes of a fragment depends on that fragment alone. If not, a fragment that it could have made of one
    /// that the source failed to give counts as failed, too.
    var worksOnEachFragment: Bool { get }

    /// Changes the fragments of the adapter or the previous step, and returns those for the next step or for storing.
    ///
    /// - Throws: `LIFError` `OperatorException` with its `reason`, retryable or not; `CancellationError`.
    func process(
        _ fragments: [Fragment], of part: QueryPlanPart, context: OperatorContext
    ) async throws -> [Fragment]
}

extension PipelineStep {
    /// `false`, the safe answer: where the source failed at a path, what a step makes may depend on it.
    public var worksOnEachFragment: Bool { false }
}
