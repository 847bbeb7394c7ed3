import LIFModel

/// The rules of a workflow graph (Orchestrator seed, "Task").
enum WorkflowGraphChecks {
    /// Checks the tasks and puts them into an order: each one after its upstream tasks, and else as they were given.
    static func sorted(_ tasks: [WorkflowTask]) throws(LIFError) -> WorkflowGraph {
        let positions = try positions(of: tasks)
        let upstream = try upstream(of: tasks, positions)
        try checkRoot(tasks)
        var followers = [[Int]](repeating: [], count: tasks.count)
        for (index, upstream) in upstream.enumerated() {
            for other in upstream { followers[other].append(index) }
        }
        let order = order(followers, upstreamCounts: upstream.map(\.count))
        guard order.count == tasks.count else {
            let done = Set(order)
            let waiting = tasks.indices.filter { !done.contains($0) }.map { tasks[$0].id }
            throw invalid("these tasks wait for each other, or for one that does: \(list(waiting))")
        }
        var places = [Int](repeating: 0, count: tasks.count)
        for (place, index) in order.enumerated() { places[index] = place }
        return WorkflowGraph(
            sorted: order.map { tasks[$0] }, positions: positions.mapValues { places[$0] },
            followers: order.map { followers[$0].map { places[$0] }.sorted() })
    }

    private static func positions(of tasks: [WorkflowTask]) throws(LIFError) -> [WorkflowTask.ID: Int] {
        var positions = [WorkflowTask.ID: Int](minimumCapacity: tasks.count)
        for (index, task) in tasks.enumerated() where positions.updateValue(index, forKey: task.id) != nil {
            throw invalid("two tasks are called \"\(task.id)\"")
        }
        return positions
    }

    /// By index: the indices of the upstream tasks, each once.
    private static func upstream(
        of tasks: [WorkflowTask], _ positions: [WorkflowTask.ID: Int]
    ) throws(LIFError) -> [[Int]] {
        var result: [[Int]] = []
        result.reserveCapacity(tasks.count)
        for task in tasks {
            var indices: [Int] = []
            indices.reserveCapacity(task.upstream.count)
            for id in task.upstream {
                guard let index = positions[id] else {
                    throw invalid("task \"\(task.id)\" waits for \"\(id)\", which does not exist")
                }
                indices.append(index)
            }
            result.append(indices.count > 1 ? Array(Set(indices)) : indices)
        }
        return result
    }

    private static func checkRoot(_ tasks: [WorkflowTask]) throws(LIFError) {
        let roots = tasks.filter(\.upstream.isEmpty)
        if roots.count == 1 { return }
        guard let root = roots.first(where: { $0.work == .start }) ?? roots.first else {
            throw invalid(
                tasks.isEmpty ? "it has no tasks" : "there is no root task: each one waits for another")
        }
        let orphans = roots.map(\.id).filter { $0 != root.id }
        throw invalid(
            "there must be exactly one root task, which is \"\(root.id)\", and these have no upstream task either: "
                + list(orphans))
    }

    /// Kahn's topological sort, stable with regard to the order given. Tasks in a cycle are not in it.
    private static func order(_ followers: [[Int]], upstreamCounts: [Int]) -> [Int] {
        var open = upstreamCounts
        var ready = open.indices.filter { open[$0] == 0 }
        var order: [Int] = []
        order.reserveCapacity(open.count)
        while !ready.isEmpty {
            var next: [Int] = []
            for index in ready {
                order.append(index)
                for follower in followers[index] {
                    open[follower] -= 1
                    if open[follower] == 0 { next.append(follower) }
                }
            }
            ready = next.sorted()
        }
        return order
    }

    /// The ids, the first twenty of them.
    private static func list(_ ids: [WorkflowTask.ID]) -> String {
        let told = ids.prefix(20).map(\.text).joined(separator: ", ")
        return ids.count > 20 ? "\(told) and \(ids.count - 20) more" : told
    }

    private static func invalid(_ reason: String) -> LIFError {
        LIFError(.queryParseException, "The workflow graph is not valid: \(reason).")
    }
}
