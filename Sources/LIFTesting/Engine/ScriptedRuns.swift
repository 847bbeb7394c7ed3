import Foundation
public import LIFModel
public import LIFWorkflow

/// Runs with graphs of the shapes that tests need; which work a task stands for does not matter to who runs it.
extension WorkflowRun {
    /// A run of these tasks.
    ///
    /// - Throws: `LIFError` when the tasks are not a graph.
    /// - Parameter isAccepted: Whether it is a job, and nobody waits for it.
    public static func of(
        _ tasks: [WorkflowTask], job: JobID = JobID(), isAccepted: Bool = true
    ) throws -> WorkflowRun {
        WorkflowRun(
            job: job, plan: QueryPlan(parts: []), graph: try WorkflowGraph(tasks: tasks), isAccepted: isAccepted,
            startedAt: Date(timeIntervalSince1970: 1_800_000_000))
    }

    /// start → a, b → c.
    public static func diamond(pool: String? = nil) throws -> WorkflowRun {
        let resources = TaskResources(pool: pool)
        return try of([
            .named("start"), .named("a", after: "start", resources: resources),
            .named("b", after: "start", resources: resources),
            .named("c", after: "a", "b"),
        ])
    }

    /// start → each of the names, and last `ready`, which has no pool: when it starts, the others wait or run.
    public static func fan(_ names: [String], _ resources: TaskResources = .none) throws -> WorkflowRun {
        try of(
            [.named("start")] + names.map { .named($0, after: "start", resources: resources) } + [
                .named("ready", after: "start")
            ])
    }

    /// start → (fetch → store) for each part → finish, as a query plan's run is.
    public static func parts(_ count: Int, _ resources: TaskResources) throws -> WorkflowRun {
        var tasks = [WorkflowTask.named("start")]
        for part in 0..<count {
            tasks.append(.named("\(part)/fetch", after: "start", resources: resources))
            tasks.append(.named("\(part)/store", after: "\(part)/fetch"))
        }
        let stores = (0..<count).map { WorkflowTask.ID("\($0)/store") }
        tasks.append(WorkflowTask(id: WorkflowTask.ID("finish"), work: .finish, upstream: stores))
        return try of(tasks)
    }
}

extension WorkflowTask {
    /// Makes a task for a graph.
    ///
    /// - Returns: A task with this name.
    public static func named(
        _ id: String, after upstream: String..., resources: TaskResources = .none
    ) -> WorkflowTask {
        WorkflowTask(
            id: ID(id), work: upstream.isEmpty ? .start : .finish, upstream: upstream.map(ID.init),
            resources: resources)
    }
}
