import Synchronization

/// Holds tasks until it is opened; once open it stays open.
public final class Gate: Sendable {
    private let tally = Tally()

    /// A gate that is closed, unless it is said to be open.
    ///
    /// - Parameter isOpen: Whether it is open from the start.
    public init(isOpen: Bool = false) {
        if isOpen { open() }
    }

    /// Lets all pass, from now on.
    public func open() { tally.add() }

    /// Returns once the gate is open.
    ///
    /// - Throws: `CancellationError` when the task is cancelled while it waits.
    public func wait() async throws { try await tally.wait(for: 1) }

    /// Whether it lets pass.
    public var isOpen: Bool { tally.count > 0 }
}

/// Counts events, and lets a test wait for as many as it needs instead of sleeping.
public final class Tally: Sendable {
    private struct State {
        var count = 0
        var nextWaiter = 0
        var waiters: [Int: (count: Int, continuation: CheckedContinuation<Void, any Error>)] = [:]
    }

    private let state = Mutex(State())

    /// Starts at zero.
    public init() {}

    /// How much was added so far.
    public var count: Int { state.withLock { $0.count } }

    /// Adds one.
    public func add() {
        let ready = state.withLock { state in
            state.count += 1
            let ready = state.waiters.filter { $0.value.count <= state.count }
            for id in ready.keys { state.waiters[id] = nil }
            return ready.values.map(\.continuation)
        }
        for continuation in ready { continuation.resume() }
    }

    /// Returns as soon as the count is reached.
    ///
    /// - Throws: `CancellationError` when the task is cancelled while it waits.
    public func wait(for count: Int) async throws {
        let id = state.withLock { state in
            state.nextWaiter += 1
            return state.nextWaiter
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let answer: Result<Void, any Error>? = state.withLock { state in
                    if state.count >= count { return .success(()) }
                    // Cancellation that came first has found no continuation to resume; it is seen here.
                    if Task.isCancelled { return .failure(CancellationError()) }
                    state.waiters[id] = (count, continuation)
                    return nil
                }
                if let answer { continuation.resume(with: answer) }
            }
        } onCancel: {
            state.withLock { $0.waiters.removeValue(forKey: id) }?.continuation.resume(throwing: CancellationError())
        }
    }
}
