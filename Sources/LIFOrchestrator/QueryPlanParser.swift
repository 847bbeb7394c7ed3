public import LIFJSON
public import LIFModel
public import LIFWorkflow

/// Reads what is submitted, compares it with the configuration, and makes workflow graphs of it (Orchestrator seed,
/// "QueryPlan Parser").
///
/// It collects all faults of a document, each with its place: first those of its shape; when the shape is right those
/// that a comparison with the configuration shows.
public struct QueryPlanParser: Sendable {
    let configuration: OrchestratorConfiguration
    let registry: OperatorRegistry

    /// Compares submissions with this configuration and the operators that exist.
    public init(configuration: OrchestratorConfiguration, registry: OperatorRegistry) {
        self.configuration = configuration
        self.registry = registry
    }

    /// Reads `{"lif_query_plan":[…],"async":…,"workflow":{…},"callback":…}` and validates it. Other members are passed
    /// over, as deployed clients send some.
    ///
    /// - Returns: The submission, and whether the submitter takes the job id and reads the result later, instead of
    ///   waiting for it.
    /// - Throws: `LIFError` `QueryParseException` with every fault; `OperatorNotFoundException` when nothing but sources and
    ///   operators is unknown: the message names what exists.
    public func submission(
        _ document: JSONValue
    ) throws(LIFError) -> (submission: JobSubmission, isAsynchronous: Bool) {
        guard let root = document.object else {
            throw .fault(
                .shape, at: "", "The job is \(document.kindDescription); it must be an object with \"lif_query_plan\".")
        }
        var faults = DocumentFaults()
        // Parts past the limit are not even read.
        try checkCount(root["lif_query_plan"]?.array?.count)
        let submission = JobSubmission(members: root, faults: &faults)
        let isAsynchronous = Self.isAsynchronous(root, faults: &faults)
        try faults.check()
        return (try validated(submission), isAsynchronous)
    }

    /// `async`, or `async_` as older clients write it; true when absent.
    private static func isAsynchronous(_ root: JSONObject, faults: inout DocumentFaults) -> Bool {
        var isAsynchronous: Bool?
        for name in ["async", "async_"] {
            guard let value = root[name], !value.isNull else { continue }
            if let bool = value.bool {
                isAsynchronous = isAsynchronous ?? bool
            } else {
                faults.add(shapeOf: value, at: name, should: "true or false")
            }
        }
        return isAsynchronous ?? true
    }

    func checkCount(_ count: Int?) throws(LIFError) {
        if count == 0 {
            throw .fault(.value, at: "lif_query_plan", "The query plan has no parts. Give at least one.")
        }
        if let count, count > configuration.partLimit {
            throw .fault(
                .value, at: "lif_query_plan",
                "The query plan has \(count) parts; at most \(configuration.partLimit) are taken.")
        }
    }
}
