public import LIFJournal
public import LIFModel

/// Runs the workflow graphs of jobs, in this process or elsewhere (Orchestrator seed, "Orchestrator Engine").
///
/// The truth about a job is in the journal. An engine says what became of its run: it may be lost, deleted, or begun again by a
/// person at any moment. Each task is done by `Orchestrator.execute(_:of:epoch:)`, in whatever process, and what a task of an
/// earlier epoch writes is refused. An implementation passes `WorkflowEngineConformance` of `LIFTesting`.
public protocol WorkflowEngine: Sendable {
    /// Names the engine in jobs and logs. Jobs that an engine of another name has are launched anew.
    var name: String { get }

    /// What the engine can do; a submission that needs what is not here is refused.
    var capabilities: EngineCapabilities { get }

    /// How often it is asked for changes, from the shortest pause, when there are some, to the longest; `nil` for one in this process,
    /// which calls `TaskExecutor.ended` instead.
    var polling: ClosedRange<Duration>? { get }

    /// How long after a launch whose answer was lost its run may still appear. Zero where the job and its epoch name the run.
    var launchGrace: Duration { get }

    /// Begins a run. For one job and epoch there is one run, however often it is called, as long as no answer was lost.
    func launch(_ run: WorkflowRun) async throws(EngineFault) -> EngineRunHandle

    /// The run that was launched for a job and an epoch; `nil` when there is none (yet). Of several the oldest.
    func find(_ job: JobID, epoch: Int) async throws(EngineFault) -> EngineRunHandle?

    /// What became of runs. Each handle has a state; one that the engine does not know is `gone`.
    func states(of handles: [EngineRunHandle]) async throws(EngineFault) -> [EngineRunHandle: EngineRunState]

    /// The runs that have changed since an earlier answer, as they are now. It does not wait for a change.
    ///
    /// - Parameter cursor: Of that answer; `nil` to begin: then it may name any runs, or none.
    func changes(since cursor: String?) async throws(EngineFault) -> EngineChanges

    /// Stops a run. What the engine says of it afterwards does not matter: the epoch has risen before.
    ///
    /// - Parameter isForced: It has been asked in vain for long: by whatever means there are.
    func cancel(_ handle: EngineRunHandle, isForced: Bool) async -> EngineCancelAnswer

    /// What of a configuration or a submission the engine cannot do.
    func check(_ requirements: EngineRequirements) async throws(EngineFault) -> [EngineRefusal]

    /// Why no run can be launched and come to its end now; `nil` when one can.
    func readiness() async -> LIFError?

    /// Lets go of the engine: runs elsewhere go on, those in this process are cancelled and have ended when it returns.
    func shutdown() async
}

/// Why an engine has not done what it was asked for.
public enum EngineFault: Error, Sendable {
    /// It does not answer: that says nothing about its runs, and nothing was launched.
    case unreachable(String)
    /// It may have done what it was asked for.
    case answerLost(String)
    /// It answers, and does not do it.
    case refused(LIFError)

    /// A sentence for people.
    public var message: String { cause.message }

    /// As an error of a submission.
    public var cause: LIFError {
        switch self {
        case .unreachable(let message), .answerLost(let message):
            LIFError(.jobPostException, message, blame: .engine, isRetryable: true)
        case .refused(let error): error
        }
    }
}

/// What an engine says about a run.
public enum EngineRunState: Sendable, Hashable {
    /// It waits at the engine.
    case notStarted
    /// Some of its tasks may run.
    case running
    /// Nothing of it goes on. It may be running again later, when a person has cleared it.
    case ended(EngineRunEnd)
    /// The engine does not know it: a person has deleted it, or the engine has forgotten it. Its tasks may go on.
    case gone
    /// In a way that says nothing.
    case unknown
}

/// How a run ended, as its engine says; whether the job has what it wants is in the journal.
public enum EngineRunEnd: Sendable, Hashable {
    /// Without an error.
    case succeeded
    /// Somebody has stopped it.
    case cancelled
    /// With an error.
    case failed(Failure)
}

/// Runs that have changed.
public struct EngineChanges: Sendable, Hashable {
    /// As they are now.
    public let states: [EngineRunHandle: EngineRunState]
    /// Where to go on.
    public let cursor: String

    /// Changes up to a cursor.
    public init(_ states: [EngineRunHandle: EngineRunState], cursor: String) {
        self.states = states
        self.cursor = cursor
    }
}

/// What an engine says to a cancellation.
public enum EngineCancelAnswer: String, Sendable, Hashable {
    /// The run is being stopped.
    case accepted
    /// A run that is just starting cannot be stopped yet: ask again.
    case tooEarly
    /// There was nothing left to stop.
    case alreadyEnded
    /// The engine does not know the run.
    case gone
    /// The engine does not answer: ask again.
    case unreachable

    /// Whether nothing more is to be done.
    public var isDelivered: Bool { self != .tooEarly && self != .unreachable }
}

/// How an engine can hold a limit on tasks that run at the same time.
public enum EngineLimitForm: String, Sendable, Hashable {
    /// As a pool of places.
    case pool
    /// As a limit on runs with a tag.
    case tagLimit
    /// Not at all.
    case none
}

/// What a configuration or a submission asks of an engine.
public struct EngineRequirements: Sendable, Hashable {
    /// How many tasks may run at the same time.
    public var limits: EngineLimits
    /// What the engine must be able to do.
    public var capabilities: EngineCapabilities

    /// Requirements to be checked.
    public init(limits: EngineLimits = EngineLimits(), capabilities: EngineCapabilities = []) {
        self.limits = limits
        self.capabilities = capabilities
    }
}

/// Something that an engine cannot do.
public struct EngineRefusal: Sendable, Hashable {
    /// What was asked for: a pool's name, or a word for a capability.
    public let subject: String
    /// The form in which the engine could hold a limit on it.
    public let form: EngineLimitForm
    /// A sentence that says what to do.
    public let message: String

    /// A refusal with its sentence.
    public init(_ subject: String, form: EngineLimitForm, _ message: String) {
        self.subject = subject
        self.form = form
        self.message = message
    }
}
