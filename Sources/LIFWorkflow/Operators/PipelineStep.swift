public import LIFModel

/// A step of a data pipeline, which changes what the adapter brought before it is stored (Orchestrator seed, "Data
/// Pipelines"). The rules for a `TaskOperator` hold.
public protocol PipelineStep: Sendable {
    /// The word for it in graphs and logs: `remove`, `keep`, `command`.
    var name: String { get }

    /// Whether what it makes of a fragment depends on that fragment alone. If not, a fragment that it could have made of one
    /// that the source failed to give counts as failed, too.
    var worksOnEachFragment: Bool { get }

    func process(
        _ fragments: [Fragment], of part: QueryPlanPart, context: OperatorContext
    ) async throws -> [Fragment]
}

extension PipelineStep {
    public var worksOnEachFragment: Bool { false }
}
