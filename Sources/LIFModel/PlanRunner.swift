/// The port through which a planner has a plan run: by the orchestrator in the same process, or by one over HTTP.
public protocol PlanRunner: Sendable {
    /// Runs the plan and returns when each part has its outcome.
    ///
    /// - Parameters:
    ///   - plan: At least one part.
    ///   - land: Called once per part, in the order in which outcomes land, with the index of the part. Calls for different
    ///     parts may overlap.
    /// - Throws: `LIFError` when the plan, or a part of it, cannot be run (`QueryParseException`, `OperatorNotFoundException`,
    ///   `JobPostException`, `Overloaded`, `NeighbourNotAvailable`), after the parts that can be have landed. What has not
    ///   landed may be offered again: as it is when the error is retryable; else, when its reason is `operatorNotFound`, as a
    ///   plan of what the runner knows. A failing source never throws: it is an outcome. `CancellationError` when the task is
    ///   cancelled; what was fetching is cancelled too.
    func run(_ plan: QueryPlan, land: @escaping @Sendable (Int, Outcome) async -> Void) async throws

    /// The runner with the configuration that it has now. What this returns goes on with that one when another is loaded, so
    /// that a plan is run by the same configuration as it was made by.
    ///
    /// A runner whose configuration is not in this process returns itself.
    var current: any PlanRunner { get }

    /// Whether the outcomes that it lands were held against the plan and the configuration already
    /// (`QueryPlanPart.admitted(_:of:)`). By default they were not, and the planner does it.
    var checksOutcomes: Bool { get }
}

extension PlanRunner {
    /// The runner itself.
    public var current: any PlanRunner { self }
    /// Outcomes are checked by whoever gets them.
    public var checksOutcomes: Bool { false }
}
