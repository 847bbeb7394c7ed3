public import CoreMetrics
import LIFModel
import LIFWorkflow

/// What an Orchestrator counts and times. No label holds a learner's value.
public struct OrchestratorMetrics: Sendable {
    /// The names, with a sentence for each.
    public static let help: [(name: String, help: String)] = [
        ("lif_jobs_accepted_total", "Jobs accepted."),
        ("lif_jobs_finished_total", "Jobs that ended, by status."),
        ("lif_jobs_refused_total", "Submissions refused because too many parts are waiting already."),
        ("lif_open_parts", "Parts that are waiting or running in this process."),
        ("lif_task_duration_seconds", "Time of a task with all its attempts, by kind, source and outcome."),
        ("lif_task_wait_seconds", "Time from a run's start until a fetch began: the wait for a slot, by source."),
        ("lif_attempts_failed_total", "Attempts that failed and were retried, by source and reason."),
        ("lif_parts_total", "Parts that have their outcome, by source, outcome and reason."),
        (
            "lif_orchestrator_dropped_fragments_total",
            "Fragments in sources' answers that were dropped, by source: at no configured path asked for, or another learner's."
        ),
        (
            "lif_mapping_unmatched_total",
            "Members of a mapping for which an answer that has data had nothing, by source and member."
        ),
        ("lif_output_queue_write_seconds", "Time to write an outcome to the output queue."),
        ("lif_callbacks_total", "Callbacks, by kind and whether they were delivered."),
        ("lif_sla_missed_total", "Jobs and tasks that missed their SLA."),
        ("lif_circuit_opened_total", "How often a source's circuit breaker opened."),
    ]

    private let factory: any MetricsFactory

    /// Counts in the factory's metrics; nothing is registered before it is counted.
    public init(factory: any MetricsFactory) { self.factory = factory }

    func accepted() { count("lif_jobs_accepted_total") }

    func refused() { count("lif_jobs_refused_total") }

    func finished(_ status: JobStatus) { count("lif_jobs_finished_total", [("status", status.rawValue)]) }

    func openParts(_ number: Int) { Gauge(label: "lif_open_parts", factory: factory).record(number) }

    func task(_ work: WorkflowTask.Work, source: String, outcome: String, _ duration: Duration) {
        let dimensions = [("task", work.kind), ("source", source), ("outcome", outcome)]
        Timer(label: "lif_task_duration_seconds", dimensions: dimensions, factory: factory)
            .recordNanoseconds(duration.inNanoseconds)
    }

    func waited(source: String, _ duration: Duration) {
        Timer(label: "lif_task_wait_seconds", dimensions: [("source", source)], factory: factory)
            .recordNanoseconds(duration.inNanoseconds)
    }

    func attemptFailed(source: String, reason: Failure.Reason) {
        count("lif_attempts_failed_total", [("source", source), ("reason", reason.rawValue)])
    }

    func landed(source: String, _ outcome: OutcomeSummary, written: Duration) {
        let reason = outcome.failure?.reason.rawValue ?? ""
        count("lif_parts_total", [("source", source), ("outcome", outcome.kind.rawValue), ("reason", reason)])
        Timer(label: "lif_output_queue_write_seconds", factory: factory).recordNanoseconds(written.inNanoseconds)
    }

    func dropped(source: String, fragments: Int) {
        count("lif_orchestrator_dropped_fragments_total", [("source", source)], by: fragments)
    }

    func unmatched(source: String, target: String) {
        count("lif_mapping_unmatched_total", [("source", source), ("target", target)])
    }

    func callback(_ kind: CallbackKind, isDelivered: Bool) {
        count("lif_callbacks_total", [("kind", kind.rawValue), ("delivered", isDelivered ? "yes" : "no")])
    }

    func slaMissed() { count("lif_sla_missed_total") }

    func circuitOpened(source: String) { count("lif_circuit_opened_total", [("source", source)]) }

    private func count(_ name: String, _ dimensions: [(String, String)] = [], by number: Int = 1) {
        Counter(label: name, dimensions: dimensions, factory: factory).increment(by: number)
    }
}
