import Foundation
import LIFJournal
import LIFModel
import LIFWorkflow

/// What can happen to a job.
enum JobOccurrence: Sendable, Hashable {
    /// It is new: this process is to run it.
    case accepted
    /// It was claimed, or found idle: this process is to run what is left of it, or to watch it at its engine.
    case takenUp
    /// It is not known whether what runs of it here is still this process's to run.
    case lookedAt
    /// The last part that is missing, as far as this process knows, is about to have its outcome.
    case landing(part: Int, JobStateMachine.Landing, epoch: Int)
    /// The run's last task.
    case finished(epoch: Int)
    /// The engine has nothing of the run any more.
    case runEnded(epoch: Int, EngineRunEnd)
    /// The engine has launched it, now or earlier: it knows it by this id.
    case launchAnswered(epoch: Int, run: String)
    /// The engine does not launch it.
    case launchFailed(epoch: Int, Failure)
    /// The engine may have launched it: no answer came.
    case launchLost(epoch: Int)
    /// The engine that is to launch it, or to be asked for it, does not answer.
    case unreachable(epoch: Int)
    /// What an engine elsewhere says about its run.
    case engineSays(epoch: Int, EngineRunState)
    /// What an engine has answered to a cancellation.
    case cancellationAnswered(EngineCancellation, EngineCancelAnswer)
    case cancelled
    case retried
    case timeIsUp(epoch: Int)
    case slaMissed(epoch: Int)
    /// Whoever asked for the results has them.
    case acknowledged
}

extension EngineRunEnd {
    init(_ error: (any Error)?) {
        guard let error else {
            self = .succeeded
            return
        }
        let failure = Failure(of: error)
        self = error is CancellationError || failure.reason == .cancelled ? .cancelled : .failed(failure)
    }
}

/// What the engine that launches jobs now is, as far as a job's life depends on it.
struct JobEngine: Sendable, Hashable {
    let name: String
    /// Its runs go on when the process that launched them ends.
    let isElsewhere: Bool

    init(_ name: String, isElsewhere: Bool = false) {
        self.name = name
        self.isElsewhere = isElsewhere
    }

    /// Whether it may have the run still, whichever process launched it.
    func keeps(_ standing: EngineStanding) -> Bool { isElsewhere && standing.engine == name }

    /// Of a run that is about to be launched.
    func standing(of job: JobID, epoch: Int) -> EngineStanding {
        let run = isElsewhere ? nil : SchedulerEngine.handle(job, epoch: epoch, on: name).run
        return EngineStanding(engine: name, epoch: epoch, run: run)
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
    var launches: Bool { actions.contains { $0.isLaunch } }

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
    /// Watches what an engine elsewhere has of the parts; where its launch was not answered, it is looked for, and launched when there is
    /// none.
    case adopt([Int], EngineRunHandle?)
    /// Whoever launches it goes on with that.
    case launchAgain
    case watch(EngineStanding)
    case deliverCancellations
    case deliverCancellationsLater
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

    /// Whether something of the job goes on by it.
    var isLaunch: Bool {
        switch self {
        case .launch, .adopt: true
        default: false
        }
    }
}
