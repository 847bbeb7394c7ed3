public import LIFModel
public import LIFWorkflow

extension QueryPlanParser {
    /// The graph of a plan: start → (fetch → translate → process-0 … → store) for each part → finish.
    ///
    /// A task's settings are taken from the submission's `workflow`, then the configuration's, then those of the part's
    /// source, member by member (`TaskSettingsLayers`).
    ///
    /// - Parameters:
    ///   - plan: Validated.
    ///   - parts: The parts to run, by index; all of them when `nil`.
    /// - Throws: `LIFError` `QueryParseException` for a part that the plan does not have; when all parts are to run, also
    ///   for settings of a task that the graph does not have.
    public func graph(
        of plan: QueryPlan, workflow: WorkflowSettings = WorkflowSettings(), parts: [Int]? = nil
    ) throws(LIFError) -> WorkflowGraph {
        if parts == nil {
            var faults = DocumentFaults()
            checkTasks(of: plan, workflow: workflow, faults: &faults)
            try faults.check()
        }
        let layers = TaskSettingsLayers(inline: workflow, loaded: configuration.workflow)
        let start = WorkflowTask(.start, upstream: [])
        var tasks = [start]
        var last: [WorkflowTask.ID] = []
        for index in parts ?? Array(plan.parts.indices) {
            guard plan.parts.indices.contains(index) else {
                throw LIFError(.queryParseException, "The query plan has no part \(index).")
            }
            let sourceID = plan.parts[index].informationSourceID
            let source = configuration.settings(of: sourceID)
            var previous = start.id
            for work in self.tasks(ofPart: index, plan) {
                let task = task(
                    work, after: previous, part: plan.parts[index], source: source, settings: layers.settings(of: work))
                tasks.append(task)
                previous = task.id
            }
            let store = WorkflowTask(.store(part: index), upstream: [previous])
            tasks.append(store)
            last.append(store.id)
        }
        tasks.append(WorkflowTask(.finish, upstream: last.isEmpty ? [start.id] : last))
        return try WorkflowGraph(tasks: tasks)
    }

    /// The tasks of a part that have settings, in their order.
    func tasks(ofPart index: Int, _ plan: QueryPlan) -> [WorkflowTask.Work] {
        let part = plan.parts[index]
        var tasks = [WorkflowTask.Work.fetch(part: index)]
        if part.translation != nil { tasks.append(.translate(part: index)) }
        for step in registry.steps(part.adapterID).indices { tasks.append(.process(part: index, step: step)) }
        return tasks
    }

    private func task(
        _ work: WorkflowTask.Work, after previous: WorkflowTask.ID, part: QueryPlanPart, source: SourceSettings,
        settings: TaskSettings
    ) -> WorkflowTask {
        var (settings, ofSource) = (settings, source.tasks)
        let name: String
        switch work {
        case .translate:
            name = source.translator
            (ofSource.pool, ofSource.poolSlots, ofSource.sla) = ("translate:\(name)", nil, nil)
        case .process(_, let step):
            name = registry.steps(part.adapterID)[step].name
            // Other steps only compute.
            (ofSource.pool, ofSource.poolSlots, ofSource.sla) = (name == "command" ? "process" : nil, nil, nil)
        default:
            name = part.adapterID
            ofSource.pool = ofSource.pool ?? part.informationSourceID
        }
        settings.fill(from: ofSource)
        if !part.operation.isRepeatable { settings.retries = 0 }
        return WorkflowTask(
            work, upstream: [previous], operatorName: name, policy: TaskPolicy(settings),
            resources: TaskResources(settings))
    }
}
