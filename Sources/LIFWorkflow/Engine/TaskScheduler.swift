public import Foundation
public import LIFModel

/// One execution of a workflow graph.
public struct WorkflowRun: Sendable, Hashable {
    public let job: JobID
    public let plan: QueryPlan
    public let graph: WorkflowGraph
    /// Someone was promised this run (a job): its outcomes are kept durably. Else it is over when its caller leaves.
    public let isAccepted: Bool
    /// What its writes to the output queue carry.
    public let fence: Int
    public let startedAt: Date

    public init(
        job: JobID, plan: QueryPlan, graph: WorkflowGraph, isAccepted: Bool, fence: Int = 1, startedAt: Date
    ) {
        self.job = job
        self.plan = plan
        self.graph = graph
        self.isAccepted = isAccepted
        self.fence = fence
        self.startedAt = startedAt
    }
}

/// Runs workflow graphs in this process: those of queries that someone waits for, and, as long as no `WorkflowEngine` elsewhere is
/// configured, those of jobs. What it knows is lost with the process, and is then submitted again.
///
/// An implementation starts a task when its upstream tasks are done, runs independent tasks at the same time within
/// their pools' limits, and has each done by the `TaskExecutor` it was given. It passes `TaskSchedulerConformance`.
public protocol TaskScheduler: Sendable {
    /// Names the scheduler in logs and jobs.
    var name: String { get }

    /// What it does itself; a submission that needs what is not here is refused.
    var capabilities: EngineCapabilities { get }

    /// Takes a run and returns; the tasks go on afterwards. A run that it holds already is not started again.
    ///
    /// - Throws: `LIFError` `JobPostException`.
    func submit(_ run: WorkflowRun, to executor: any TaskExecutor) async throws

    /// Stops a run's tasks: running ones are cancelled, others never start. Unknown runs are ignored. `ended` is called
    /// when nothing of it goes on any more.
    func cancel(_ job: JobID) async

    /// Under which epoch it holds a run of the job now; `nil` when it holds none.
    func epoch(of job: JobID) async -> Int?

    /// Changes how many tasks may run at the same time, from now on.
    func limit(_ limits: EngineLimits) async

    /// Cancels every run, takes no more, and returns when each `ended` has returned.
    func shutdown() async
}

extension TaskScheduler {
    /// Whether it holds a run of the job now.
    public func holds(_ job: JobID) async -> Bool { await epoch(of: job) != nil }
}

/// How many tasks may run at the same time. Tasks without a pool are not counted.
public struct EngineLimits: Sendable, Hashable {
    /// Over all pools.
    public var total: Int
    /// By the pool's name.
    public var pools: [String: Int]
    /// For pools that are not named.
    public var otherPools: Int

    public init(total: Int = 512, pools: [String: Int] = [:], otherPools: Int = 128) {
        self.total = total
        self.pools = pools
        self.otherPools = otherPools
    }

    /// At least 1.
    public func limit(of pool: String) -> Int { max(1, pools[pool] ?? otherPools) }
}

/// What an engine can do.
public struct EngineCapabilities: OptionSet, Sendable, Hashable {
    public let rawValue: Int
    public init(rawValue: Int) { self.rawValue = rawValue }

    public static let priorities = EngineCapabilities(rawValue: 1)
    public static let pools = EngineCapabilities(rawValue: 2)
    public static let poolSlots = EngineCapabilities(rawValue: 4)
    /// It may do one task twice at the same time, so that tasks are claimed.
    public static let repeatsTasks = EngineCapabilities(rawValue: 8)
}
