import Synchronization

/// Tasks that are nobody's children, held by key until they end: so that they can be counted, awaited and cancelled.
///
/// A bag that is dropped cancels what it holds.
package final class TaskBag<Key: Hashable & Sendable>: Sendable {
    private struct State {
        var tasks: [Key: Task<Void, Never>] = [:]
        var isClosed = false
        var lastNumber = 0
    }

    private let state = Mutex(State())
    private let countChanged: (@Sendable (Int) -> Void)?

    /// - Parameter countChanged: Gets how many tasks are held, after each start and end, in order. It must not call the bag.
    package init(countChanged: (@Sendable (Int) -> Void)? = nil) { self.countChanged = countChanged }

    deinit { for task in state.withLock({ Array($0.tasks.values) }) { task.cancel() } }

    /// The keys of what is under way.
    package var keys: [Key] { state.withLock { Array($0.tasks.keys) } }

    /// How many tasks are under way.
    package var count: Int { state.withLock { $0.tasks.count } }

    /// Whether nothing is started any more.
    package var isClosed: Bool { state.withLock { $0.isClosed } }

    /// Starts work, unless the bag is closed, or holds work of this key.
    ///
    /// - Parameter executor: The threads that the work prefers.
    /// - Returns: Whether it was started.
    @discardableResult
    package func start(
        _ key: Key, on executor: (any TaskExecutor)? = nil, _ work: @escaping @Sendable () async -> Void
    ) -> Bool {
        state.withLock { start(key, on: executor, work, &$0) }
    }

    private func start(
        _ key: Key, on executor: (any TaskExecutor)?, _ work: @escaping @Sendable () async -> Void, _ state: inout State
    ) -> Bool {
        if state.isClosed || state.tasks[key] != nil { return false }
        // The lock is held, so that the task is in the bag before it ends.
        state.tasks[key] = Task(executorPreference: executor) { [weak self] in
            await work()
            self?.remove(key)
        }
        countChanged?(state.tasks.count)
        return true
    }

    private func remove(_ key: Key) {
        state.withLock { state in
            state.tasks[key] = nil
            countChanged?(state.tasks.count)
        }
    }

    /// Returns when what is under way now has ended.
    package func wait() async {
        for task in state.withLock({ Array($0.tasks.values) }) { await task.value }
    }

    /// Cancels the tasks of some keys, and returns when they have ended.
    package func cancel(where isWanted: (Key) -> Bool) async {
        let tasks = state.withLock { state in state.tasks.filter { isWanted($0.key) }.map(\.value) }
        for task in tasks { task.cancel() }
        for task in tasks { await task.value }
    }

    /// Starts nothing from now on, and returns when what is under way has ended, also when the calling task is cancelled.
    ///
    /// - Parameter patience: How long it may go on before it is cancelled.
    package func close(within patience: Duration = .zero) async {
        let tasks = state.withLock { state in
            state.isClosed = true
            return Array(state.tasks.values)
        }
        if patience <= .zero { for task in tasks { task.cancel() } }
        // A bare task: it ends the others when they take too long, and ends with them.
        let timer = Task {
            try await Task.sleep(for: patience)
            for task in tasks { task.cancel() }
        }
        defer { timer.cancel() }
        for task in tasks { await task.value }
    }
}

extension TaskBag where Key == Int {
    /// Starts work under a number of its own, unless the bag is closed.
    ///
    /// - Returns: Whether it was started.
    @discardableResult
    package func start(_ work: @escaping @Sendable () async -> Void) -> Bool {
        state.withLock { state in
            state.lastNumber += 1
            return start(state.lastNumber, on: nil, work, &state)
        }
    }
}
