/// A fault that is built into the house on purpose, to see that the auditor finds it. Each rule has one at least.
enum Sabotage: String, CaseIterable, Sendable {
    /// A store that accepts a query and forgets it.
    case forgottenQuery = "forgotten-query"
    /// A store that accepts a job and forgets it.
    case forgottenJob = "forgotten-job"
    /// Work of a process that died is never taken over.
    case abandonedWork = "abandoned-work"
    /// An ended job is told as running later.
    case reopenedJob = "reopened-job"
    /// An idempotency key that is not looked at.
    case repeatedJob = "repeated-job"
    /// A part's data are others when they are read again.
    case changedOutcome = "changed-outcome"
    /// An event of a feed that is left out.
    case droppedEvent = "dropped-event"
    /// An event of a feed that comes twice.
    case repeatedEvent = "repeated-event"
    /// A learner gets the data of another.
    case swappedLearner = "swapped-learner"
    /// A source's data stand under another source.
    case swappedSource = "swapped-source"
    /// What was fetched first is never replaced in the cache.
    case oldFragments = "old-fragments"
    /// Kept data are told to be newer than they are.
    case youngFragments = "young-fragments"
    /// A callback is noted as delivered, and was not.
    case lostCallback = "lost-callback"
    /// No limit of a source is kept.
    case noLimits = "no-limits"
    /// A planner that lets its client wait.
    case lateAnswer = "late-answer"
    /// Adapters that a reload does not replace.
    case formerAdapters = "former-adapters"
    /// A fault inside that a client sees.
    case unexplainedError = "unexplained-error"
}
