import Foundation
import LIFJournal
import LIFModel
import LIFWorkflow

/// What can happen to a job.
enum JobOccurrence: Sendable, Hashable {
    /// It was accepted, claimed, or found idle: this process is to run what is left of it.
    case takenUp
    /// It is not known whether what runs of it here is still this process's to run.
    case lookedAt
    /// The last part that is missing, as far as this process knows, is about to have its outcome.
    case landing(part: Int, JobStateMachine.Landing, epoch: Int)
    /// The run's last task.
    case finished(epoch: Int)
    /// The engine has nothing of the run any more.
    case runEnded(epoch: Int, RunEnd)
    case cancelled
    case retried
    case timeIsUp(epoch: Int)
    case slaMissed(epoch: Int)
    /// Whoever asked for the results has them.
    case acknowledged
}

/// How an engine ended a run.
enum RunEnd: Sendable, Hashable {
    /// Without an error, whatever has landed.
    case ended
    case cancelled
    case failed(Failure)

    init(_ error: (any Error)?) {
        guard let error else {
            self = .ended
            return
        }
        let failure = Failure(of: error)
        self = error is CancellationError || failure.reason == .cancelled ? .cancelled : .failed(failure)
    }
}

/// What follows from something that happened to a job: a change, which is one transaction, and what is done when it is kept.
struct JobDecision: Sendable {
    static let nothing = JobDecision()

    /// Why what was asked for is not done.
    enum Refusal: Sendable, Hashable {
        case isRunning
        case isExpired
    }

    var refusal: Refusal?
    /// What the job becomes; `nil` where nothing changes.
    var state: JournalRun.State?
    /// The parts in which something failed are taken away.
    var dropsFailedParts = false
    /// What the parts without an outcome get.
    var failures: (parts: [Int], failure: Failure)?
    /// The part that is about to land is kept with it.
    var landsWithIt = false
    /// It is another one when more parts have landed.
    var dependsOnParts = false
    /// Callbacks that are owed from then on.
    var owed: [JobDebt] = []
    /// In this order.
    var actions: [JobAction] = []

    /// Whether something of the job is to run.
    var launches: Bool { actions.contains { if case .launch = $0 { true } else { false } } }

    init(
        state: JournalRun.State? = nil, refusal: Refusal? = nil, actions: [JobAction] = []
    ) {
        self.state = state
        self.refusal = refusal
        self.actions = actions
    }
}

/// A callback that comes to be owed.
struct JobDebt: Sendable, Hashable {
    let kind: CallbackKind
    let target: String
    let epoch: Int
}

/// When something is to happen to a job, unless it has ended by then.
struct JobAlarm: Sendable, Hashable {
    let date: Date
    let event: JobOccurrence
}

/// What the process does for a job when a decision is kept.
enum JobAction: Sendable, Hashable {
    case launch([Int])
    case stopRun
    case setAlarms([JobAlarm], epoch: Int)
    /// Lets go of what this process keeps about the job's runs of this epoch and before.
    case forget(through: Int)
    case countResubmission(Failure)
    /// In the job's log.
    case log(JobLogEntry.Level, _ event: String, _ message: String)
    /// The parts that have landed with the change.
    case tellParts
    case tellEnd(JobStatus, failed: Int)
    /// Nothing more is done now, and it has not ended.
    case tellStopped(Failure)
    case tellSLAMissed(Duration)
    case deliverCallbacks
}
