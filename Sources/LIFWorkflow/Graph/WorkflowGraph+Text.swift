import LIFModel

extension WorkflowGraph: CustomStringConvertible {
    /// The graph as text for people and for golden files: one line per task, with its settings and what it waits for.
    public var description: String {
        var lines = ["workflow graph: \(tasks.count) tasks"]
        for task in tasks {
            var line = "  \(task.id)"
            if let name = task.operatorName { line += "  (\(name))" }
            let settings = Self.settings(of: task)
            if !settings.isEmpty { line += "  [\(settings.joined(separator: ", "))]" }
            if !task.upstream.isEmpty { line += "  <- \(task.upstream.map(\.text).joined(separator: ", "))" }
            lines.append(line)
        }
        return lines.joined(separator: "\n")
    }

    private static func settings(of task: WorkflowTask) -> [String] {
        guard task.operatorName != nil else { return [] }
        let resources = task.resources
        var settings: [String] = []
        if let pool = resources.pool {
            settings.append(resources.poolSlots == 1 ? "pool \(pool)" : "pool \(pool) x\(resources.poolSlots)")
        }
        if resources.priority != 0 { settings.append("priority \(resources.priority)") }
        settings.append("retries \(task.policy.retries)")
        if task.policy.retries > 0 { settings.append("backoff \(task.policy.backoff.forPeople)") }
        settings.append("time-out \(task.policy.timeout.forPeople)")
        if let sla = resources.sla { settings.append("SLA \(sla.forPeople)") }
        return settings
    }
}
