/// The fundamental unit of execution (Orchestrator seed, "Task").
public struct WorkflowTask: Sendable, Hashable {
    /// Unique within a graph: `start`, `part-0/fetch`, `part-0/process-1`, `part-0/store`, `finish`.
    public struct ID: Sendable, Hashable, CustomStringConvertible {
        /// The id as it stands in graphs, logs and task outputs.
        public let text: String
        /// An id of this text; ids of tasks in a graph come from `Work.id`.
        public init(_ text: String) { self.text = text }
        /// The same as ``text``.
        public var description: String { text }
    }

    /// The kind of work that a task does, and for which part of the plan. Parts are counted from 0.
    public enum Work: Sendable, Hashable {
        /// The one root task.
        case start
        /// Runs the part's adapter.
        case fetch(part: Int)
        /// Brings the part's data into the target data model.
        case translate(part: Int)
        /// Runs a step of the part's data pipeline, numbered from 0.
        case process(part: Int, step: Int)
        /// Files the part's outcome in the output queue.
        case store(part: Int)
        /// The fan-in: an idempotent nudge to the result handler.
        case finish

        /// The word for this kind of work in settings, logs and metrics.
        public var kind: String {
            switch self {
            case .start: "start"
            case .fetch: "fetch"
            case .translate: "translate"
            case .process: "process"
            case .store: "store"
            case .finish: "finish"
            }
        }

        /// The part it belongs to; `nil` for the root and the fan-in.
        public var part: Int? {
            switch self {
            case .fetch(let part), .translate(let part), .process(let part, _), .store(let part): part
            case .start, .finish: nil
            }
        }

        /// The id of the task that does this work: `start`, `part-0/fetch`, `part-0/process-1`, `finish`.
        public var id: ID {
            switch self {
            case .start: ID("start")
            case .fetch(let part): ID("part-\(part)/fetch")
            case .translate(let part): ID("part-\(part)/translate")
            case .process(let part, let step): ID("part-\(part)/process-\(step)")
            case .store(let part): ID("part-\(part)/store")
            case .finish: ID("finish")
            }
        }
    }

    /// The task's name in its graph.
    public let id: ID
    /// What the task does, and for which part.
    public let work: Work
    /// The tasks that must be done before this one starts.
    public let upstream: [ID]
    /// The operator that does it, by its name in the registry; `nil` for the system's own.
    public let operatorName: String?
    /// How often the task is tried, and how long it may take.
    public let policy: TaskPolicy
    /// The pool, slots and priority by which the task waits for its turn.
    public let resources: TaskResources

    /// A task whose id follows from its work.
    public init(
        _ work: Work, upstream: [ID], operatorName: String? = nil, policy: TaskPolicy = .once,
        resources: TaskResources = .none
    ) {
        self.init(
            id: work.id, work: work, upstream: upstream, operatorName: operatorName, policy: policy,
            resources: resources)
    }

    /// A task with an id of its own, which need not follow from its work.
    public init(
        id: ID, work: Work, upstream: [ID], operatorName: String? = nil, policy: TaskPolicy = .once,
        resources: TaskResources = .none
    ) {
        self.id = id
        self.work = work
        self.upstream = upstream
        self.operatorName = operatorName
        self.policy = policy
        self.resources = resources
    }
}
