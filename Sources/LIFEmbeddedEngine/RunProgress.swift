import LIFWorkflow

/// Which tasks of a graph may start: a pure state machine that the engine carries out.
struct RunProgress {
    private let tasks: [WorkflowTask.ID: WorkflowTask]
    private let downstream: [WorkflowTask.ID: [WorkflowTask.ID]]
    private let root: WorkflowTask?
    /// How many upstream tasks of each are not done yet.
    private var open: [WorkflowTask.ID: Int]

    init(_ graph: WorkflowGraph) {
        root = graph.root
        var downstream: [WorkflowTask.ID: [WorkflowTask.ID]] = [:]
        for task in graph.tasks {
            for id in task.upstream { downstream[id, default: []].append(task.id) }
        }
        self.downstream = downstream
        tasks = Dictionary(graph.tasks.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        open = tasks.mapValues(\.upstream.count)
    }

    /// The tasks to start first: the root.
    func begin() -> [WorkflowTask] { root.map { [$0] } ?? [] }

    /// Notes that a task is done.
    ///
    /// - Returns: The tasks that may start now.
    mutating func finished(_ id: WorkflowTask.ID) -> [WorkflowTask] {
        var ready: [WorkflowTask] = []
        for next in downstream[id] ?? [] {
            let left = (open[next] ?? 0) - 1
            open[next] = left
            if left == 0, let task = tasks[next] { ready.append(task) }
        }
        return ready
    }
}
