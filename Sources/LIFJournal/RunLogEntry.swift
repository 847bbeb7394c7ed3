public import Foundation

/// What a run's log says of one moment, for people. It is no truth.
public struct RunLogEntry: Sendable, Hashable {
    /// The run that it is about.
    public let run: RunID
    /// When it happened.
    public let at: Date
    /// A word of the run's user.
    public let level: String
    /// A word for programs.
    public let event: String
    /// The task that it is about.
    public let task: String?
    /// Of the task.
    public let attempt: Int?
    /// A sentence for people.
    public let message: String

    /// An entry; the log keeps the order in which entries are given, whatever their times.
    public init(
        run: RunID, at: Date, level: String, event: String, task: String? = nil, attempt: Int? = nil, message: String
    ) {
        self.run = run
        self.at = at
        self.level = level
        self.event = event
        self.task = task
        self.attempt = attempt
        self.message = message
    }
}
