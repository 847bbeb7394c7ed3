import Synchronization

/// The connection to a process is gone: it has died, or the client has left.
struct ConnectionLost: Error {}

/// Waits for the first of several ends of a call.
private final class Answer<Value: Sendable>: Sendable {
    private struct State {
        var result: Result<Value, any Error>?
        var waiting: UnsafeContinuation<Void, Never>?
    }

    private let state = Mutex(State())

    func finish(_ result: Result<Value, any Error>) {
        let waiting = state.withLock { state -> UnsafeContinuation<Void, Never>? in
            if state.result != nil { return nil }
            state.result = result
            defer { state.waiting = nil }
            return state.waiting
        }
        waiting?.resume()
    }

    func value() async throws -> Value {
        await withUnsafeContinuation { continuation in
            let isThere = state.withLock { state in
                if state.result != nil { return true }
                state.waiting = continuation
                return false
            }
            if isThere { continuation.resume() }
        }
        guard let result = state.withLock({ $0.result }) else { throw ConnectionLost() }
        return try result.get()
    }
}

extension Machine {
    /// Has a process do something, as by a request.
    ///
    /// - Parameter patience: After so many seconds the client leaves; the process then cancels the work, as soon as it runs.
    /// - Throws: What the work throws; `ConnectionLost`.
    func call<Value: Sendable>(
        _ process: ProcessNumber, patience: Double? = nil, _ work: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        let answer = Answer<Value>()
        guard let ending = onKill(of: process, { answer.finish(.failure(ConnectionLost())) }) else {
            throw ConnectionLost()
        }
        defer { forget(ending) }
        // Tasks of the process and not children: they may never end.
        let task = inside(process) {
            Task.detached {
                do {
                    answer.finish(.success(try await work()))
                } catch {
                    answer.finish(.failure(error))
                }
            }
        }
        let timer = patience.map { patience in
            Task.detached { [self] in
                try await Task.sleep(for: .seconds(patience))
                answer.finish(.failure(ConnectionLost()))
                inside(process) { _ = Task.detached { task.cancel() } }
            }
        }
        defer { timer?.cancel() }
        return try await answer.value()
    }
}
