import LIFOrchestrator
import LIFWorkflow

/// What is known of the tasks of a job from its outcomes: those of a part are done together, when its outcome is filed.
struct JobTaskStates {
    private let report: JobReport

    init(_ report: JobReport) { self.report = report }

    func state(of id: WorkflowTask.ID) -> TaskState {
        guard let part = Self.part(of: id) else {
            if id == WorkflowTask.Work.start.id { return report.status == .starting ? .waiting : .done }
            return report.status.isFinal ? .done : .waiting
        }
        guard let outcome = report.progress[part] else { return .waiting }
        return outcome.failure == nil ? .done : .failed
    }

    /// `part-12/fetch` is of part 12.
    private static func part(of id: WorkflowTask.ID) -> Int? {
        guard id.text.hasPrefix("part-") else { return nil }
        return Int(id.text.dropFirst("part-".count).prefix { $0 != "/" })
    }
}
