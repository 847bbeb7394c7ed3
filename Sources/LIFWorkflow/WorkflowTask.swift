/// The fundamental unit of execution (Orchestrator seed, "Task").
public struct WorkflowTask: Sendable, Hashable {
    /// Unique within a graph: `start`, `part-0/fetch`, `part-0/store`, `finish`.
    public struct ID: Sendable, Hashable, CustomStringConvertible {
        public let text: String
        public init(_ text: String) { self.text = text }
        public var description: String { text }
    }

    public enum Work: Sendable, Hashable {
        /// The one root task.
        case start
        /// Runs the part's adapter.
        case fetch(part: Int)
        /// Brings the part's data into the target data model.
        case translate(part: Int)
        /// Files the part's outcome in the output queue.
        case store(part: Int)
        /// The fan-in: an idempotent nudge to the result handler.
        case finish
    }

    public let id: ID
    public let work: Work
    /// The tasks that must be done before this one starts.
    public let upstream: [ID]
    public let policy: TaskPolicy
    /// Tasks of one pool share its limit; a fetch's pool is its information source.
    public let pool: String?

    public init(id: ID, work: Work, upstream: [ID], policy: TaskPolicy = .once, pool: String? = nil) {
        self.id = id
        self.work = work
        self.upstream = upstream
        self.policy = policy
        self.pool = pool
    }
}

/// How hard `TaskRunner` tries.
public struct TaskPolicy: Sendable, Hashable {
    /// How often a failed attempt that may succeed is made again.
    public var retries: Int
    /// The wait before the first retry; it doubles with each, up to `maximumBackoff`, and is then shortened by chance.
    public var backoff: Duration
    public var maximumBackoff: Duration
    /// For the whole task: all attempts and the waits between them.
    public var timeout: Duration

    public init(
        retries: Int = 2, backoff: Duration = .milliseconds(200), maximumBackoff: Duration = .seconds(5),
        timeout: Duration = .seconds(10)
    ) {
        self.retries = retries
        self.backoff = backoff
        self.maximumBackoff = maximumBackoff
        self.timeout = timeout
    }

    /// One attempt, for tasks that are ours.
    public static let once = TaskPolicy(retries: 0, timeout: .seconds(60))
}
