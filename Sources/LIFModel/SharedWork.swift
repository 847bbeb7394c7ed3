import Synchronization

/// One piece of work at a time for each key: whoever wants the same meanwhile waits for it, and all get what comes of it.
///
/// Who leaves does so at once, whatever the work is doing. It is cancelled when the last one has left; those who come later begin
/// it anew.
public final class SharedWork<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private struct Work {
        let number: Int
        let task: Task<Void, Never>
        var waiting: [Int: CheckedContinuation<Value, any Error>]
    }

    private struct State {
        var works: [Key: Work] = [:]
        var nextNumber = 0

        mutating func number() -> Int {
            nextNumber += 1
            return nextNumber
        }
    }

    private let state = Mutex(State())

    /// Starts with nothing under way. Instances share no work.
    public init() {}

    /// How many wait now.
    public var waiterCount: Int { state.withLock { $0.works.values.reduce(0) { $0 + $1.waiting.count } } }

    /// Waits for the work on a key, which is begun when it is not under way.
    ///
    /// - Parameter work: Called at most once.
    /// - Returns: What the work gives, and whether this call has begun it.
    /// - Throws: What the work throws; `CancellationError` as soon as the calling task is cancelled.
    public func value(
        for key: Key, _ work: @escaping @Sendable () async throws -> Value
    ) async throws -> (value: Value, isFirst: Bool) {
        let waiter = state.withLock { $0.number() }
        let isFirst = Mutex(false)
        let value = try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let isCancelled = state.withLock { state in
                    // Cancellation that came first has found nobody to wake; it is seen here.
                    if Task.isCancelled { return true }
                    if state.works[key] == nil {
                        isFirst.withLock { $0 = true }
                        state.works[key] = begin(key, state.number(), work)
                    }
                    state.works[key]?.waiting[waiter] = continuation
                    return false
                }
                if isCancelled { continuation.resume(throwing: CancellationError()) }
            }
        } onCancel: {
            leave(key, waiter)
        }
        return (value, isFirst.withLock { $0 })
    }

    private func begin(_ key: Key, _ number: Int, _ work: @escaping @Sendable () async throws -> Value) -> Work {
        // A bare task: the work belongs to all who wait for it, and none of them may take it along when they leave.
        let task = Task { [self] in
            let result: Result<Value, any Error>
            do {
                result = .success(try await work())
            } catch {
                result = .failure(error)
            }
            end(key, number, result)
        }
        return Work(number: number, task: task, waiting: [:])
    }

    private func end(_ key: Key, _ number: Int, _ result: Result<Value, any Error>) {
        let waiting = state.withLock { state in
            // Abandoned work is no longer here, and newer work may be in its place.
            state.works[key]?.number == number ? state.works.removeValue(forKey: key)?.waiting : nil
        }
        for continuation in (waiting ?? [:]).values { continuation.resume(with: result) }
    }

    private func leave(_ key: Key, _ waiter: Int) {
        let (continuation, abandoned) = state.withLock {
            state -> (CheckedContinuation<Value, any Error>?, Task<Void, Never>?) in
            guard let continuation = state.works[key]?.waiting.removeValue(forKey: waiter) else { return (nil, nil) }
            guard state.works[key]?.waiting.isEmpty == true else { return (continuation, nil) }
            return (continuation, state.works.removeValue(forKey: key)?.task)
        }
        abandoned?.cancel()
        continuation?.resume(throwing: CancellationError())
    }
}
