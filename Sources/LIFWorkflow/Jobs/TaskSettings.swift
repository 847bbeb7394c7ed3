/// How a task runs, as far as it is said: by a submission, the configuration's `orchestrator.workflow`, a source, or
/// `orchestrator.defaults`. What is `nil` is taken from the next of them.
public struct TaskSettings: Sendable, Hashable {
    /// How often a failed attempt is retried, where a retry may help.
    public var retries: Int?
    /// The wait before the first retry; it doubles with each.
    public var retryBackoff: Duration?
    /// For one task, all its attempts.
    public var timeout: Duration?
    /// How long after the run's start the task should be done. A miss is reported and changes nothing.
    public var sla: Duration?
    /// Of the tasks that wait for a slot, those with a higher one go first.
    public var priority: Int?
    /// Where the task waits for slots.
    public var pool: String?
    /// How many slots of the pool it takes.
    public var poolSlots: Int?

    /// Says nothing.
    public init() {}

    /// Says what holds for a task.
    public init(policy: TaskPolicy, resources: TaskResources = .none) {
        retries = policy.retries
        retryBackoff = policy.backoff
        timeout = policy.timeout
        sla = resources.sla
        priority = resources.priority
        pool = resources.pool
        poolSlots = resources.poolSlots
    }

    /// Takes from other settings what is not said here.
    public mutating func fill(from other: TaskSettings) {
        for knob in TaskKnob.all {
            switch knob.value {
            case .whole(let path, _): self[keyPath: path] = self[keyPath: path] ?? other[keyPath: path]
            case .duration(let path, _): self[keyPath: path] = self[keyPath: path] ?? other[keyPath: path]
            case .name(let path): self[keyPath: path] = self[keyPath: path] ?? other[keyPath: path]
            }
        }
    }
}

extension TaskPolicy {
    /// What is said, and else the standard. The longest wait is never shorter than the first.
    public init(_ settings: TaskSettings) {
        self.init()
        retries = settings.retries ?? retries
        backoff = settings.retryBackoff ?? backoff
        maximumBackoff = max(maximumBackoff, backoff)
        timeout = settings.timeout ?? timeout
    }
}

extension TaskResources {
    /// What is said, and else the standard.
    public init(_ settings: TaskSettings) {
        self.init(
            pool: settings.pool, poolSlots: settings.poolSlots ?? 1, priority: settings.priority ?? 0,
            sla: settings.sla)
    }
}
