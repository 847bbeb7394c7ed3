import LIFModel
import LIFWorkflow

extension JobSubmission {
    /// Whether another submission with the same idempotency key asks for the same: plan, workflow settings and callback.
    ///
    /// The time-out and SLA that it leaves out are the ones that were filled in when this one was accepted: the configuration
    /// may say something else now.
    func isRepeated(by other: JobSubmission) -> Bool {
        var asked = other.workflow
        asked.timeout = asked.timeout ?? workflow.timeout
        asked.sla = asked.sla ?? workflow.sla
        return plan == other.plan && workflow == asked && callback == other.callback
    }

    static let keyIsUsed = LIFError(
        .queryParseException,
        "This Idempotency-Key was used for another submission: its plan, workflow or callback differs. Choose a new one.",
        isShapeError: true)
}
