public import Foundation
public import LIFModel

/// One execution of a workflow graph.
public struct WorkflowRun: Sendable, Hashable {
    /// Names the run, also one that is not a job.
    public let job: JobID
    /// What to fetch, part by part.
    public let plan: QueryPlan
    /// How it runs.
    public let graph: WorkflowGraph
    /// The run was accepted (a job): its outcomes are kept durably. Else it is over when its caller leaves.
    public let isAccepted: Bool
    /// What its writes to the output queue carry.
    public let fence: Int
    /// When it was submitted; the SLAs of its tasks count from here.
    public let startedAt: Date

    /// A run of a graph that was made from the plan.
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
    /// The pools of `pools` whose limit is for all processes on the same database together; the others' is for each.
    public var shared: Set<String>
    /// How many tasks may start in a period, by the pool's name, over all processes on the same database.
    public var rates: [String: RateLimit]

    /// Limits; without them 512 tasks in all, and 128 in each pool.
    public init(
        total: Int = 512, pools: [String: Int] = [:], otherPools: Int = 128, shared: Set<String> = [],
        rates: [String: RateLimit] = [:]
    ) {
        self.total = total
        self.pools = pools
        self.otherPools = otherPools
        self.shared = shared
        self.rates = rates
    }

    /// At least 1.
    public func limit(of pool: String) -> Int { max(1, pools[pool] ?? otherPools) }
}

/// What an engine can do.
public struct EngineCapabilities: OptionSet, Sendable, Hashable {
    /// One bit for each capability.
    public let rawValue: Int
    /// The capabilities with these bits.
    public init(rawValue: Int) { self.rawValue = rawValue }

    /// It starts tasks with a higher priority first.
    public static let priorities = EngineCapabilities(rawValue: 1)
    /// It keeps the limits of pools.
    public static let pools = EngineCapabilities(rawValue: 2)
    /// It counts a task with as many slots of its pool as the task takes.
    public static let poolSlots = EngineCapabilities(rawValue: 4)
    /// It may do one task twice at the same time, so that tasks are claimed.
    public static let repeatsTasks = EngineCapabilities(rawValue: 8)
}
