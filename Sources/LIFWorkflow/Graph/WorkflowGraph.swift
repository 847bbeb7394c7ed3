public import LIFModel

/// *How* a plan runs: a directed acyclic graph of tasks with exactly one root (Orchestrator seed, "DAG").
///
/// It is a value: two are equal when they have the same tasks in the same order. Neighbours are found in time that does not
/// grow with the graph.
public struct WorkflowGraph: Sendable {
    /// In an order in which each task stands after its upstream tasks.
    public let tasks: [WorkflowTask]
    private let positions: [WorkflowTask.ID: Int]
    /// By position: the positions of the tasks that wait for it, in order.
    private let followers: [[Int]]

    /// Checks the tasks and puts each after its upstream tasks.
    ///
    /// - Throws: `LIFError` `QueryParseException` when two tasks share an id, an upstream task does not exist, there is
    ///   not exactly one root, or the dependencies make a cycle.
    public init(tasks: [WorkflowTask]) throws(LIFError) {
        self = try WorkflowGraphChecks.sorted(tasks)
    }

    /// For `WorkflowGraphChecks`, which has seen to the rules.
    init(sorted tasks: [WorkflowTask], positions: [WorkflowTask.ID: Int], followers: [[Int]]) {
        self.tasks = tasks
        self.positions = positions
        self.followers = followers
    }

    /// The one task without upstream tasks: the first of ``tasks``.
    public var root: WorkflowTask? { tasks.first }

    /// The task with this id; `nil` when the graph has none.
    public subscript(id: WorkflowTask.ID) -> WorkflowTask? { positions[id].map { tasks[$0] } }

    /// The tasks that the task waits for, in the order of the graph; none for the root and for a task that is not here.
    public func upstream(of id: WorkflowTask.ID) -> [WorkflowTask] {
        let upstream = self[id]?.upstream ?? []
        return Set(upstream.compactMap { positions[$0] }).sorted().map { tasks[$0] }
    }

    /// The tasks that wait for the task, in the order of the graph.
    public func downstream(of id: WorkflowTask.ID) -> [WorkflowTask] {
        positions[id].map { followers[$0].map { tasks[$0] } } ?? []
    }
}

extension WorkflowGraph: Hashable {
    /// Whether both graphs have the same tasks in the same order.
    public static func == (left: Self, right: Self) -> Bool { left.tasks == right.tasks }

    /// Hashes the tasks in their order.
    public func hash(into hasher: inout Hasher) { hasher.combine(tasks) }
}
