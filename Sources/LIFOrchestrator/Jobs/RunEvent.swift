import LIFModel
import LIFWorkflow

/// What those who wait for a run, in this process, are notified of. The truth is in the stores.
enum RunEvent: Sendable {
    case landed(part: Int, Outcome)
    /// Nothing of the run goes on any more; the reason, when it stopped before its end.
    case ended(reason: Failure?)
}
