import LIFJSON
public import LIFModel
public import LIFWorkflow

extension QueryPlanParser {
    /// Checks a submission as a document is checked, however it came to be: the plan against the configuration, the
    /// workflow settings against their ranges and the plan's tasks, and callbacks against what is allowed.
    ///
    /// - Returns: The submission with its plan in canonical spelling, and its settings as they are kept.
    /// - Throws: `LIFError` `QueryParseException` or `OperatorNotFoundException` with every fault.
    public func validated(_ submission: JobSubmission) throws(LIFError) -> JobSubmission {
        var faults = DocumentFaults()
        var submission = submission
        let asked = submission.plan
        submission.plan = try validated(submission.plan, faults: &faults)
        submission.workflow = Self.asKept(submission.workflow, faults: &faults)
        checkTasks(of: asked, workflow: submission.workflow, faults: &faults)
        checkPools(submission.workflow, faults: &faults)
        var targets = submission.workflow.callbacks.targets.map { ("workflow.callbacks.\($0.rawValue)", $1) }
        if let callback = submission.callback { targets.append(("callback", callback)) }
        for (place, target) in targets {
            do throws(LIFError) {
                _ = try registry.callback(target)
            } catch {
                faults.add(error, at: place)
            }
        }
        try faults.check()
        return submission
    }

    /// What comes back when the settings are kept and read again: so none is accepted that a restart could not read.
    private static func asKept(_ settings: WorkflowSettings, faults: inout DocumentFaults) -> WorkflowSettings {
        if settings == WorkflowSettings() { return settings }
        var writer = JSONWriter()
        writer.value(settings)
        return WorkflowSettings(json: writer.raw.value(), at: "workflow", faults: &faults)
    }

    /// Single tasks that have settings must be tasks of the plan's graph.
    func checkTasks(of plan: QueryPlan, workflow: WorkflowSettings, faults: inout DocumentFaults) {
        for key in workflow.tasks.keys.sorted() {
            guard let work = TaskKey(key)?.work, !has(work, plan) else { continue }
            let count = plan.parts.count
            let part = min(work.part ?? 0, count - 1)
            let names = plan.parts.isEmpty ? [] : tasks(ofPart: part, plan).map(\.id.text)
            faults.add(
                .value, at: "workflow.tasks.\(key)",
                "\"workflow.tasks.\(key)\" is no task of this plan, which has \(count) part\(count == 1 ? "" : "s"). "
                    + "What exists for part \(part): \(names.joined(separator: ", ")).")
        }
    }

    /// A pool that nobody has configured would have no limit but the standard one, and takes a fetch out of its source's.
    private func checkPools(_ workflow: WorkflowSettings, faults: inout DocumentFaults) {
        var named = [("workflow.pool", workflow.defaults.pool)]
        for (key, settings) in workflow.tasks.sorted(by: { $0.key < $1.key }) {
            named.append(("workflow.tasks.\(key).pool", settings.pool))
        }
        for case (let place, let pool?) in named where !configuration.namedPools.contains(pool) {
            let names = configuration.namedPools.sorted().joined(separator: ", ")
            faults.add(
                .value, at: place,
                "\"\(place)\" names no configured pool. What exists: \(names.isEmpty ? "none" : names).")
        }
    }

    private func has(_ work: WorkflowTask.Work, _ plan: QueryPlan) -> Bool {
        guard let part = work.part, plan.parts.indices.contains(part) else { return false }
        return tasks(ofPart: part, plan).contains(work)
    }

    /// Checks that an engine can do what a submission asks of it.
    ///
    /// - Throws: `LIFError` `QueryParseException` with every member that it cannot act on.
    public func checkCapabilities(
        _ capabilities: EngineCapabilities, workflow: WorkflowSettings
    ) throws(LIFError) {
        var faults = DocumentFaults()
        var settings = [("workflow", workflow.defaults)]
        for (key, task) in workflow.tasks.sorted(by: { $0.key < $1.key }) {
            settings.append(("workflow.tasks.\(key)", task))
        }
        for (place, settings) in settings {
            // What every task has anyway asks for nothing.
            let asked: [(String, EngineCapabilities, Bool)] = [
                ("priority", .priorities, (settings.priority ?? 0) != 0), ("pool", .pools, settings.pool != nil),
                ("pool_slots", .poolSlots, (settings.poolSlots ?? 1) != 1),
            ]
            for (name, capability, isAsked) in asked where isAsked && !capabilities.contains(capability) {
                faults.add(
                    .value, at: "\(place).\(name)",
                    "\"\(place).\(name)\" is not supported: the configured workflow engine has no "
                        + "\(Self.words[name] ?? name). Leave it out.")
            }
        }
        try faults.check()
    }

    private static let words = ["priority": "priorities", "pool": "pools", "pool_slots": "pool slots"]
}
