public import LIFModel
public import LIFWorkflow

/// What an Orchestrator needs to know beside its stores, engine and operators. It can be replaced while it runs.
public struct OrchestratorConfiguration: Sendable, Hashable {
    /// The information sources that plans may name.
    public var catalogue: SourceCatalogue
    /// By source id; `defaults` for the others.
    public var sources: [String: SourceSettings]
    /// For sources that `sources` does not have.
    public var defaults: SourceSettings
    /// What a submission's `workflow` does not say.
    public var workflow: WorkflowSettings
    /// How many tasks run at the same time. Each source has a pool of its own name, unless its settings name another.
    public var limits: EngineLimits
    /// The pools that a submission may name: a fetch then waits there, and not in the pool of its source.
    public var namedPools: Set<String>
    /// How many parts one plan may have.
    public var partLimit: Int
    /// How many parts may wait or run in this process; past it submissions are refused with `Overloaded`. One job is
    /// always taken.
    public var openPartLimit: Int
    /// How many bytes the store may have before submissions are refused; `nil` for no limit.
    public var storeLimit: Int?
    /// How long a synchronous submission waits before it gets the job id instead of the result.
    public var synchronousWait: Duration
    /// How long ended jobs, their results and their logs are kept.
    public var retention: RetentionPolicy
    /// Where the results of each job are posted, beside the output queue; `nil` for nowhere.
    public var resultsURL: String?
    /// Whether what is posted there has scalars too; a deployed planner refuses results that have any.
    public var resultsHaveScalars: Bool
    /// How hard a callback is tried to deliver; the time-out covers all attempts.
    public var callbackPolicy: TaskPolicy

    /// A configuration whose defaults are those of `docs/reference/configuration.md`.
    public init(
        catalogue: SourceCatalogue, sources: [String: SourceSettings] = [:],
        defaults: SourceSettings = SourceSettings(), workflow: WorkflowSettings = WorkflowSettings(),
        limits: EngineLimits = EngineLimits(), namedPools: Set<String> = [], partLimit: Int = 10_000,
        openPartLimit: Int = 100_000,
        storeLimit: Int? = nil, synchronousWait: Duration = .seconds(15),
        retention: RetentionPolicy = RetentionPolicy(),
        resultsURL: String? = nil, resultsHaveScalars: Bool = false,
        callbackPolicy: TaskPolicy = Self.standardCallbackPolicy
    ) {
        self.catalogue = catalogue
        self.sources = sources
        self.defaults = defaults
        self.workflow = workflow
        self.limits = limits
        self.namedPools = namedPools
        self.partLimit = partLimit
        self.openPartLimit = openPartLimit
        self.storeLimit = storeLimit
        self.synchronousWait = synchronousWait
        self.retention = retention
        self.resultsURL = resultsURL
        self.resultsHaveScalars = resultsHaveScalars
        self.callbackPolicy = callbackPolicy
    }

    /// A receiver may be away for a day.
    public static let standardCallbackPolicy = TaskPolicy(
        retries: 1_000, backoff: .seconds(1), maximumBackoff: .seconds(300), timeout: .seconds(86_400))

    /// What holds for a source by its id, also for one that only a plan names.
    public func settings(of source: String) -> SourceSettings { sources[source] ?? defaults }
}

/// How a source's tasks run.
public struct SourceSettings: Sendable, Hashable {
    /// The pool is the source's own when it is `nil`.
    public var tasks: TaskSettings
    /// When the source is not asked for a while, because it fails.
    public var breaker: BreakerPolicy
    /// The translator's name in the registry.
    public var translator: String

    /// Settings with the standard retries, breaker and translator.
    public init(
        policy: TaskPolicy = TaskPolicy(), resources: TaskResources = .none, breaker: BreakerPolicy = BreakerPolicy(),
        translator: String = "default"
    ) {
        tasks = TaskSettings(policy: policy, resources: resources)
        self.breaker = breaker
        self.translator = translator
    }

    /// What holds for its tasks where a job does not say otherwise.
    public var policy: TaskPolicy { TaskPolicy(tasks) }
    /// What holds for its fetches where a job does not say otherwise.
    public var resources: TaskResources { TaskResources(tasks) }
}

/// How long what has ended is kept; `nil` for ever.
public struct RetentionPolicy: Sendable, Hashable {
    /// A finished job with its status; then it is not known any more.
    public var jobs: Duration?
    /// A job's results; the job's status stays.
    public var results: Duration?
    /// Results that were acknowledged by whoever asked for them.
    public var acknowledgedResults: Duration?
    /// The log of a job, entry by entry.
    public var log: Duration?

    /// By default jobs are kept for 30 days, results and logs for 7 days, and acknowledged results for an hour.
    public init(
        jobs: Duration? = .seconds(30 * 86_400), results: Duration? = .seconds(7 * 86_400),
        acknowledgedResults: Duration? = .seconds(3_600), log: Duration? = .seconds(7 * 86_400)
    ) {
        self.jobs = jobs
        self.results = results
        self.acknowledgedResults = acknowledgedResults
        self.log = log
    }
}
