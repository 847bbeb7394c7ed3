import LIFModel
import LIFWorkflow

extension JobSubmission {
    /// Whether two submissions with one idempotency key ask for the same: plan, workflow settings and callback.
    func isSame(as other: JobSubmission) -> Bool {
        plan == other.plan && workflow == other.workflow && callback == other.callback
    }

    static let keyIsUsed = LIFError(
        .queryParseException,
        "This Idempotency-Key was used for another submission: its plan, workflow or callback differs. Choose a new one.",
        isShapeError: true)
}
