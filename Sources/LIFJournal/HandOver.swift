/// What one task of a run hands on to the next: kept until the part that it is of has landed.
public struct HandOver: Sendable, Hashable {
    /// Names the task.
    public let task: String
    /// The group of the part that it is of; `nil` for one that is of no part.
    public let group: Int?
    /// Of the task. A later one replaces what an earlier one has left.
    public let attempt: Int
    /// Without the data: the user's own JSON.
    public let head: [UInt8]
    /// The data as JSON, as the run's user has written it; `nil` when the task brought none.
    public let data: [UInt8]?

    /// An output of one attempt, with its head and data kept apart so that the head can be read alone.
    public init(task: String, group: Int?, attempt: Int, head: [UInt8], data: [UInt8]?) {
        self.task = task
        self.group = group
        self.attempt = attempt
        self.head = head
        self.data = data
    }
}
