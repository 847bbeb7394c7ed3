/// How far a task has come, for people who look at a graph.
public enum TaskState: String, Sendable, Hashable, CaseIterable {
    /// It has not ended; it may be running.
    case waiting
    /// It has ended well.
    case done
    /// It has failed.
    case failed
}

extension TaskState {
    /// The state of several tasks as one: failed when one has failed, and done when all are.
    init(of states: some Sequence<TaskState>) {
        self = states.reduce(.done) { $0 == .failed || $1 == .failed ? .failed : $0 == .waiting ? .waiting : $1 }
    }
}
