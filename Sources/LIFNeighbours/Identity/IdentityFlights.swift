import LIFQueryPlanner
import Synchronization

/// One request per person at a time: whoever wants the same meanwhile waits for its answer. It is cancelled when the last
/// one has left.
final class IdentityFlights: Sendable {
    typealias Flight = Task<IdentityCopy, any Error>

    private struct State {
        var flights: [[UInt8]: (number: Int, task: Flight, waiters: Int)] = [:]
        var nextNumber = 0
    }

    private let state = Mutex(State())

    /// - Returns: What `request` gives, and whether this call has started it.
    /// - Throws: What `request` throws; `CancellationError`, though not before the request has ended when others wait for
    ///   it too.
    func answer(
        for person: String, _ request: @escaping @Sendable () async throws -> IdentityCopy
    ) async throws -> (copy: IdentityCopy, isFirst: Bool) {
        let key = Array(person.utf8)
        let (number, task, isFirst) = join(key, request)
        let result = await withTaskCancellationHandler {
            await task.result
        } onCancel: {
            leave(key, number)
        }
        try Task.checkCancellation()
        return (try result.get(), isFirst)
    }

    private func join(
        _ key: [UInt8], _ request: @escaping @Sendable () async throws -> IdentityCopy
    ) -> (number: Int, task: Flight, isFirst: Bool) {
        state.withLock { state in
            if let flight = state.flights[key] {
                state.flights[key]?.waiters += 1
                return (flight.number, flight.task, false)
            }
            state.nextNumber += 1
            let number = state.nextNumber
            // A bare task: the request belongs to all who wait for it, not to the first.
            let task = Task {
                defer { self.end(key, number) }
                return try await request()
            }
            state.flights[key] = (number, task, 1)
            return (number, task, true)
        }
    }

    private func leave(_ key: [UInt8], _ number: Int) {
        let abandoned = state.withLock { state -> Flight? in
            guard let flight = state.flights[key], flight.number == number else { return nil }
            if flight.waiters > 1 {
                state.flights[key]?.waiters -= 1
                return nil
            }
            state.flights[key] = nil
            return flight.task
        }
        abandoned?.cancel()
    }

    private func end(_ key: [UInt8], _ number: Int) {
        state.withLock { state in
            if state.flights[key]?.number == number { state.flights[key] = nil }
        }
    }
}
