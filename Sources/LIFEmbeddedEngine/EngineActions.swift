/// A task by its run, numbered in the order of submission, and its position in the run's graph.
struct TaskReference: Hashable {
    let run: Int
    let index: Int
}

/// What the engine has to do after an event.
struct EngineActions {
    var start: [TaskReference] = []
    /// Running tasks to cancel; each is still reported as finished when it returns.
    var cancel: [TaskReference] = []
    /// Runs of which nothing goes on any more, with the error that stopped them.
    var ended: [(run: Int, error: (any Error)?)] = []
}
