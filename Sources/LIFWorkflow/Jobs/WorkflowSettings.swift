/// What a submission asks of its run beside the plan: the `workflow` object of `POST /jobs` (Orchestrator seed, "DAG":
/// schedule, callbacks, retries, time-outs, SLAs and resource settings).
///
/// What is `nil` is taken from the configuration; what is here wins over it.
public struct WorkflowSettings: Sendable, Hashable {
    /// Whom to notify: each the name of a registered operator, or the URL of an allowed host.
    public struct Callbacks: Sendable, Hashable {
        /// At the end, however it ended.
        public var completion: String?
        /// At the end, when a part has data or is empty.
        public var success: String?
        /// At the end, when the job has failed.
        public var failure: String?
        /// When the job is not done after its SLA.
        public var slaMiss: String?

        /// No callbacks.
        public init() {}

        /// The target of each kind that is set.
        public var targets: [(kind: CallbackKind, target: String)] {
            [
                (CallbackKind.completion, completion), (.success, success), (.failure, failure), (.slaMiss, slaMiss),
            ].compactMap { kind, target in target.map { (kind, $0) } }
        }
    }

    /// For the run as a whole: parts without an outcome then fail with reason `timeout`.
    public var timeout: Duration?
    /// How long after its acceptance the job should be done. A miss is reported and changes nothing.
    public var sla: Duration?
    /// For each task of the graph; its `timeout` and `sla` are not used.
    public var defaults: TaskSettings
    /// By task id (`part-0/fetch`) or by kind of task (`fetch`, `translate`, `process`); the id wins.
    public var tasks: [String: TaskSettings]
    /// Who is notified of what.
    public var callbacks: Callbacks
    /// For `POST /schedules` only.
    public var schedule: ScheduleRule?

    /// Settings that say nothing, unless they are given.
    public init(
        timeout: Duration? = nil, sla: Duration? = nil, defaults: TaskSettings = TaskSettings(),
        tasks: [String: TaskSettings] = [:], callbacks: Callbacks = Callbacks(), schedule: ScheduleRule? = nil
    ) {
        self.timeout = timeout
        self.sla = sla
        self.defaults = defaults
        self.tasks = tasks
        self.callbacks = callbacks
        self.schedule = schedule
    }
}
