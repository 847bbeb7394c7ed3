public import LIFJSON
public import LIFModel
public import LIFWorkflow

/// What was submitted to run.
public struct JobSubmission: Sendable, Hashable {
    public let plan: QueryPlan
    /// The submitter takes the job id and reads the result later; else it waits for the result.
    public let isAsynchronous: Bool
}

/// Reads query plans and makes workflow graphs of them (Orchestrator seed, "QueryPlan Parser").
public struct QueryPlanParser: Sendable {
    private let configuration: OrchestratorConfiguration

    public init(configuration: OrchestratorConfiguration) { self.configuration = configuration }

    /// Reads `{"lif_query_plan":[…],"async":…}` and validates the plan.
    ///
    /// - Throws: `LIFError` `QueryParseException` with the place in the document; `OperatorNotFoundException`;
    ///   `NotSupportedYet` for members that this version does not act on.
    public func submission(_ document: JSONValue) throws(LIFError) -> JobSubmission {
        guard let root = document.object else {
            throw .shape(.queryParseException, "The job", is: document, should: "an object with \"lif_query_plan\"")
        }
        for name in ["workflow", "callback"] where root[name].map({ !$0.isNull }) == true {
            throw LIFError(.notSupportedYet, "\"\(name)\" of a job is not acted on by this version. Leave it out.")
        }
        guard let parts = root["lif_query_plan"], parts.array != nil else {
            throw .shape(
                .queryParseException, "\"lif_query_plan\"", is: root["lif_query_plan"], should: "an array of plan parts"
            )
        }
        let plan = try validated(try QueryPlan(json: parts))
        return JobSubmission(plan: plan, isAsynchronous: try Self.isAsynchronous(root))
    }

    /// `async`, or `async_` as older clients write it; true when absent.
    private static func isAsynchronous(_ root: JSONObject) throws(LIFError) -> Bool {
        for name in ["async", "async_"] {
            guard let value = root[name], !value.isNull else { continue }
            guard let bool = value.bool else {
                throw .shape(.queryParseException, "\"\(name)\"", is: value, should: "true or false")
            }
            return bool
        }
        return true
    }

    /// Checks that source, adapter, paths and translation of each part match the configuration: else anyone could reach any
    /// adapter with its credentials.
    ///
    /// - Returns: The plan with every path in its canonical spelling.
    /// - Throws: `LIFError` `QueryParseException` or `OperatorNotFoundException`, with the number of the part.
    public func validated(_ plan: QueryPlan) throws(LIFError) -> QueryPlan {
        if plan.parts.isEmpty {
            throw LIFError(.queryParseException, "The query plan has no parts. Give at least one.")
        }
        if plan.parts.count > configuration.partLimit {
            throw LIFError(
                .queryParseException,
                "The query plan has \(plan.parts.count) parts; at most \(configuration.partLimit) are taken.")
        }
        var parts: [QueryPlanPart] = []
        for (index, part) in plan.parts.enumerated() { parts.append(try validated(part, at: index)) }
        return QueryPlan(parts: parts)
    }

    private func validated(_ part: QueryPlanPart, at index: Int) throws(LIFError) -> QueryPlanPart {
        let catalogue = configuration.catalogue
        let place = "lif_query_plan[\(index)]"
        guard let source = catalogue[part.informationSourceID] else {
            throw LIFError(
                .operatorNotFoundException,
                "\"\(place).information_source_id\" names no configured source. What exists: "
                    + "\(catalogue.sources.map(\.id).joined(separator: ", ")).")
        }
        guard source.adapterID == part.adapterID else {
            throw LIFError(
                .operatorNotFoundException,
                "\"\(place).adapter_id\" is not the adapter of source \"\(source.id)\", which is \"\(source.adapterID)\"."
            )
        }
        guard source.translation == part.translation else {
            throw LIFError(
                .queryParseException, "\"\(place).translation\" is not the one configured for source \"\(source.id)\".")
        }
        guard source.knowsType(of: part.learner) else {
            throw LIFError(
                .queryParseException,
                "\"\(place).person_id.identifierType\" is not one that source \"\(source.id)\" is configured to know.")
        }
        var paths: [FragmentPath] = []
        for (position, asked) in part.fragmentPaths.enumerated() {
            let names = source.fragmentPaths.map(\.entity)
            guard let name = LIFName.find(asked.entity, among: names) else {
                throw LIFError(
                    .queryParseException,
                    "\"\(place).lif_fragment_paths[\(position)]\" is not configured for source \"\(source.id)\". What exists: "
                        + "\(source.fragmentPaths.map(\.description).joined(separator: ", ")).")
            }
            let path = FragmentPath(entity: name)
            if !paths.contains(path) { paths.append(path) }
        }
        return QueryPlanPart(
            informationSourceID: part.informationSourceID, adapterID: part.adapterID, learner: part.learner,
            fragmentPaths: paths, translation: part.translation)
    }

    /// The graph of a plan: start → (fetch → translate → store) for each part → finish.
    ///
    /// - Parameter parts: The parts to run, by index; all of them when `nil`.
    public func graph(of plan: QueryPlan, parts: [Int]? = nil) throws(LIFError) -> WorkflowGraph {
        let start = WorkflowTask(id: WorkflowTask.ID("start"), work: .start, upstream: [])
        var tasks = [start]
        var last: [WorkflowTask.ID] = []
        for index in parts ?? Array(plan.parts.indices) {
            let part = plan.parts[index]
            let policy = configuration.policies[part.informationSourceID] ?? configuration.defaultPolicy
            let fetch = WorkflowTask(
                id: WorkflowTask.ID("part-\(index)/fetch"), work: .fetch(part: index), upstream: [start.id],
                policy: policy, pool: part.informationSourceID)
            tasks.append(fetch)
            var previous = fetch.id
            if part.translation != nil {
                let translate = WorkflowTask(
                    id: WorkflowTask.ID("part-\(index)/translate"), work: .translate(part: index), upstream: [previous])
                tasks.append(translate)
                previous = translate.id
            }
            let store = WorkflowTask(
                id: WorkflowTask.ID("part-\(index)/store"), work: .store(part: index), upstream: [previous])
            tasks.append(store)
            last.append(store.id)
        }
        tasks.append(
            WorkflowTask(id: WorkflowTask.ID("finish"), work: .finish, upstream: last.isEmpty ? [start.id] : last))
        return try WorkflowGraph(tasks: tasks)
    }
}
