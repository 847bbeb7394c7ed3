/// How a task runs, as far as it is said: by a submission, the configuration's `orchestrator.workflow`, a source, or
/// `orchestrator.defaults`. What is `nil` is taken from the next of them.
public struct TaskSettings: Sendable, Hashable {
    public var retries: Int?
    public var retryBackoff: Duration?
    /// For one task, all its attempts.
    public var timeout: Duration?
    public var sla: Duration?
    public var priority: Int?
    public var pool: String?
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
