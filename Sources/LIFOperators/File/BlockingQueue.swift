import Dispatch
import Synchronization

/// Runs work that blocks, such as reading files, on threads of its own and never on those of the cooperative pool.
///
/// A caller that is cancelled leaves at once; the work sees it at its next `checkCancellation` and ends after it.
final class BlockingQueue: Sendable {
    private let queue: DispatchQueue

    /// - Parameter isSerial: One piece of work at a time, in the order they came.
    init(label: String, isSerial: Bool) {
        queue = DispatchQueue(label: label, attributes: isSerial ? [] : .concurrent)
    }

    /// - Parameter work: Gets a function that throws `CancellationError` when the caller has left.
    /// - Throws: What the work throws; `CancellationError` when the calling task is cancelled.
    func run<Value: Sendable>(
        _ work: @escaping @Sendable (_ checkCancellation: () throws -> Void) throws -> Value
    ) async throws -> Value {
        let call = BlockingCall<Value>()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                guard call.begin(continuation) else { return }
                queue.async {
                    guard !call.isOver else { return }
                    call.end(Result { try work { if call.isOver { throw CancellationError() } } })
                }
            }
        } onCancel: {
            call.end(.failure(CancellationError()))
        }
    }
}

/// One caller that waits. Whichever comes first, the end of the work or a cancellation, is its answer.
private final class BlockingCall<Value: Sendable>: Sendable {
    private enum State {
        case new
        case waiting(CheckedContinuation<Value, any Error>)
        case over
    }

    private let state = Mutex(State.new)

    var isOver: Bool {
        state.withLock { if case .over = $0 { true } else { false } }
    }

    /// - Returns: `false` when it was cancelled before; it has its answer then.
    func begin(_ continuation: CheckedContinuation<Value, any Error>) -> Bool {
        let hasBegun = state.withLock { state in
            guard case .new = state else { return false }
            state = .waiting(continuation)
            return true
        }
        if !hasBegun { continuation.resume(throwing: CancellationError()) }
        return hasBegun
    }

    func end(_ result: Result<Value, any Error>) {
        let waiting = state.withLock { state in
            defer { state = .over }
            if case .waiting(let continuation) = state { return Optional(continuation) }
            return nil
        }
        waiting?.resume(with: result)
    }
}
