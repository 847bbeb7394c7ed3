/// What a task takes while it runs, and what is expected of it (Orchestrator seed, "DAG": SLAs and resource settings).
public struct TaskResources: Sendable, Hashable {
    /// Tasks of one pool share its limit; a fetch's pool is its information source unless a setting says otherwise.
    /// `nil` for the system's own short tasks, which wait for nothing.
    public var pool: String?
    /// How many of the pool's places the task takes while it runs, at least 1.
    public var poolSlots: Int
    /// Of the tasks that wait for a place those with a higher priority go first; from -100 to 100.
    public var priority: Int
    /// How long after the run's start the task should be done. A miss is reported and changes nothing.
    public var sla: Duration?

    /// Resources of a task; one without a pool waits for no slot.
    public init(pool: String? = nil, poolSlots: Int = 1, priority: Int = 0, sla: Duration? = nil) {
        self.pool = pool
        self.poolSlots = poolSlots
        self.priority = priority
        self.sla = sla
    }

    /// The system's own tasks.
    public static let none = TaskResources()
}
