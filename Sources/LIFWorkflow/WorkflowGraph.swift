public import LIFModel

/// *How* a plan runs: a directed acyclic graph of tasks with exactly one root (Orchestrator seed, "DAG").
public struct WorkflowGraph: Sendable, Hashable {
    /// In an order in which each task stands after its upstream tasks.
    public let tasks: [WorkflowTask]

    /// - Throws: `LIFError` `QueryParseException` when two tasks share an id, an upstream task does not exist, there is
    ///   not exactly one root, or the dependencies make a cycle.
    public init(tasks: [WorkflowTask]) throws(LIFError) {
        var byID: [WorkflowTask.ID: WorkflowTask] = [:]
        for task in tasks where byID.updateValue(task, forKey: task.id) != nil {
            throw Self.invalid("two tasks are called \"\(task.id)\"")
        }
        for task in tasks {
            for id in task.upstream where byID[id] == nil {
                throw Self.invalid("task \"\(task.id)\" waits for \"\(id)\", which does not exist")
            }
        }
        let roots = tasks.filter(\.upstream.isEmpty)
        if !tasks.isEmpty, roots.count != 1 {
            throw Self.invalid("there are \(roots.count) root tasks; there must be exactly one")
        }
        self.tasks = try Self.sorted(tasks)
    }

    /// Kahn's topological sort; stable with regard to the order given.
    private static func sorted(_ tasks: [WorkflowTask]) throws(LIFError) -> [WorkflowTask] {
        var done: Set<WorkflowTask.ID> = []
        var waiting = tasks
        var result: [WorkflowTask] = []
        while !waiting.isEmpty {
            let ready = waiting.filter { $0.upstream.allSatisfy(done.contains) }
            if ready.isEmpty {
                let names = waiting.map(\.id.text).joined(separator: ", ")
                throw invalid("these tasks wait for each other: \(names)")
            }
            result += ready
            done.formUnion(ready.map(\.id))
            waiting.removeAll { done.contains($0.id) }
        }
        return result
    }

    private static func invalid(_ reason: String) -> LIFError {
        LIFError(.queryParseException, "The workflow graph is not valid: \(reason).")
    }

    public var root: WorkflowTask? { tasks.first }

    public func downstream(of id: WorkflowTask.ID) -> [WorkflowTask] {
        tasks.filter { $0.upstream.contains(id) }
    }
}

extension WorkflowGraph: CustomStringConvertible {
    /// The graph as text for people and for golden files: one line per task, with what it waits for.
    public var description: String {
        var lines = ["workflow graph: \(tasks.count) tasks"]
        for task in tasks {
            var line = "  \(task.id)"
            if let pool = task.pool {
                let policy = task.policy
                line += "  [pool \(pool), retries \(policy.retries), time-out \(policy.timeout.forPeople)]"
            }
            if !task.upstream.isEmpty { line += "  <- \(task.upstream.map(\.text).joined(separator: ", "))" }
            lines.append(line)
        }
        return lines.joined(separator: "\n")
    }
}
